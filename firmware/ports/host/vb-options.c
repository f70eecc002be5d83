/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "vb-options.h"
#include "config.h"
#include "vb-chips.h"
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum option_code {
    OPTION_CHIP = 256,
    OPTION_MAC,
    OPTION_NAME,
    OPTION_FLASH,
    OPTION_FLASH_SIZE,
    OPTION_SERIAL,
    OPTION_COUNT,
    OPTION_SPEED,
    OPTION_FAULT,
    OPTION_SEED,
    OPTION_LATENCY,
    OPTION_STUB,
    OPTION_USB,
    OPTION_REVISION,
    OPTION_CRYSTAL,
    OPTION_BOOT,
    OPTION_SECURE_BOOT,
    OPTION_SECURE_DOWNLOAD,
    OPTION_FLASH_ENCRYPTION,
    OPTION_STATS,
    OPTION_CONTROL,
    OPTION_NO_REGISTRY,
    OPTION_PARENT_EXIT,
    OPTION_IDLE_EXIT,
    OPTION_VERBOSE,
};

static const struct option long_options[] = {
    { "chip", required_argument, NULL, OPTION_CHIP },
    { "mac", required_argument, NULL, OPTION_MAC },
    { "name", required_argument, NULL, OPTION_NAME },
    { "flash", required_argument, NULL, OPTION_FLASH },
    { "flash-size", required_argument, NULL, OPTION_FLASH_SIZE },
    { "serial", required_argument, NULL, OPTION_SERIAL },
    { "count", required_argument, NULL, OPTION_COUNT },
    { "speed", required_argument, NULL, OPTION_SPEED },
    { "fault", required_argument, NULL, OPTION_FAULT },
    { "seed", required_argument, NULL, OPTION_SEED },
    { "latency", required_argument, NULL, OPTION_LATENCY },
    { "stub", required_argument, NULL, OPTION_STUB },
    { "usb", required_argument, NULL, OPTION_USB },
    { "revision", required_argument, NULL, OPTION_REVISION },
    { "crystal", required_argument, NULL, OPTION_CRYSTAL },
    { "boot", required_argument, NULL, OPTION_BOOT },
    { "secure-boot", no_argument, NULL, OPTION_SECURE_BOOT },
    { "secure-download", no_argument, NULL, OPTION_SECURE_DOWNLOAD },
    { "flash-encryption", no_argument, NULL, OPTION_FLASH_ENCRYPTION },
    { "stats", required_argument, NULL, OPTION_STATS },
    { "control", required_argument, NULL, OPTION_CONTROL },
    { "no-registry", no_argument, NULL, OPTION_NO_REGISTRY },
    { "parent-exit", no_argument, NULL, OPTION_PARENT_EXIT },
    { "idle-exit", required_argument, NULL, OPTION_IDLE_EXIT },
    { "verbose", no_argument, NULL, OPTION_VERBOSE },
    { "help", no_argument, NULL, 'h' },
    { "version", no_argument, NULL, 'V' },
    { NULL, 0, NULL, 0 },
};

