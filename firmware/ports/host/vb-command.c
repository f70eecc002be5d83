/* SPDX-License-Identifier: Apache-2.0 */
/* The lines of the control sockets. */
#include "vb-board.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct command {
    const char *name;
    /* returns false where errno tells why not, or nothing does; @reply is "ok" unless it is changed */
    bool (*run) (struct vb_board *self, uint64_t now, const char *rest, char *reply, size_t size);
};

/* A text as a JSON string; what cannot stand in one is left out. */
static void
quote (const char *text, char *out, size_t size)
{
    size_t n = 0;

    out[n++] = '"';
    for (; *text != '\0' && n + 3 < size; text++) {
        if ((unsigned char) *text < 0x20)
            continue;
        if (*text == '"' || *text == '\\')
            out[n++] = '\\';
        out[n++] = *text;
    }
    out[n++] = '"';
    out[n] = '\0';
}

static void
put_mac (const struct vb_board *self, char out[18])
{
    const uint8_t *mac = self->board.config.identity.mac;

    snprintf (out, 18, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3], mac[4],
              mac[5]);
}

void
vb_board_introduce (void *user, char *reply, size_t size)
{
    const struct vb_board *self = user;
    char address[2 * VB_PATH_MAX], mac[18];

    quote (self->port.address, address, sizeof address);
    put_mac (self, mac);
    snprintf (reply, size,
              "{\"name\":\"%s\",\"address\":%s,\"chip\":\"%s\",\"mac\":\"%s\",\"pid\":%ld}",
              self->name, address, self->board.config.identity.chip->key, mac, (long) getpid ());
}

void
vb_board_stats (const struct vb_board *self, char *out, size_t size)
{
    const struct fw_flash_counts *flash = &self->board.flash.counts;
    const struct fw_board_counts *counts = &self->board.counts;
    const struct fw_meter *meter = &self->meter;
    char mac[18];
    size_t n;

    put_mac (self, mac);
    n = (size_t) snprintf (
        out, size,
        "{\"name\":\"%s\",\"chip\":\"%s\",\"mac\":\"%s\",\"bytes_in\":%llu,\"bytes_out\":%llu,"
        "\"bytes_lost\":%llu,\"frames_in\":%llu,\"frames_out\":%llu,\"overruns\":%llu,"
        "\"resets\":%llu,\"sectors_erased\":%llu,\"blocks_erased\":%llu,"
        "\"pages_programmed\":%llu,\"flash_operations\":%llu,"
        "\"flash_bytes_read\":%llu,\"round_trips\":%llu,"
        "\"data_blocks\":%llu,\"data_bytes\":%llu,\"data_us\":%llu,\"requests\":{",
        self->name, self->board.config.identity.chip->key, mac,
        (unsigned long long) self->line.counts.bytes_in,
        (unsigned long long) self->line.counts.bytes_out,
        (unsigned long long) self->line.counts.lost, (unsigned long long) counts->frames_in,
        (unsigned long long) counts->frames_out, (unsigned long long) counts->overruns,
        (unsigned long long) counts->resets, (unsigned long long) flash->sectors_erased,
        (unsigned long long) flash->blocks_erased, (unsigned long long) flash->pages_programmed,
        (unsigned long long) flash->operations, (unsigned long long) flash->bytes_read,
        (unsigned long long) meter->round_trips, (unsigned long long) meter->data_blocks,
        (unsigned long long) meter->data_bytes,
        (unsigned long long) ((meter->data_until - meter->data_from) / FW_US));
    for (unsigned op = 0, first = 1; op < 256 && n + 40 < size; op++) {
        if (counts->requests[op] == 0)
            continue;
        n += (size_t) snprintf (out + n, size - n, "%s\"%02x\":%llu", first ? "" : ",", op,
                                (unsigned long long) counts->requests[op]);
        first = 0;
    }
    if (n + 3 < size)
        snprintf (out + n, size - n, "}}");
}

static bool
run_lines (struct vb_board *self, uint64_t now, const char *rest, char *reply, size_t size)
{
    unsigned dtr, rts;
    int used = 0;

    if (sscanf (rest, "%1u %1u%n", &dtr, &rts, &used) != 2 || rest[used] != '\0' || dtr > 1
        || rts > 1)
        return false;
    fw_board_lines (&self->board, now, dtr == 1, rts == 1);
    return true;
}

