/* SPDX-License-Identifier: GPL-3.0-or-later */
const BwCliCommand command = {
    .name = "firmware show",
    .summary = "Show what a firmware is",
};
