/* SPDX-License-Identifier: Apache-2.0 */
#include "bwp-esp-partition-csv.h"
#include "bwp-esp-otadata.h"
#include "bwp-esp-partition-private.h"
#include "bwp-text-private.h"
#include "bwp-words-private.h"
#include <string.h>

#define TOKEN_BYTES 40 /* longer than any keyword or number; names are cut sooner */
#define FIELDS 6
#define KB 1024u
#define MB (1024u * 1024u)

enum field {
    FIELD_NAME,
    FIELD_TYPE,
    FIELD_SUBTYPE,
    FIELD_OFFSET,
    FIELD_SIZE,
    FIELD_FLAGS
};

/* The text with its variables replaced, one character at a time: no line needs a buffer. */
struct source {
    const char *text;
    const char *end;
    const char *value; /* (nullable): rest of a variable's value */
    const struct bwp_esp_csv_params *params;
    bool is_undefined;
};

struct token {
    char text[TOKEN_BYTES];
    size_t len;
    bool is_too_long;
    bool ends_line;
};

struct reader {
    struct source source;
    struct bwp_esp_partition *entries;
    size_t max;
    size_t count;
    uint64_t free_from; /* first address behind everything so far */
    bool has_explicit_offset;
    bool has_size;
    bool is_size_an_end; /* negative size: "up to address" */
};

/* ---- characters ---- */

static bool
is_name_char (char c, bool is_first)
{
    char lower = _bwp_lower (c);

    return (lower >= 'a' && lower <= 'z') || c == '_' || (!is_first && c >= '0' && c <= '9');
}

/* Enters a variable behind a dollar sign; a dollar sign before anything else stays one. */
static bool
enter_variable (struct source *self)
{
    bool braced = self->text + 1 < self->end && self->text[1] == '{';
    const char *name = self->text + (braced ? 2 : 1);
    const char *p = name;
    const struct bwp_esp_csv_params *params = self->params;

    while (p < self->end && is_name_char (*p, p == name))
        p++;
    if (p == name || (braced && (p == self->end || *p != '}')))
        return false;
    self->text = p + (braced ? 1 : 0);
    if (params->env != NULL)
        self->value = params->env (params->env_ctx, name, (size_t) (p - name));
    if (self->value == NULL)
        self->is_undefined = true;
    return true;
}

/* The next character; 0 at the end of the text. A zero byte in the text is a line end too. */
static char
next_char (struct source *self)
{
    for (;;) {
        if (self->value != NULL && *self->value != '\0')
            return *self->value++;
        self->value = NULL;
        if (self->is_undefined || self->text == self->end)
            return '\0';
        if (*self->text != '$' || !enter_variable (self))
            return *self->text++;
    }
}

static bool
is_empty (const struct source *self)
{
    return self->text == self->end && (self->value == NULL || *self->value == '\0');
}

static bool
is_blank (char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* One field without the blanks around it. */
static void
next_token (struct source *source, struct token *token)
{
    size_t kept = 0;
    char c;

    token->is_too_long = false;
    token->len = 0;
    for (c = next_char (source); c != ',' && c != '\n' && c != '\0'; c = next_char (source)) {
        if (token->len == 0 && is_blank (c))
            continue;
        if (token->len < TOKEN_BYTES)
            token->text[token->len++] = c;
        else if (!is_blank (c))
            token->is_too_long = true;
        if (!is_blank (c))
            kept = token->len;
    }
    token->len = kept;
    token->ends_line = c != ',';
}

/* ---- values ---- */

static bool
take_prefix (const char **text, size_t *len, uint32_t *ret_base)
{
    static const struct {
        char letter;
        uint32_t base;
    } prefixes[] = { { 'x', 16 }, { 'o', 8 }, { 'b', 2 } };

    *ret_base = 10;
    if (*len < 2 || (*text)[0] != '0')
        return true;
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++) {
        if (_bwp_lower ((*text)[1]) == prefixes[i].letter) {
            *ret_base = prefixes[i].base;
            *text += 2;
            *len -= 2;
            return true;
        }
    }
    return _bwp_digit ((*text)[1]) > 9; /* 010 could mean two numbers */
}

static uint32_t
take_suffix (const char *text, size_t *len)
{
    char last = *len > 0 ? _bwp_lower (text[*len - 1]) : '\0';

    if (last != 'k' && last != 'm')
        return 1;
    (*len)--;
    return last == 'k' ? KB : MB;
}

static bool
parse_number (const char *text, size_t len, uint32_t *ret_number)
{
    uint64_t number = 0;
    uint32_t unit = take_suffix (text, &len);
    uint32_t base;

    if (!take_prefix (&text, &len, &base) || len == 0)
        return false;
    for (size_t i = 0; i < len; i++) {
        if (_bwp_digit (text[i]) >= base)
            return false;
        number = number * base + _bwp_digit (text[i]);
        if (number > UINT32_MAX)
            return false;
    }
    if (number * unit > UINT32_MAX)
        return false;
    *ret_number = (uint32_t) number * unit;
    return true;
}

