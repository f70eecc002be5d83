/* SPDX-License-Identifier: Apache-2.0 */
#include "vb-board.h"
#include "vb-chips.h"
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define READS_AT_ONCE 32

/* ---- the core's board and its line know each other through these ---------------------------- */

static void
line_receive (void *user, uint64_t now, const uint8_t *bytes, size_t len)
{
    struct vb_board *self = user;

    fw_meter_hear (&self->meter, now, bytes, len);
    fw_board_receive (&self->board, now, bytes, len);
}

static uint64_t
line_next (void *user)
{
    const struct vb_board *self = user;

    return fw_board_next (&self->board);
}

static void
line_step (void *user, uint64_t now)
{
    struct vb_board *self = user;

    fw_board_step (&self->board, now);
}

static uint32_t
line_baud (void *user, uint32_t host_baud)
{
    struct vb_board *self = user;

    return fw_board_baud (&self->board, host_baud);
}

static void
line_reset (void *user, uint64_t now)
{
    struct vb_board *self = user;

    fw_board_reset (&self->board, now);
}

static uint64_t
output_send (void *user, uint64_t when, const uint8_t *bytes, size_t len)
{
    struct vb_board *self = user;
    uint64_t until = fw_line_send (&self->line, when, bytes, len);

    fw_meter_speak (&self->meter, until);
    return until;
}

static void
output_cut (void *user, uint64_t when)
{
    struct vb_board *self = user;

    fw_line_cut (&self->line, when);
}

/* ---- the port --------------------------------------------------------------------------------- */

static void
on_wake (void *user)
{
    struct vb_board *self = user;

    self->woken = true;
}

/* What has happened so far happened before the lines changed. */
static void
on_lines (void *user, bool dtr, bool rts)
{
    struct vb_board *self = user;
    uint64_t now = vb_now ();

    fw_line_run (&self->line, now);
    fw_board_lines (&self->board, now, dtr, rts);
    self->woken = true;
}

static void
on_hold (void *user, bool on)
{
    struct vb_board *self = user;
    uint64_t now = vb_now ();

    fw_line_run (&self->line, now);
    fw_board_break (&self->board, now, on);
    self->woken = true;
}

/* A host that never stops writing does not keep the loop from the other boards. */
static void
read_host (struct vb_board *self, uint64_t now)
{
    uint8_t bytes[FW_LINE_RX];

    for (unsigned i = 0; self->port.readable; i++) {
        size_t room = fw_line_room (&self->line, now);
        size_t n;

        self->woken = i == READS_AT_ONCE;
        if (room == 0 || self->woken)
            return;
        n = self->port.class->read (&self->port, bytes, room);
        if (n == 0)
            continue;
        fw_line_set_host_baud (&self->line, self->port.class->baud (&self->port));
        fw_line_put (&self->line, now, bytes, n);
        self->last_traffic = now;
        if (!self->line.paced)
            fw_line_run (&self->line, now);
    }
}

/* Returns false when the host does not take more at present. */
static bool
write_host (struct vb_board *self, uint64_t now)
{
    for (;;) {
        size_t n;

        if (self->out_len == 0)
            self->out_len = fw_line_take (&self->line, now, self->out, sizeof self->out);
        if (self->out_len == 0)
            return true;
        if (self->port.has_host && !self->port.writable)
            return false;
        n = self->port.class->write (&self->port, self->out, self->out_len);
        self->out_len -= n;
        memmove (self->out, self->out + n, self->out_len);
        if (n == 0)
            return false;
    }
}

bool
vb_board_plug (struct vb_board *self, uint64_t now, bool on)
{
    if (on == self->plugged)
        return true;
    self->replug_at = FW_NEVER;
    if (on && !self->port.class->plug (&self->port))
        return false;
    if (!on)
        self->port.class->unplug (&self->port);
    self->plugged = on;
    self->out_len = 0;
    fw_line_purge (&self->line, now);
    fw_board_power (&self->board, now, on);
    self->woken = true;
    return true;
}

static void
pull_if_due (struct vb_board *self, uint64_t now)
{
    const struct fw_fault *replug = fw_faults_has (&self->faults, FW_FAULT_REPLUG);

    if (!self->line.unplugged && !self->faults.is_dark)
        return;
    self->line.unplugged = false;
    vb_board_plug (self, now, false);
    if (replug != NULL)
        self->replug_at = now + replug->where * FW_MS;
}

static void
replug_if_due (struct vb_board *self, uint64_t now)
{
    if (self->replug_at <= now && !vb_board_plug (self, now, true)) {
        fprintf (stderr, "%s: cannot be plugged in again: %s\n", self->name, strerror (errno));
        self->replug_at = FW_NEVER;
    }
}

/* Stations see a board come and go as on USB. Not in vb_board_plug(): the order may have come
 * through a connection of the registry, which is not closed while it is being served. */
