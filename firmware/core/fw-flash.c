/* SPDX-License-Identifier: Apache-2.0 */
#include "fw-flash.h"
#include "bwp-esp-chip.h"
#include <string.h>

/* Typical values of data sheets of 25Q chips at 3.3 V, and a 40 MHz dual read. */
const struct fw_flash_times fw_flash_typical = {
    .page = 700 * FW_US,
    .sector = 45 * FW_MS,
    .block = 150 * FW_MS,
    .read = 100,
};

/* Every byte of a chip that is too small is in the store as often as a host sees it. */
static void
store (struct fw_flash *self, uint32_t address, const uint8_t *page, size_t len)
{
    self->counts.stores++;
    for (uint32_t at = address; at < self->size; at += self->cells)
        self->ops->flash_store (self->user, at, page, len);
}

/* A fault may come at any time. */
static void
settle_cells (struct fw_flash *self)
{
    const struct fw_fault *small = fw_faults_has (self->faults, FW_FAULT_SMALL_FLASH);
    uint32_t cells = small != NULL && small->where < self->size ? small->where : self->size;

    if (cells == self->cells)
        return;
    self->cells = cells;
    self->counts.stores++;
    for (uint32_t at = cells; at < self->size; at += FW_FLASH_PAGE)
        self->ops->flash_store (self->user, at, self->bytes + (at & (cells - 1)), FW_FLASH_PAGE);
}

void
fw_flash_init (struct fw_flash *self,
               const struct fw_ops *ops,
               void *user,
               struct fw_faults *faults,
               uint32_t size)
{
    uint32_t id = 0x1640ef;

    memset (self, 0, sizeof *self);
    self->ops = ops;
    self->user = user;
    self->bytes = ops->flash_map (user);
    self->faults = faults;
    self->size = self->cells = size;
    (void) bwp_esp_flash_id_from_bytes (size, &id);
    self->id = id;
    settle_cells (self);
}

uint32_t
fw_flash_id (const struct fw_flash *self)
{
    return self->id;
}

uint32_t
fw_flash_sfdp (const struct fw_flash *self, uint32_t address)
{
    if (address == 0)
        return 0x50444653; /* "SFDP" */
    if (address == 0x10)
        return 0xffffff00u | (self->id & 0xff);
    return 0xffffffffu;
}

static uint32_t
wrap (struct fw_flash *self, uint32_t address)
{
    settle_cells (self);
    return address & (self->cells - 1);
}

/* The piece of [address, len) that does not cross a multiple of @unit. */
static size_t
piece (uint32_t address, size_t len, uint32_t unit)
{
    size_t room = unit - (address & (unit - 1));

    return len < room ? len : room;
}

uint64_t
fw_flash_read (struct fw_flash *self, uint32_t address, uint8_t *out, size_t len)
{
    self->counts.bytes_read += len;
    for (size_t done = 0; done < len;) {
        uint32_t at = wrap (self, address + (uint32_t) done);
        size_t n = piece (at, len - done, self->size);

        memcpy (out + done, self->bytes + at, n);
        done += n;
    }
    return (uint64_t) self->times.read * len;
}

static bool
is_readonly (struct fw_flash *self, uint32_t address)
{
    for (unsigned i = 0; i < self->faults->count; i++) {
        const struct fw_fault *fault = &self->faults->list[i];

        if (fault->kind == FW_FAULT_READONLY_SECTOR
            && fault->where / FW_FLASH_SECTOR == address / FW_FLASH_SECTOR)
            return true;
    }
    return false;
}

/* Bits that a fault keeps at 1 whatever is programmed. */
static void
hold_stuck_bits (struct fw_flash *self, uint32_t address, uint8_t *page, size_t len)
{
    for (unsigned i = 0; i < self->faults->count; i++) {
        const struct fw_fault *fault = &self->faults->list[i];

        if (fault->kind == FW_FAULT_STUCK && fault->where >= address
            && fault->where - address < len)
            page[fault->where - address] |= (uint8_t) (1u << fault->amount);
    }
}

/* What the power lets become of an operation. */
enum outcome {
    OUTCOME_WHOLE,
    OUTCOME_TORN,
    OUTCOME_NOTHING,
};

static enum outcome
begin_operation (struct fw_flash *self)
{
    uint32_t number;

    if (self->faults->is_dark)
        return OUTCOME_NOTHING;
    number = (uint32_t) ++self->counts.operations;
    if (fw_faults_once (self->faults, FW_FAULT_POWER_CUT_INSIDE, number)) {
        self->faults->is_dark = true;
        return OUTCOME_TORN;
    }
    if (fw_faults_once (self->faults, FW_FAULT_POWER_CUT, number))
        self->faults->is_dark = true;
    return OUTCOME_WHOLE;
}