static bool
parse_byte (const struct token *token, uint8_t *ret_byte)
{
    uint32_t number;

    if (!parse_number (token->text, token->len, &number) || number > 0xff)
        return false;
    *ret_byte = (uint8_t) number;
    return true;
}

static enum bwp_esp_csv_reason
take_type (const struct token *token, struct bwp_esp_partition *entry)
{
    if (bwp_esp_partition_type_from_name (token->text, token->len, &entry->type) == BWP_OK
        || parse_byte (token, &entry->type))
        return BWP_ESP_CSV_NONE;
    return BWP_ESP_CSV_TYPE;
}

static enum bwp_esp_csv_reason
take_subtype (const struct token *token, struct bwp_esp_partition *entry)
{
    entry->subtype = BWP_ESP_DATA_UNDEFINED;
    if (token->len == 0)
        return entry->type == BWP_ESP_TYPE_APP ? BWP_ESP_CSV_SUBTYPE : BWP_ESP_CSV_NONE;
    if (bwp_esp_partition_subtype_from_name (entry->type, token->text, token->len, &entry->subtype)
            == BWP_OK
        || parse_byte (token, &entry->subtype))
        return BWP_ESP_CSV_NONE;
    return BWP_ESP_CSV_SUBTYPE;
}

static enum bwp_esp_csv_reason
take_offset (struct reader *self, const struct token *token, struct bwp_esp_partition *entry)
{
    self->has_explicit_offset = token->len > 0;
    if (token->len == 0 || parse_number (token->text, token->len, &entry->offset))
        return BWP_ESP_CSV_NONE;
    return BWP_ESP_CSV_OFFSET;
}

static enum bwp_esp_csv_reason
take_size (struct reader *self, const struct token *token, struct bwp_esp_partition *entry)
{
    self->has_size = token->len > 0;
    self->is_size_an_end = token->len > 0 && token->text[0] == '-';
    if (token->len == 0)
        return BWP_ESP_CSV_NONE;
    if (parse_number (token->text + (self->is_size_an_end ? 1 : 0),
                      token->len - (self->is_size_an_end ? 1 : 0), &entry->size))
        return BWP_ESP_CSV_NONE;
    return BWP_ESP_CSV_SIZE;
}

static enum bwp_esp_csv_reason
take_flag (const char *text, size_t len, struct bwp_esp_partition *entry)
{
    if (_bwp_equal_fold (text, len, "encrypted"))
        entry->flags |= BWP_ESP_PARTITION_ENCRYPTED;
    else if (_bwp_equal_fold (text, len, "readonly"))
        entry->flags |= BWP_ESP_PARTITION_READONLY;
    else if (len > 0)
        return BWP_ESP_CSV_FLAGS;
    return BWP_ESP_CSV_NONE;
}

static enum bwp_esp_csv_reason
take_flags (const struct token *token, struct bwp_esp_partition *entry)
{
    size_t start = 0;

    for (size_t i = 0; i <= token->len; i++) {
        if (i < token->len && token->text[i] != ':')
            continue;
        if (take_flag (token->text + start, i - start, entry) != BWP_ESP_CSV_NONE)
            return BWP_ESP_CSV_FLAGS;
        start = i + 1;
    }
    return BWP_ESP_CSV_NONE;
}

static void
take_name (const struct token *token, struct bwp_esp_partition *entry)
{
    size_t len = token->len;

    if (len > BWP_ESP_PARTITION_LABEL_BYTES)
        len = BWP_ESP_PARTITION_LABEL_BYTES;
    memset (entry, 0, sizeof *entry);
    memcpy (entry->label, token->text, len);
}

static enum bwp_esp_csv_reason
take_field (struct reader *self,
            enum field field,
            const struct token *token,
            struct bwp_esp_partition *entry)
{
    if (token->is_too_long && field != FIELD_NAME)
        return BWP_ESP_CSV_FIELDS;
    switch (field) {
    case FIELD_NAME:
        take_name (token, entry);
        return BWP_ESP_CSV_NONE;
    case FIELD_TYPE:
        return take_type (token, entry);
    case FIELD_SUBTYPE:
        return take_subtype (token, entry);
    case FIELD_OFFSET:
        return take_offset (self, token, entry);
    case FIELD_SIZE:
        return take_size (self, token, entry);
    case FIELD_FLAGS:
        return take_flags (token, entry);
    }
    return BWP_ESP_CSV_FIELDS;
}

/* ---- places ---- */