static void
follow_plug (struct vb_board *self)
{
    bool is_open = self->registry.listener.fd >= 0;

    if (self->registry_path[0] == '\0' || is_open == self->plugged)
        return;
    if (is_open)
        vb_control_close (&self->registry);
    else if (!vb_control_open (&self->registry, self->loop, self->registry_path))
        fprintf (stderr, "%s: %s: %s\n", self->name, self->registry_path, strerror (errno));
}

void
vb_board_tick (struct vb_board *self, uint64_t now)
{
    bool host_reads = true;

    self->woken = false;
    replug_if_due (self, now);
    if (self->plugged) {
        fw_line_set_host_baud (&self->line, self->port.class->baud (&self->port));
        read_host (self, now);
        fw_line_run (&self->line, now);
        /* what had no room before has it now, and no event will say again that it is there */
        if (self->port.readable && self->line.rx_len == 0)
            self->woken = true;
        pull_if_due (self, now);
    }
    /* what was answered at once need not wait for the work behind the answer */
    if (self->plugged)
        host_reads = write_host (self, vb_now ());
    follow_plug (self);
    self->due = fw_line_next (&self->line, host_reads);
    if (self->replug_at < self->due)
        self->due = self->replug_at;
    if (self->woken)
        self->due = now;
}

/* ---- beginning and end ------------------------------------------------------------------------ */

static void
count_up (uint8_t mac[6], unsigned index)
{
    uint32_t low = (uint32_t) mac[3] << 16 | (uint32_t) mac[4] << 8 | mac[5];

    low += index;
    mac[3] = (uint8_t) (low >> 16);
    mac[4] = (uint8_t) (low >> 8);
    mac[5] = (uint8_t) low;
}

static void
fill_identity (struct fw_identity *identity, const struct vb_options *options, unsigned index)
{
    identity->chip = options->chips[index % options->chip_count];
    memcpy (identity->mac, options->mac, sizeof identity->mac);
    count_up (identity->mac, index);
    identity->traits = vb_chip_traits (identity->chip);
    identity->revision =
        options->revision >= 0 ? (uint16_t) options->revision : identity->traits->revision;
    identity->crystal_mhz =
        options->crystal_mhz > 0 ? (uint8_t) options->crystal_mhz : identity->traits->crystal_mhz;
    identity->secure_boot = options->secure_boot;
    identity->secure_download = options->secure_download;
    identity->flash_encryption = options->flash_encryption;
}

/* "drop=0.01#3": of board 3 only. Returns %BWP_ERR_ABSENT where there is no such board. */
static enum bwp_result
add_fault (struct vb_board *self, const char *spec, unsigned index, unsigned count)
{
    const char *mark = strchr (spec, '#');
    struct fw_faults scratch;
    char text[128];
    unsigned wanted;
    int used = 0;

    if (mark == NULL)
        return fw_faults_add (&self->faults, spec);
    if (!isdigit ((unsigned char) mark[1]) || sscanf (mark + 1, "%9u%n", &wanted, &used) != 1
        || mark[1 + used] != '\0'
        || (size_t) snprintf (text, sizeof text, "%.*s", (int) (mark - spec), spec) >= sizeof text)
        return BWP_ERR_RULE;
    if (wanted >= count)
        return BWP_ERR_ABSENT;
    if (wanted == index)
        return fw_faults_add (&self->faults, text);
    fw_faults_init (&scratch, 0);
    return fw_faults_add (&scratch, text);
}

static void
explain_fault (enum bwp_result result, const char *spec, char *error, size_t error_size)
{
    if (result == BWP_ERR_SPACE)
        snprintf (error, error_size, "%s: a board has %u faults at most", spec, FW_FAULT_MAX);
    else if (result == BWP_ERR_ABSENT)
        snprintf (error, error_size, "%s: there is no such board", spec);
    else
        snprintf (error, error_size, "no such fault: %s; see --fault help", spec);
}

static bool
add_faults (struct vb_board *self,
            const struct vb_options *options,
            unsigned index,
            char *error,
            size_t error_size)
{
    fw_faults_init (&self->faults, options->seed * 1000003 + index);
    for (unsigned i = 0; i < options->fault_count; i++) {
        enum bwp_result result = add_fault (self, options->faults[i], index, options->count);

        if (result != BWP_OK) {
            explain_fault (result, options->faults[i], error, error_size);
            return false;
        }
    }
    return true;
}

static bool
open_flash (struct vb_board *self,
            const struct vb_options *options,
            unsigned index,
            char *error,
            size_t error_size)
{
    char path[VB_CONTROL_PATH];

    if (options->flash == NULL)
        return vb_flash_open (&self->flash, NULL, options->flash_size, error, error_size);
    if (!vb_options_numbered (options->flash, index, options->count, path, sizeof path)) {
        snprintf (error, error_size, "the name of the flash file is too long");
        return false;
    }
    return vb_flash_open (&self->flash, path, options->flash_size, error, error_size);
}

