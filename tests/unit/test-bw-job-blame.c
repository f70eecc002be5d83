/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a machine knows of a failure, with pretended /proc and /sys. */
#include "config.h"

#include "bw-job-blame.h"
#include "pretended-machine.h"

#define DEVICE "/dev/ttyUSB5"
#define INTERFACE "devices/usb1/1-2/1-2:1.0"

static void
begin_world (struct world *world, const char *program)
{
    make_world (world);
    put (world, "sys/" INTERFACE "/uevent", "DEVTYPE=usb_interface\nDRIVER=ftdi_sio\n");
    put (world, "sys/" INTERFACE "/ttyUSB5/port_number", "0\n");
    put_link (world, "sys/class/tty/ttyUSB5/device", "../../../" INTERFACE "/ttyUSB5");
    if (program == NULL)
        return;
    put (world, "proc/4242/comm", program);
    put_link (world, "proc/4242/fd/3", DEVICE);
}

static void
check (const char *program,
       const char *address,
       BwCause cause,
       BwCause wanted,
       const char *evidence)
{
    struct world world = { 0 };
    BwJobBlame *blame = NULL;
    g_autoptr (GError) named = NULL;

    begin_world (&world, program);
    blame = _bw_job_blame_new (world.proc, world.sys, address);
    named = _bw_job_blame_name (blame, bw_error_new (cause, "what was seen"), 115200);
    g_assert_cmpint (bw_error_get_cause (named), ==, wanted);
    g_assert_cmpstr (bw_error_get_evidence (named), ==, evidence);
    _bw_job_blame_free (blame);
    end_world (&world);
}

/* Neither of them locked it, so both have it and each hears half. */
static void
test_shared (void)
{
    check ("cat\n", DEVICE, BW_CAUSE_NO_ANSWER, BW_CAUSE_BUSY,
           "what was seen; " DEVICE " is held by cat (pid 4242)");
    check ("cat\n", "serial://" DEVICE, BW_CAUSE_GARBAGE, BW_CAUSE_BUSY,
           "what was seen; " DEVICE " is held by cat (pid 4242)");
    check ("ModemManager\n", DEVICE, BW_CAUSE_LOST, BW_CAUSE_MODEM_MANAGER,
           "what was seen; " DEVICE " is held by ModemManager (pid 4242)");
}

static void
test_not_shared (void)
{
    check (NULL, DEVICE, BW_CAUSE_NO_ANSWER, BW_CAUSE_NO_ANSWER, "what was seen");
    /* what it is to blame for, not whatever happens beside it */
    check ("cat\n", DEVICE, BW_CAUSE_WRONG_CHIP, BW_CAUSE_WRONG_CHIP, "what was seen");
    check ("cat\n", DEVICE, BW_CAUSE_UNPLUGGED, BW_CAUSE_UNPLUGGED, "what was seen");
    check ("cat\n", "/dev/ttyS5", BW_CAUSE_NO_ANSWER, BW_CAUSE_NO_ANSWER, "what was seen");
    check ("cat\n", "tcp://127.0.0.1:4000", BW_CAUSE_LOST, BW_CAUSE_LOST, "what was seen");
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/engine/job-blame/another-program-reads-as-well", test_shared);
    g_test_add_func ("/engine/job-blame/nobody-else-is-there", test_not_shared);
    return g_test_run ();
}