/* On the way from @old to @page some bits have arrived and some have not. */
static void
tear (struct fw_flash *self, const uint8_t *old, uint8_t *page, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        uint8_t arrived = (uint8_t) fw_faults_random (self->faults);

        page[i] = (uint8_t) ((page[i] & arrived) | (old[i] & ~arrived));
    }
}

static void
program_page (struct fw_flash *self, uint32_t address, const uint8_t *in, size_t len)
{
    enum outcome outcome = begin_operation (self);
    uint8_t page[FW_FLASH_PAGE];

    if (outcome == OUTCOME_NOTHING)
        return;
    self->counts.pages_programmed++;
    if (is_readonly (self, address))
        return;
    for (size_t i = 0; i < len; i++)
        page[i] = self->bytes[address + i] & in[i];
    if (outcome == OUTCOME_TORN)
        tear (self, self->bytes + address, page, len);
    hold_stuck_bits (self, address, page, len);
    store (self, address, page, len);
}

uint64_t
fw_flash_program (struct fw_flash *self, uint32_t address, const uint8_t *in, size_t len)
{
    uint64_t time = 0;

    for (size_t done = 0; done < len;) {
        uint32_t at = wrap (self, address + (uint32_t) done);
        size_t n = piece (at, len - done, FW_FLASH_PAGE);

        program_page (self, at, in + done, n);
        time += self->times.page;
        done += n;
    }
    return time;
}

static void
blank (struct fw_flash *self, uint32_t address, enum outcome outcome)
{
    uint8_t page[FW_FLASH_PAGE];

    if (is_readonly (self, address) || fw_flash_is_blank (self, address))
        return;
    for (uint32_t at = address; at < address + FW_FLASH_SECTOR; at += FW_FLASH_PAGE) {
        memset (page, 0xff, sizeof page);
        if (outcome == OUTCOME_TORN)
            tear (self, self->bytes + at, page, sizeof page);
        store (self, at, page, sizeof page);
    }
}

static uint32_t
erase_factor (struct fw_flash *self)
{
    const struct fw_fault *slow = fw_faults_has (self->faults, FW_FAULT_SLOW_ERASE);

    return slow != NULL ? slow->where : 1;
}

uint64_t
fw_flash_erase (struct fw_flash *self, uint32_t address, uint32_t unit)
{
    enum outcome outcome = begin_operation (self);

    if (outcome == OUTCOME_NOTHING)
        return 0;
    address = wrap (self, address) & ~(unit - 1);
    for (uint32_t at = address; at < address + unit; at += FW_FLASH_SECTOR)
        blank (self, at, outcome);
    if (unit == FW_FLASH_BLOCK) {
        self->counts.blocks_erased++;
        return self->times.block * erase_factor (self);
    }
    self->counts.sectors_erased++;
    return self->times.sector * erase_factor (self);
}

uint64_t
fw_flash_erase_all (struct fw_flash *self)
{
    uint64_t time = 0;

    settle_cells (self);
    for (uint32_t at = 0; at < self->cells; at += FW_FLASH_BLOCK)
        time += fw_flash_erase (self, at, FW_FLASH_BLOCK);
    return time;
}

bool
fw_flash_is_blank (struct fw_flash *self, uint32_t address)
{
    const uint8_t *sector = self->bytes + (wrap (self, address) & ~(FW_FLASH_SECTOR - 1));

    /* all bytes equal their successor, and the first one is FF */
    return sector[0] == 0xff && memcmp (sector, sector + 1, FW_FLASH_SECTOR - 1) == 0;
}

bool
fw_flash_equals (struct fw_flash *self, uint32_t address, const uint8_t *bytes, size_t len)
{
    for (size_t done = 0; done < len;) {
        uint32_t at = wrap (self, address + (uint32_t) done);
        size_t n = piece (at, len - done, self->size);

        if (memcmp (self->bytes + at, bytes + done, n) != 0)
            return false;
        done += n;
    }
    return true;
}

uint64_t
fw_flash_md5 (struct fw_flash *self, uint32_t address, uint32_t len, uint8_t out[16])
{
    const struct bwp_digests *digests = &self->ops->digests;
    uint32_t at = wrap (self, address);

    /* a region behind the end is cut there: no tool asks for one */
    if (len > self->size - at)
        len = self->size - at;
    digests->md5 (digests->ctx, self->bytes + at, len, out);
    self->counts.bytes_read += len;
    return (uint64_t) self->times.read * len;
}