static bool
init_port (struct vb_board *self, const struct vb_options *options, unsigned index)
{
    struct vb_port_events events = { on_wake, on_lines, on_hold, self };
    char link[VB_PATH_MAX];
    uint16_t port = options->tcp_port == 0 ? 0 : (uint16_t) (options->tcp_port + index);

    if (options->serial != VB_SERIAL_PTY)
        return vb_port_init_tcp (&self->port, self->loop, port,
                                 options->serial == VB_SERIAL_RFC2217, &events);
    if (!vb_options_numbered (options->link, index, options->count, link, sizeof link)) {
        errno = ENAMETOOLONG;
        return false;
    }
    return vb_port_init_pty (&self->port, self->loop, link, &events);
}

static void
init_core (struct vb_board *self, const struct vb_options *options, unsigned index)
{
    struct fw_line_device device = {
        line_receive, line_next, line_step, line_baud, line_reset, self
    };
    struct fw_board_output output = { output_send, output_cut, self };
    struct fw_board_config config = { .name = self->name,
                                      .flash_size = self->flash.size,
                                      .takes_time = options->real_speed,
                                      .download = options->download,
                                      .generation = options->generation,
                                      .usb = options->usb };

    fill_identity (&config.identity, options, index);
    self->ops =
        (struct vb_ops){ .flash = &self->flash, .name = self->name, .verbose = options->verbose };
    fw_line_init (&self->line, &device, &self->faults, options->real_speed, options->latency_ms);
    fw_board_init (&self->board, &config, &vb_ops_table, &self->ops, &self->faults, &output);
}

bool
vb_board_init (struct vb_board *self,
               const struct vb_options *options,
               unsigned index,
               struct vb_loop *loop,
               char *error,
               size_t error_size)
{
    memset (self, 0, sizeof *self);
    self->loop = loop;
    self->replug_at = self->due = FW_NEVER;
    vb_control_init (&self->control);
    vb_control_init (&self->registry);
    if (options->count > 1)
        snprintf (self->name, sizeof self->name, "%s-%u", options->name, index);
    else
        snprintf (self->name, sizeof self->name, "%s", options->name);
    if (!add_faults (self, options, index, error, error_size)
        || !open_flash (self, options, index, error, error_size))
        return false;
    init_core (self, options, index);
    if (init_port (self, options, index))
        return true;
    snprintf (error, error_size, "%s: %s", options->link, strerror (errno));
    return false;
}

static bool
fail (const char *what, const char *path, char *error, size_t error_size)
{
    snprintf (error, error_size, "%s %s: %s", what, path, strerror (errno));
    return false;
}

static bool
open_control (struct vb_board *self,
              const struct vb_options *options,
              unsigned index,
              char *error,
              size_t error_size)
{
    char path[VB_CONTROL_PATH];
    bool fits = true;

    self->control.command = vb_board_command;
    self->control.user = self;
    if (options->control != NULL)
        fits = vb_options_numbered (options->control, index, options->count, path, sizeof path);
    else if (options->serial == VB_SERIAL_PTY)
        snprintf (path, sizeof path, "%s.ctl", self->port.address);
    else
        return true;
    errno = ENAMETOOLONG;
    if (fits && vb_control_open (&self->control, self->loop, path))
        return true;
    return fail ("control socket", fits ? path : options->control, error, error_size);
}

static bool
open_registry (struct vb_board *self,
               const char *folder,
               unsigned index,
               char *error,
               size_t error_size)
{
    if (folder == NULL)
        return true;
    self->registry.greet = vb_board_introduce;
    self->registry.command = vb_board_command;
    self->registry.user = self;
    snprintf (self->registry_path, sizeof self->registry_path, "%s/vb-%ld-%u.sock", folder,
              (long) getpid (), index);
    return vb_control_open (&self->registry, self->loop, self->registry_path)
           || fail ("socket for stations", self->registry_path, error, error_size);
}

static bool
plug_in (struct vb_board *self,
         const struct vb_options *options,
         uint64_t now,
         char *error,
         size_t error_size)
{
    char port[32];

    if (vb_board_plug (self, now, true))
        return true;
    snprintf (port, sizeof port, "%u", self->port.tcp_port);
    return fail (options->serial == VB_SERIAL_PTY ? "link" : "port",
                 options->serial == VB_SERIAL_PTY ? self->port.link : port, error, error_size);
}

bool
vb_board_start (struct vb_board *self,
                const struct vb_options *options,
                unsigned index,
                const char *folder,
                char *error,
                size_t error_size)
{
    uint64_t now = vb_now ();

    self->last_traffic = now;
    if (!plug_in (self, options, now, error, error_size)
        || !open_control (self, options, index, error, error_size)
        || !open_registry (self, folder, index, error, error_size))
        return false;
    vb_board_tick (self, now);
    return true;
}

void
vb_board_clear (struct vb_board *self)
{
    vb_control_close (&self->registry);
    vb_control_close (&self->control);
    vb_port_clear (&self->port);
    vb_ops_clear (&self->ops);
    vb_flash_close (&self->flash);
}