/* These two stand at fixed places, in front of everything else. */
static enum bwp_esp_csv_reason
place_primary (const struct reader *self, struct bwp_esp_partition *entry)
{
    const struct bwp_esp_csv_params *params = self->source.params;
    bool is_table = entry->type == BWP_ESP_TYPE_PARTITION_TABLE;

    if (self->is_size_an_end)
        return BWP_ESP_CSV_SIZE;
    if (!self->has_explicit_offset)
        entry->offset = is_table ? params->table_offset : params->bootloader_offset;
    if (self->has_size)
        return BWP_ESP_CSV_NONE;
    if (!is_table && params->table_offset <= params->bootloader_offset)
        return BWP_ESP_CSV_RANGE;
    entry->size =
        is_table ? BWP_ESP_PARTITION_SECTOR : params->table_offset - params->bootloader_offset;
    return BWP_ESP_CSV_NONE;
}

static enum bwp_esp_csv_reason
choose_offset (const struct reader *self, struct bwp_esp_partition *entry)
{
    uint32_t mask = bwp_esp_partition_alignment (entry->type) - 1;
    uint64_t offset = (self->free_from + mask) & ~(uint64_t) mask;
    uint32_t behind_table = self->source.params->table_offset + BWP_ESP_PARTITION_SECTOR;

    if (!self->has_explicit_offset) {
        if (offset > UINT32_MAX)
            return BWP_ESP_CSV_RANGE;
        entry->offset = (uint32_t) offset;
        return BWP_ESP_CSV_NONE;
    }
    if (entry->offset >= self->free_from)
        return BWP_ESP_CSV_NONE;
    return entry->offset < behind_table ? BWP_ESP_CSV_BELOW_TABLE : BWP_ESP_CSV_OVERLAP;
}

static enum bwp_esp_csv_reason
place (struct reader *self, struct bwp_esp_partition *entry)
{
    enum bwp_esp_csv_reason reason;

    if (_bwp_esp_partition_is_primary (entry))
        return place_primary (self, entry);
    if (!self->has_size)
        return BWP_ESP_CSV_SIZE;
    reason = choose_offset (self, entry);
    if (reason != BWP_ESP_CSV_NONE)
        return reason;
    if (self->is_size_an_end && entry->size <= entry->offset)
        return BWP_ESP_CSV_SIZE;
    if (self->is_size_an_end)
        entry->size -= entry->offset;
    self->free_from = (uint64_t) entry->offset + entry->size;
    return self->free_from > (uint64_t) UINT32_MAX + 1 ? BWP_ESP_CSV_RANGE : BWP_ESP_CSV_NONE;
}

static enum bwp_esp_csv_reason
compare_with_others (const struct reader *self, const struct bwp_esp_partition *entry)
{
    if (_bwp_esp_partition_is_otadata (entry) && entry->size != BWP_ESP_OTADATA_BYTES)
        return BWP_ESP_CSV_OTADATA;
    for (size_t i = 0; i < self->count; i++) {
        const struct bwp_esp_partition *other = &self->entries[i];

        if (memcmp (other->label, entry->label, sizeof other->label) == 0)
            return BWP_ESP_CSV_DUPLICATE_NAME;
        if (_bwp_esp_partition_is_otadata (entry) && _bwp_esp_partition_is_otadata (other)
            && entry->subtype == other->subtype)
            return BWP_ESP_CSV_OTADATA;
    }
    return BWP_ESP_CSV_NONE;
}

/* ---- lines ---- */

/* Comments and blank lines are skipped before variables are looked at. */
static bool
skip_idle_line (struct source *source)
{
    const char *p = source->text;

    if (source->value != NULL)
        return false;
    while (p < source->end && is_blank (*p))
        p++;
    if (p < source->end && *p != '#' && *p != '\n')
        return false;
    while (p < source->end && *p != '\n')
        p++;
    source->text = p < source->end ? p + 1 : p;
    return true;
}

static enum bwp_esp_csv_reason
read_fields (struct reader *self, struct token *token, struct bwp_esp_partition *entry)
{
    static const struct token missing = { .ends_line = true };
    enum bwp_esp_csv_reason reason = BWP_ESP_CSV_NONE;

    for (int field = FIELD_NAME; field < FIELDS && reason == BWP_ESP_CSV_NONE; field++) {
        bool is_there = field == FIELD_NAME || !token->ends_line;

        if (is_there && field != FIELD_NAME)
            next_token (&self->source, token);
        reason = take_field (self, (enum field) field, is_there ? token : &missing, entry);
    }
    while (reason == BWP_ESP_CSV_NONE && !token->ends_line) {
        next_token (&self->source, token);
        if (token->len > 0)
            reason = BWP_ESP_CSV_FIELDS;
    }
    return self->source.is_undefined ? BWP_ESP_CSV_VARIABLE : reason;
}

