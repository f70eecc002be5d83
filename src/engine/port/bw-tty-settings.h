/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <stdbool.h>
#include <stdint.h>

/* The kernel's own terminal calls that libserialport has no function for, or does with side
 * effects: it writes DTR and RTS anew, one after the other, with every change of rate, which can
 * reset a board. In a file of its own because <asm/termbits.h> and <termios.h> exclude each other.
 * All functions return 0 or an errno value. Threads: the one that owns the descriptor. */

/**
 * _bw_tty_set_raw:
 * @fd: a tty
 * @baud: bits per second
 *
 * 8 data bits, no parity, 1 stop bit, no flow control, nothing translated; the lines stay as they
 * are when the last user closes.
 *
 * Returns: 0 or an errno value.
 */
int _bw_tty_set_raw (int fd, uint32_t baud);

/**
 * _bw_tty_set_baud:
 * @fd: a tty
 * @baud: bits per second, any number
 * @ret_in_force: set to what the driver made of it
 *
 * Returns: 0 or an errno value.
 */
int _bw_tty_set_baud (int fd, uint32_t baud, uint32_t *ret_in_force);

/**
 * _bw_tty_set_lines:
 * @fd: a tty
 * @has_dtr: assert DTR
 * @has_rts: assert RTS
 *
 * Both at once.
 *
 * Returns: 0 or an errno value; ENOTTY or EINVAL: there are no lines.
 */
int _bw_tty_set_lines (int fd, bool has_dtr, bool has_rts);

/**
 * _bw_tty_set_break:
 * @fd: a tty
 * @is_on: hold or release
 *
 * Returns: 0 or an errno value.
 */
int _bw_tty_set_break (int fd, bool is_on);

/**
 * _bw_tty_take:
 * @fd: a tty that was just opened
 *
 * Nobody else may open it, its driver hands bytes on at once, closing does not wait for bytes to
 * leave. What a driver does not know is left out.
 *
 * Returns: 0 or an errno value: EBUSY another program holds it.
 */
int _bw_tty_take (int fd);

/**
 * _bw_tty_release:
 * @fd: a tty that was taken
 *
 * Throws away what waits in both directions and lets others open it: where somebody else keeps a
 * pty open, the mark would outlive us.
 */
void _bw_tty_release (int fd);

/**
 * _bw_tty_flush_input:
 * @fd: a tty
 *
 * Returns: 0 or an errno value.
 */
int _bw_tty_flush_input (int fd);
