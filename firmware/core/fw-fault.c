/* SPDX-License-Identifier: Apache-2.0 */
#include "fw-fault.h"
#include <string.h>

#define END 0xc0 /* of SLIP */
#define SMALLEST_FLASH 0x10000
#define LOST_BYTES 32u /* a bulk packet of an adapter that loses writes */

enum form {
    FORM_NONE,   /* name */
    FORM_RATE,   /* name=0.001 or name=@N */
    FORM_AT,     /* name@N */
    FORM_AT_MS,  /* name=@N:MS */
    FORM_NUMBER, /* name=N */
    FORM_SIZE,   /* name=N, a power of two from 64 KiB on */
    FORM_FACTOR, /* name=N, from 1 on */
    FORM_BIT,    /* name=ADDRESS:BIT */
    FORM_PAIR,   /* name=N:N */
    FORM_FROM,   /* name=N:0.001 */
    FORM_BURST,  /* name=N:N, the first from 64 on */
};

struct shape {
    const char *name;
    enum fw_fault_kind kind;
    enum form form;
    const char *help;
};

static const struct shape shapes[] = {
    { "drop", FW_FAULT_DROP, FORM_RATE,
      "drop=P or drop=@N          bytes vanish: each with probability P, or byte N" },
    { "garble", FW_FAULT_GARBLE, FORM_RATE, "garble=P or garble=@N      bytes change" },
    { "dup", FW_FAULT_DUP, FORM_RATE, "dup=P or dup=@N            bytes arrive twice" },
    { "baud-noise", FW_FAULT_BAUD_NOISE, FORM_FROM,
      "baud-noise=BAUD:P          bytes change above BAUD: each with probability P * "
      "((rate/BAUD)^2 - 1)" },
    { "delay", FW_FAULT_DELAY, FORM_AT_MS,
      "delay=@N:MS                the line stands still for MS milliseconds at byte N" },
    { "unplug", FW_FAULT_UNPLUG, FORM_AT,
      "unplug@N                   the cable is pulled at byte N" },
    { "unplug-frame", FW_FAULT_UNPLUG_FRAME, FORM_PAIR,
      "unplug-frame=N:K           the cable is pulled at the end of frame N: K of its last "
      "delimiter\n"
      "                             and of the bytes behind it get through" },
    { "replug", FW_FAULT_REPLUG, FORM_NUMBER,
      "replug=MS                  and is back MS milliseconds later (else: command \"plug\")" },
    { "reset", FW_FAULT_RESET, FORM_AT, "reset@N                    the chip restarts at byte N" },
    { "stuck", FW_FAULT_STUCK, FORM_BIT,
      "stuck=ADDRESS:BIT          a flash bit that does not become 0" },
    { "readonly-sector", FW_FAULT_READONLY_SECTOR, FORM_NUMBER,
      "readonly-sector=ADDRESS    a flash sector that is neither erased nor programmed" },
    { "small-flash", FW_FAULT_SMALL_FLASH, FORM_SIZE,
      "small-flash=BYTES          the flash ends there, whatever its id says: addresses wrap "
      "round" },
    { "slow-erase", FW_FAULT_SLOW_ERASE, FORM_FACTOR,
      "slow-erase=N               a worn flash: erasing takes N times as long (--speed real)" },
    { "lie", FW_FAULT_LIE, FORM_NONE, "lie                        the loader answers nonsense" },
    { "mute", FW_FAULT_MUTE, FORM_NONE,
      "mute                       nothing ever comes from the board" },
    { "deaf", FW_FAULT_DEAF, FORM_NONE,
      "deaf                       the board prints, but hears nothing" },
    { "chatter", FW_FAULT_CHATTER, FORM_NONE,
      "chatter                    log text between the replies" },
    { "double-end", FW_FAULT_DOUBLE_END, FORM_NONE,
      "double-end                 frames begin and end with two delimiters" },
    { "lost-reply", FW_FAULT_LOST_REPLY, FORM_NUMBER,
      "lost-reply=N               reply N is not sent" },
    { "bad-checksum", FW_FAULT_BAD_CHECKSUM, FORM_NUMBER,
      "bad-checksum=N             data block N is answered with a checksum error" },
    { "brownout", FW_FAULT_BROWNOUT, FORM_NONE,
      "brownout                   the supply breaks down whenever the application starts" },
    { "panic", FW_FAULT_PANIC, FORM_NONE,
      "panic                      the application crashes soon after its start" },
    { "no-en-capacitor", FW_FAULT_NO_EN_CAPACITOR, FORM_NONE,
      "no-en-capacitor            reset rises at once: DTR and RTS must change together" },
    { "inverted-lines", FW_FAULT_INVERTED_LINES, FORM_NONE,
      "inverted-lines             the adapter turns DTR and RTS round" },
    { "drowsy", FW_FAULT_DROWSY, FORM_NONE,
      "drowsy                     a flash chip of XMC that did not start up: it has to be woken" },
    { "power-cut", FW_FAULT_POWER_CUT, FORM_NUMBER,
      "power-cut=N                the board loses its power, and the cable, after flash operation "
      "N:\n"
      "                             a page, sector or block (\"replug\" brings it back)" },
    { "power-cut-inside", FW_FAULT_POWER_CUT_INSIDE, FORM_NUMBER,
      "power-cut-inside=N         the same in the middle of it: some of its bits have changed" },
    { "autobaud", FW_FAULT_AUTOBAUD, FORM_NUMBER,
      "autobaud=N                 a ROM that does not recognise rates above N" },
    { "mac-check", FW_FAULT_MAC_CHECK, FORM_NONE,
      "mac-check                  the check byte beside the MAC address is wrong" },
    { "write-loss", FW_FAULT_WRITE_LOSS, FORM_BURST,
      "write-loss=N:BAUD          an adapter that is behind with long writes: above BAUD a packet "
      "of\n"
      "                             32 bytes is lost after every N that come without a reply" },
};