static enum bwp_esp_csv_reason
read_line (struct reader *self)
{
    struct bwp_esp_partition *entry = &self->entries[self->count];
    struct token token;
    enum bwp_esp_csv_reason reason;

    if (skip_idle_line (&self->source))
        return BWP_ESP_CSV_NONE;
    next_token (&self->source, &token);
    if (self->source.is_undefined)
        return BWP_ESP_CSV_VARIABLE;
    if (token.len == 0 && token.ends_line)
        return BWP_ESP_CSV_NONE;
    if (self->count == self->max)
        return BWP_ESP_CSV_TOO_MANY;
    reason = read_fields (self, &token, entry);
    if (reason == BWP_ESP_CSV_NONE)
        reason = place (self, entry);
    if (reason == BWP_ESP_CSV_NONE)
        reason = compare_with_others (self, entry);
    if (reason == BWP_ESP_CSV_NONE)
        self->count++;
    return reason;
}

static enum bwp_result
fail (enum bwp_result result,
      uint32_t line,
      enum bwp_esp_csv_reason reason,
      struct bwp_esp_csv_fault *ret_fault)
{
    if (ret_fault != NULL) {
        ret_fault->line = line;
        ret_fault->reason = reason;
    }
    return result;
}

/* UTF-16 and UTF-32 begin with FE and FF in either order, or with zero bytes. */
static bool
has_foreign_mark (const char *text, size_t len)
{
    return (len >= 2 && text[0] == '\xff' && text[1] == '\xfe')
           || (len >= 2 && text[0] == '\xfe' && text[1] == '\xff')
           || (len >= 4 && text[0] == '\0' && text[1] == '\0' && text[2] == '\xfe'
               && text[3] == '\xff');
}

static void
skip_mark (struct source *source)
{
    if (source->end - source->text >= 3 && memcmp (source->text, "\xef\xbb\xbf", 3) == 0)
        source->text += 3;
}

enum bwp_result
bwp_esp_csv_parse (const char *text,
                   size_t len,
                   const struct bwp_esp_csv_params *params,
                   struct bwp_esp_partition *entries,
                   size_t max,
                   size_t *ret_count,
                   struct bwp_esp_csv_fault *ret_fault)
{
    struct reader reader = { .source = { text, len > 0 ? text + len : text, NULL, params, false },
                             .entries = entries,
                             .max = max };

    if (has_foreign_mark (text, len))
        return fail (BWP_ERR_VERSION, 1, BWP_ESP_CSV_ENCODING, ret_fault);
    skip_mark (&reader.source);
    reader.free_from = (uint64_t) params->table_offset + BWP_ESP_PARTITION_SECTOR;
    for (uint32_t line = 1; !is_empty (&reader.source); line++) {
        enum bwp_esp_csv_reason reason = read_line (&reader);

        if (reason != BWP_ESP_CSV_NONE)
            return fail (reason == BWP_ESP_CSV_TOO_MANY ? BWP_ERR_SPACE : BWP_ERR_RULE, line,
                         reason, ret_fault);
    }
    *ret_count = reader.count;
    return BWP_OK;
}

const char *
bwp_esp_csv_reason_text (enum bwp_esp_csv_reason reason)
{
    switch (reason) {
    case BWP_ESP_CSV_NONE:
        return N_ ("nothing is wrong");
    case BWP_ESP_CSV_ENCODING:
        return N_ ("the text is not UTF-8");
    case BWP_ESP_CSV_VARIABLE:
        return N_ ("a variable is not defined");
    case BWP_ESP_CSV_FIELDS:
        return N_ ("too many fields, or one that is too long");
    case BWP_ESP_CSV_TYPE:
        return N_ ("the type is missing or unknown");
    case BWP_ESP_CSV_SUBTYPE:
        return N_ ("the subtype is missing or unknown");
    case BWP_ESP_CSV_OFFSET:
        return N_ ("the offset is no number");
    case BWP_ESP_CSV_SIZE:
        return N_ ("the size is missing or no number");
    case BWP_ESP_CSV_FLAGS:
        return N_ ("a flag is unknown");
    case BWP_ESP_CSV_OVERLAP:
        return N_ ("the offset lies inside the entry before");
    case BWP_ESP_CSV_RANGE:
        return N_ ("the partition leaves the address range");
    case BWP_ESP_CSV_DUPLICATE_NAME:
        return N_ ("the name is used twice");
    case BWP_ESP_CSV_BELOW_TABLE:
        return N_ ("the offset lies below the end of the partition table");
    case BWP_ESP_CSV_OTADATA:
        return N_ ("only one otadata partition, of exactly 0x2000 bytes, is possible");
    case BWP_ESP_CSV_TOO_MANY:
        return N_ ("too many entries");
    }
    return N_ ("unknown reason");
}