static void
print_help (void)
{
    puts ("Usage: boardwalk-vboard --chip CHIP\n"
          "                        --serial pty:LINK|tcp:PORT|rfc2217:PORT [OPTION]…\n"
          "A board without hardware: boot ROM, stub protocol, flash and boot log of a chip.\n"
          "\n"
          "  --chip CHIP[,CHIP…]    esp32, esp8266, esp32c3 …; several are used in turn\n"
          "  --serial pty:LINK      a pseudo-terminal behind the symbolic link LINK; its\n"
          "                         lines are moved through the socket LINK.ctl\n"
          "  --serial tcp:PORT      a plain socket on the loopback address, 0 for any port\n"
          "  --serial rfc2217:PORT  a socket with rate, DTR, RTS and break\n"
          "  --mac MAC              of the first board (24:6f:28:00:00:01)\n"
          "  --name NAME            shown to stations (vboard)\n"
          "  --flash FILE           keeps the flash; without it, it is memory\n"
          "  --flash-size SIZE      256KB to 256MB (size of FILE, else 4MB)\n"
          "  --count N              so many boards: MAC and PORT count up; %d in FILE, LINK\n"
          "                         and PATH becomes 0, 1 …, or .0, .1 … is put behind them\n"
          "  --speed real|unlimited bytes and flash take their time, or none (unlimited)\n"
          "  --latency MS           an adapter that holds short replies that long\n"
          "  --boot normal|download how it starts without control lines (normal)\n"
          "  --stub auto|1|2        generation of the stub that is taken to be uploaded\n"
          "  --usb none|jtag|otg    the line is the chip's own USB (none)\n"
          "  --revision X.Y         of the chip\n"
          "  --crystal MHZ          26, 40 …\n"
          "  --secure-boot  --secure-download  --flash-encryption\n"
          "  --fault SPEC[#K]       a defect, of all boards or board K only; --fault help\n"
          "  --seed N               of everything random (1)\n"
          "  --control PATH         a control socket\n"
          "  --stats FILE           counters, written at the end as JSON\n"
          "  --no-registry          stations do not find the board by themselves\n"
          "  --parent-exit          ends when its parent ends\n"
          "  --idle-exit S          ends after S seconds without a host\n"
          "  --verbose  -h, --help  -V, --version\n"
          "\n"
          "Prints \"ready ADDRESS\" per board when it can be reached. Ends on SIGTERM, SIGINT\n"
          "and SIGHUP.\n"
          "Lines of a control socket: lines D R, break 0|1, reset, boot download|normal,\n"
          "unplug, plug, fault SPEC, status, stats, quit. Each is answered by a line that\n"
          "begins with \"ok\" or \"error\".");
}

static void
print_faults (void)
{
    for (unsigned i = 0; fw_fault_help (i) != NULL; i++)
        printf ("  %s\n", fw_fault_help (i));
}

static enum vb_usage
complain (const char *option, const char *value)
{
    fprintf (stderr, "boardwalk-vboard: --%s does not take \"%s\"; see --help\n", option, value);
    return VB_USAGE_WRONG;
}

static bool
parse_number (const char *text, unsigned long most, unsigned long *ret)
{
    bool is_hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
    char *end;

    errno = 0;
    *ret = strtoul (text, &end, is_hex ? 16 : 10);
    return isdigit ((unsigned char) text[0]) && *end == '\0' && errno == 0 && *ret <= most;
}

static bool
parse_mac (const char *text, uint8_t mac[6])
{
    for (unsigned i = 0; i < 6; i++) {
        char *end;

        if (!isxdigit ((unsigned char) text[0]) || !isxdigit ((unsigned char) text[1]))
            return false;
        mac[i] = (uint8_t) strtoul (text, &end, 16);
        if (end != text + 2 || *end != (i < 5 ? ':' : '\0'))
            return false;
        text = end + 1;
    }
    return true;
}

static bool
parse_size (const char *text, uint32_t *ret)
{
    char *end;
    unsigned long value = strtoul (text, &end, 10);

    if (!isdigit ((unsigned char) text[0]) || value > 1u << 20)
        return false;
    if (strcasecmp (end, "MB") == 0 || strcasecmp (end, "M") == 0)
        value <<= 20;
    else if (strcasecmp (end, "KB") == 0 || strcasecmp (end, "K") == 0)
        value <<= 10;
    else
        return false;
    *ret = (uint32_t) value;
    return value >= 256u << 10 && value <= 256u << 20 && (value & (value - 1)) == 0;
}

static bool
parse_digits (const char *text, size_t len, unsigned *ret)
{
    *ret = 0;
    for (size_t i = 0; i < len; i++) {
        if (!isdigit ((unsigned char) text[i]))
            return false;
        *ret = *ret * 10 + (unsigned) (text[i] - '0');
    }
    return len > 0;
}

static bool
parse_revision (const char *text, int *ret)
{
    size_t len = strcspn (text, "."), rest = strlen (text) - len;
    unsigned major, minor;

    if (len > 3 || rest < 2 || rest > 3 || !parse_digits (text, len, &major)
        || !parse_digits (text + len + 1, rest - 1, &minor))
        return false;
    *ret = (int) (major * 100 + minor);
    return true;
}