void
fw_faults_init (struct fw_faults *self, uint64_t seed)
{
    memset (self, 0, sizeof *self);
    self->random = seed * 0x9e3779b97f4a7c15ull + 0x2545f4914f6cdd1dull;
}

const char *
fw_fault_help (unsigned index)
{
    return index < sizeof shapes / sizeof shapes[0] ? shapes[index].help : NULL;
}

/* splitmix64, public domain by S. Vigna: small and good enough for noise. */
uint32_t
fw_faults_random (struct fw_faults *self)
{
    uint64_t z = self->random += 0x9e3779b97f4a7c15ull;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return (uint32_t) ((z ^ (z >> 31)) >> 32);
}

static int
digit_value (char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return 16;
}

/* Decimal or 0x; moves *at behind the digits. */
static bool
take_number (const char **at, uint32_t *ret)
{
    const char *p = *at;
    uint64_t value = 0;
    int base = 10;

    if (p[0] == '0' && (p[1] == 'x' || p[1] == 'X')) {
        base = 16;
        p += 2;
    }
    if (digit_value (*p) >= base)
        return false;
    for (; digit_value (*p) < base; p++) {
        value = value * (uint64_t) base + (uint64_t) digit_value (*p);
        if (value > UINT32_MAX)
            return false;
    }
    *at = p;
    *ret = (uint32_t) value;
    return true;
}

/* "0.001" or "1e-4" as a share of 2^32. */
static bool
take_chance (const char **at, uint32_t *ret)
{
    double value = 0, scale = 1;
    uint32_t n;

    if (digit_value (**at) >= 10)
        return false;
    for (; digit_value (**at) < 10; (*at)++)
        value = value * 10 + digit_value (**at);
    if (**at == '.') {
        for ((*at)++; digit_value (**at) < 10; (*at)++)
            value += digit_value (**at) * (scale /= 10);
    }
    if (**at == 'e' && (*at)[1] == '-') {
        *at += 2;
        if (!take_number (at, &n) || n > 30)
            return false;
        while (n-- > 0)
            value /= 10;
    }
    if (value > 1)
        return false;
    *ret = value >= 1 ? UINT32_MAX : (uint32_t) (value * 4294967296.0);
    return true;
}