static bool
run_break (struct vb_board *self, uint64_t now, const char *rest, char *reply, size_t size)
{
    if (strcmp (rest, "0") != 0 && strcmp (rest, "1") != 0)
        return false;
    fw_board_break (&self->board, now, rest[0] == '1');
    return true;
}

static bool
run_boot (struct vb_board *self, uint64_t now, const char *rest, char *reply, size_t size)
{
    if (strcmp (rest, "download") != 0 && strcmp (rest, "normal") != 0)
        return false;
    fw_board_boot (&self->board, now, rest[0] == 'd');
    return true;
}

static bool
run_reset (struct vb_board *self, uint64_t now, const char *rest, char *reply, size_t size)
{
    if (rest[0] != '\0')
        return false;
    fw_board_reset (&self->board, now);
    return true;
}

static bool
run_unplug (struct vb_board *self, uint64_t now, const char *rest, char *reply, size_t size)
{
    return rest[0] == '\0' && vb_board_plug (self, now, false);
}

static bool
run_plug (struct vb_board *self, uint64_t now, const char *rest, char *reply, size_t size)
{
    return rest[0] == '\0' && vb_board_plug (self, now, true);
}

static bool
run_fault (struct vb_board *self, uint64_t now, const char *rest, char *reply, size_t size)
{
    enum bwp_result result = fw_faults_add (&self->faults, rest);

    if (result == BWP_ERR_SPACE)
        snprintf (reply, size, "error a board has %u faults at most", FW_FAULT_MAX);
    return result == BWP_OK || result == BWP_ERR_SPACE;
}

static bool
run_status (struct vb_board *self, uint64_t now, const char *rest, char *reply, size_t size)
{
    char address[2 * VB_PATH_MAX], mac[18];

    quote (self->port.address, address, sizeof address);
    put_mac (self, mac);
    snprintf (reply, size,
              "ok {\"name\":\"%s\",\"state\":\"%s\",\"chip\":\"%s\",\"mac\":\"%s\","
              "\"address\":%s,\"plugged\":%s,\"host\":%s,\"baud\":%u,\"host_baud\":%u,"
              "\"dtr\":%d,\"rts\":%d,\"flash_size\":%u,\"bytes\":%u}",
              self->name, fw_state_text (self->board.state), self->board.config.identity.chip->key,
              mac, address, self->plugged ? "true" : "false",
              self->port.has_host ? "true" : "false", self->board.baud, self->line.host_baud,
              self->board.dtr, self->board.rts, self->flash.size, self->faults.bytes);
    return rest[0] == '\0';
}

static bool
run_stats (struct vb_board *self, uint64_t now, const char *rest, char *reply, size_t size)
{
    snprintf (reply, size, "ok ");
    vb_board_stats (self, reply + 3, size - 3);
    return rest[0] == '\0';
}

static bool
run_quit (struct vb_board *self, uint64_t now, const char *rest, char *reply, size_t size)
{
    if (rest[0] != '\0')
        return false;
    self->loop->stop = true;
    return true;
}

static const struct command commands[] = {
    { "lines", run_lines }, { "break", run_break }, { "boot", run_boot },
    { "reset", run_reset }, { "plug", run_plug },   { "unplug", run_unplug },
    { "fault", run_fault }, { "stats", run_stats }, { "status", run_status },
    { "quit", run_quit },
};

void
vb_board_command (void *user, const char *line, char *reply, size_t size)
{
    struct vb_board *self = user;
    uint64_t now = vb_now ();
    size_t len = strcspn (line, " ");
    const char *rest = line + len + strspn (line + len, " ");

    fw_line_run (&self->line, now);
    snprintf (reply, size, "ok");
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (strlen (commands[i].name) != len || memcmp (commands[i].name, line, len) != 0)
            continue;
        errno = 0;
        if (!commands[i].run (self, now, rest, reply, size))
            snprintf (reply, size, "error %s", errno != 0 ? strerror (errno) : "not understood");
        self->woken = true;
        return;
    }
    snprintf (reply, size, "error unknown command");
}