static bool
parse_chips (struct vb_options *self, const char *text)
{
    while (*text != '\0') {
        char name[32];
        size_t len = strcspn (text, ",");

        if (len >= sizeof name || self->chip_count == VB_CHIPS_MAX)
            return false;
        memcpy (name, text, len);
        name[len] = '\0';
        self->chips[self->chip_count] = bwp_esp_chip_by_name (name);
        if (self->chips[self->chip_count] == NULL
            || vb_chip_traits (self->chips[self->chip_count]) == NULL)
            return false;
        self->chip_count++;
        text += len;
        if (text[0] == ',' && *++text == '\0')
            return false;
    }
    return self->chip_count > 0;
}

static bool
parse_serial (struct vb_options *self, const char *text)
{
    unsigned long port;

    if (strncmp (text, "pty:", 4) == 0) {
        self->serial = VB_SERIAL_PTY;
        self->link = text + 4;
        return self->link[0] != '\0';
    }
    self->serial = strncmp (text, "tcp:", 4) == 0 ? VB_SERIAL_TCP : VB_SERIAL_RFC2217;
    if (self->serial == VB_SERIAL_RFC2217 && strncmp (text, "rfc2217:", 8) != 0)
        return false;
    if (!parse_number (strchr (text, ':') + 1, 65535, &port))
        return false;
    self->tcp_port = (uint16_t) port;
    self->link = "";
    return true;
}

static bool
parse_name (const char *text)
{
    for (const char *c = text; *c != '\0'; c++)
        if (!isalnum ((unsigned char) *c) && strchr ("._- ", *c) == NULL)
            return false;
    return text[0] != '\0' && strlen (text) < 64;
}

/* One of two words. */
static bool
parse_choice (const char *text, const char *yes, const char *no, bool *ret)
{
    *ret = strcmp (text, yes) == 0;
    return *ret || strcmp (text, no) == 0;
}

static bool
parse_stub (const char *text, enum fw_generation *ret)
{
    *ret = strcmp (text, "1") == 0 ? FW_STUB_1 : strcmp (text, "2") == 0 ? FW_STUB_2 : FW_STUB_AUTO;
    return *ret != FW_STUB_AUTO || strcmp (text, "auto") == 0;
}

static bool
parse_usb (const char *text, enum fw_usb *ret)
{
    *ret = strcmp (text, "jtag") == 0  ? FW_USB_JTAG
           : strcmp (text, "otg") == 0 ? FW_USB_OTG
                                       : FW_USB_NONE;
    return *ret != FW_USB_NONE || strcmp (text, "none") == 0;
}

static bool
add_fault (struct vb_options *self, const char *text)
{
    if (self->fault_count == VB_FAULTS_MAX)
        return false;
    self->faults[self->fault_count++] = text;
    return true;
}

static bool
take_text (struct vb_options *self, int option, const char *text)
{
    switch (option) {
    case OPTION_CHIP:
        return parse_chips (self, text);
    case OPTION_MAC:
        return parse_mac (text, self->mac);
    case OPTION_NAME:
        self->name = text;
        return parse_name (text);
    case OPTION_FLASH:
        self->flash = text;
        return text[0] != '\0';
    case OPTION_FLASH_SIZE:
        return parse_size (text, &self->flash_size);
    case OPTION_SERIAL:
        return parse_serial (self, text);
    case OPTION_SPEED:
        return parse_choice (text, "real", "unlimited", &self->real_speed);
    case OPTION_FAULT:
        return add_fault (self, text);
    case OPTION_STUB:
        return parse_stub (text, &self->generation);
    case OPTION_USB:
        return parse_usb (text, &self->usb);
    case OPTION_REVISION:
        return parse_revision (text, &self->revision);
    case OPTION_BOOT:
        return parse_choice (text, "download", "normal", &self->download);
    case OPTION_STATS:
        self->stats = text;
        return text[0] != '\0';
    case OPTION_CONTROL:
        self->control = text;
        return text[0] != '\0';
    default:
        return false;
    }
}

static bool
take_number (struct vb_options *self, int option, const char *text)
{
    unsigned long value;

    if (!parse_number (text, option == OPTION_SEED ? ~0ul : 1000000, &value))
        return false;
    switch (option) {
    case OPTION_COUNT:
        self->count = (unsigned) value;
        return value >= 1 && value <= VB_COUNT_MAX;
    case OPTION_SEED:
        self->seed = value;
        return true;
    case OPTION_LATENCY:
        self->latency_ms = (uint32_t) value;
        return value <= 10000;
    case OPTION_CRYSTAL:
        self->crystal_mhz = (unsigned) value;
        return value >= 8 && value <= 80;
    case OPTION_IDLE_EXIT:
        self->idle_exit_s = (unsigned) value;
        return true;
    default:
        return false;
    }
}