static bool
take_char (const char **at, char c)
{
    if (**at != c)
        return false;
    (*at)++;
    return true;
}

static bool
parse_rate (const char **at, struct fw_fault *fault)
{
    if (!take_char (at, '='))
        return false;
    if (!take_char (at, '@'))
        return take_chance (at, &fault->chance);
    fault->at_byte = true;
    return take_number (at, &fault->where);
}

static bool
parse_where (const char **at, struct fw_fault *fault)
{
    return take_char (at, '=') && take_number (at, &fault->where);
}

static bool
parse_amount (const char **at, struct fw_fault *fault)
{
    return take_char (at, ':') && take_number (at, &fault->amount);
}

static bool
parse_form (const char **at, enum form form, struct fw_fault *fault)
{
    switch (form) {
    case FORM_NONE:
        return true;
    case FORM_RATE:
        return parse_rate (at, fault);
    case FORM_AT:
        fault->at_byte = true;
        return take_char (at, '@') && take_number (at, &fault->where);
    case FORM_AT_MS:
        fault->at_byte = true;
        return take_char (at, '=') && take_char (at, '@') && take_number (at, &fault->where)
               && parse_amount (at, fault);
    case FORM_NUMBER:
        return parse_where (at, fault);
    case FORM_SIZE:
        return parse_where (at, fault) && fault->where >= SMALLEST_FLASH
               && (fault->where & (fault->where - 1)) == 0;
    case FORM_FACTOR:
        return parse_where (at, fault) && fault->where > 0;
    case FORM_BIT:
        return parse_where (at, fault) && parse_amount (at, fault) && fault->amount < 8;
    case FORM_PAIR:
        return parse_where (at, fault) && parse_amount (at, fault);
    case FORM_BURST:
        return parse_where (at, fault) && fault->where >= 2 * LOST_BYTES
               && parse_amount (at, fault);
    case FORM_FROM:
        return parse_where (at, fault) && fault->where > 0 && take_char (at, ':')
               && take_chance (at, &fault->chance);
    default:
        return false;
    }
}

/* The shape whose name @spec starts with, the name ending there. */
static const struct shape *
find_shape (const char *spec, size_t *ret_len)
{
    size_t len = strcspn (spec, "=@");

    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        if (strlen (shapes[i].name) == len && memcmp (shapes[i].name, spec, len) == 0) {
            *ret_len = len;
            return &shapes[i];
        }
    }
    return NULL;
}

enum bwp_result
fw_faults_add (struct fw_faults *self, const char *spec)
{
    struct fw_fault fault = { 0 };
    const struct shape *shape;
    size_t len = 0;

    shape = find_shape (spec, &len);
    if (shape == NULL)
        return BWP_ERR_RULE;
    spec += len;
    fault.kind = shape->kind;
    if (!parse_form (&spec, shape->form, &fault) || *spec != '\0')
        return BWP_ERR_RULE;
    if (self->count == FW_FAULT_MAX)
        return BWP_ERR_SPACE;
    self->list[self->count++] = fault;
    self->per_byte = self->per_byte || fault.at_byte || fault.chance != 0
                     || fault.kind == FW_FAULT_UNPLUG_FRAME || fault.kind == FW_FAULT_WRITE_LOSS;
    return BWP_OK;
}

struct fw_fault *
fw_faults_has (struct fw_faults *self, enum fw_fault_kind kind)
{
    for (unsigned i = 0; i < self->count; i++)
        if (self->list[i].kind == kind)
            return &self->list[i];
    return NULL;
}

/* A cable has its limit: the faster, the worse. */
static uint32_t
chance_at (const struct fw_fault *fault, uint32_t baud)
{
    double times = (double) baud / fault->where;
    double chance = fault->chance * (times * times - 1);

    if (baud <= fault->where)
        return 0;
    return chance < UINT32_MAX ? (uint32_t) chance : UINT32_MAX;
}

/* Whether this byte is the one at which the cable is pulled. */
static bool
is_pulled (const struct fw_faults *self, struct fw_fault *fault)
{
    if (fault->used || self->frames < fault->where)
        return false;
    fault->used = fault->passed++ == fault->amount;
    return fault->used;
}

static bool
is_lost_behind (const struct fw_faults *self,
                const struct fw_fault *fault,
                const struct fw_passing *passing)
{
    if (passing->is_reply || passing->baud <= fault->amount || self->burst <= fault->where)
        return false;
    return (self->burst - 1) % fault->where < LOST_BYTES;
}

static bool
strikes (struct fw_faults *self, struct fw_fault *fault, const struct fw_passing *passing)
{
    if (fault->kind == FW_FAULT_UNPLUG_FRAME)
        return is_pulled (self, fault);
    if (fault->kind == FW_FAULT_WRITE_LOSS)
        return is_lost_behind (self, fault, passing);
    if (fault->kind == FW_FAULT_BAUD_NOISE)
        return fw_faults_random (self) < chance_at (fault, passing->baud);
    if (!fault->at_byte)
        return fault->chance != 0 && fw_faults_random (self) < fault->chance;
    if (fault->used || self->bytes < fault->where)
        return false;
    fault->used = true;
    return true;
}

static void
apply (struct fw_faults *self, const struct fw_fault *fault, struct fw_fate *fate)
{
    if (fault->kind == FW_FAULT_DROP || fault->kind == FW_FAULT_WRITE_LOSS)
        fate->drop = true;
    else if (fault->kind == FW_FAULT_DUP)
        fate->dup = true;
    else if (fault->kind == FW_FAULT_GARBLE || fault->kind == FW_FAULT_BAUD_NOISE)
        fate->flip = (uint8_t) (1u << (fw_faults_random (self) & 7));
    else if (fault->kind == FW_FAULT_DELAY)
        fate->delay_ms = fault->amount;
    else if (fault->kind == FW_FAULT_UNPLUG || fault->kind == FW_FAULT_UNPLUG_FRAME)
        fate->unplug = true;
    else if (fault->kind == FW_FAULT_RESET)
        fate->reset = true;
}

/* A frame ends with the delimiter behind its last byte. */
static void
count_frame (struct fw_faults *self, const struct fw_passing *passing)
{
    struct fw_framing *framing = &self->framing[passing->is_reply ? 1 : 0];
    bool ends = passing->byte == END && framing->is_open && framing->has_content;

    self->frames += ends ? 1 : 0;
    framing->has_content = passing->byte != END;
    if (passing->byte == END)
        framing->is_open = !ends;
}

void
fw_faults_byte (struct fw_faults *self, const struct fw_passing *passing, struct fw_fate *ret_fate)
{
    memset (ret_fate, 0, sizeof *ret_fate);
    self->bytes++;
    self->burst = passing->is_reply ? 0 : self->burst + 1;
    count_frame (self, passing);
    for (unsigned i = 0; i < self->count; i++)
        if (strikes (self, &self->list[i], passing))
            apply (self, &self->list[i], ret_fate);
}

bool
fw_faults_once (struct fw_faults *self, enum fw_fault_kind kind, uint32_t number)
{
    for (unsigned i = 0; i < self->count; i++) {
        struct fw_fault *fault = &self->list[i];

        if (fault->kind == kind && !fault->used && fault->where == number) {
            fault->used = true;
            return true;
        }
    }
    return false;
}