static bool
take_flag (struct vb_options *self, int option)
{
    switch (option) {
    case OPTION_SECURE_BOOT:
        self->secure_boot = true;
        return true;
    case OPTION_SECURE_DOWNLOAD:
        self->secure_download = true;
        return true;
    case OPTION_FLASH_ENCRYPTION:
        self->flash_encryption = true;
        return true;
    case OPTION_NO_REGISTRY:
        self->registry = false;
        return true;
    case OPTION_PARENT_EXIT:
        self->parent_exit = true;
        return true;
    case OPTION_VERBOSE:
        self->verbose = true;
        return true;
    default:
        return false;
    }
}

static enum vb_usage
take_option (struct vb_options *self, int option, int index, const char *text)
{
    if (option == '?')
        return VB_USAGE_WRONG;
    if (option == 'h') {
        print_help ();
        return VB_USAGE_DONE;
    }
    if (option == 'V') {
        puts ("boardwalk-vboard " BW_VERSION);
        return VB_USAGE_DONE;
    }
    if (option == OPTION_FAULT && strcmp (text, "help") == 0) {
        print_faults ();
        return VB_USAGE_DONE;
    }
    if (text == NULL ? take_flag (self, option)
                     : take_text (self, option, text) || take_number (self, option, text))
        return VB_USAGE_RUN;
    return complain (long_options[index].name, text);
}

static void
set_defaults (struct vb_options *self)
{
    static const uint8_t mac[6] = { 0x24, 0x6f, 0x28, 0, 0, 1 };

    memset (self, 0, sizeof *self);
    memcpy (self->mac, mac, sizeof mac);
    self->name = "vboard";
    self->count = 1;
    self->seed = 1;
    self->revision = -1;
    self->registry = true;
}

/* The first two families have no such fuse: their ROMs know nothing of it. */
static bool
can_secure_download (const struct vb_options *self)
{
    for (unsigned i = 0; i < self->chip_count; i++)
        if (!bwp_esp_chip_supports (self->chips[i], BWP_ESP_CAN_SECURITY_INFO)
            && !bwp_esp_chip_supports (self->chips[i], BWP_ESP_CAN_SECURITY_INFO_SHORT))
            return false;
    return true;
}

enum vb_usage
vb_options_parse (struct vb_options *self, int argc, char **argv)
{
    static char program[] = "boardwalk-vboard";
    int option, index = 0;

    /* getopt begins its complaints with it */
    if (argc > 0)
        argv[0] = program;
    set_defaults (self);
    while ((option = getopt_long (argc, argv, "hV", long_options, &index)) != -1) {
        enum vb_usage usage = take_option (self, option, index, optarg);

        if (usage != VB_USAGE_RUN)
            return usage;
    }
    if (self->tcp_port + self->count > 65536) {
        fputs ("boardwalk-vboard: there are not that many ports from there on\n", stderr);
        return VB_USAGE_WRONG;
    }
    if (optind < argc || self->chip_count == 0 || self->link == NULL) {
        fputs ("boardwalk-vboard: --chip and --serial are needed, nothing else without an option; "
               "see --help\n",
               stderr);
        return VB_USAGE_WRONG;
    }
    if (self->secure_download && !can_secure_download (self)) {
        fputs ("boardwalk-vboard: --secure-download: esp8266 and esp32 have no such mode\n",
               stderr);
        return VB_USAGE_WRONG;
    }
    return VB_USAGE_RUN;
}

bool
vb_options_numbered (const char *pattern, unsigned index, unsigned count, char *out, size_t size)
{
    const char *at = strstr (pattern, "%d");
    int n;

    if (at != NULL)
        n = snprintf (out, size, "%.*s%u%s", (int) (at - pattern), pattern, index, at + 2);
    else if (count > 1)
        n = snprintf (out, size, "%s.%u", pattern, index);
    else
        n = snprintf (out, size, "%s", pattern);
    return n >= 0 && (size_t) n < size;
}
