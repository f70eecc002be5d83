/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-firmware-fetch"
#include "config.h"

#include "bw-firmware-fetch.h"

#include <curl/curl.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "bw-digests.h"
#include "bw-error.h"

#define POLL_MS 1000
/* Bytes a second below which nothing comes. */
#define IDLE_BYTES 64L

typedef struct {
    CURL *easy;
    CURLM *multi;
    GByteArray *bytes;
    size_t size_max;
    gboolean is_too_large;
    BwFirmwareMeter *meter;      /* (nullable): borrowed */
    char words[CURL_ERROR_SIZE]; /* of the library, about its last failure */
} Fetch;

static void
fetch_clear (Fetch *self)
{
    if (self->multi != NULL && self->easy != NULL)
        curl_multi_remove_handle (self->multi, self->easy);
    curl_easy_cleanup (self->easy);
    if (self->multi != NULL)
        curl_multi_cleanup (self->multi);
    g_clear_pointer (&self->bytes, g_byte_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Fetch, fetch_clear)

/* Of the address that counts: what a detour says has no body of its own that would be kept. */
static uint64_t
get_total (Fetch *self)
{
    curl_off_t total = 0;

    curl_easy_getinfo (self->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &total);
    return total > 0 ? (uint64_t) total : 0;
}

static size_t
on_bytes (char *data, size_t size, size_t n, void *user_data)
{
    Fetch *self = user_data;

    if (n > self->size_max - self->bytes->len) {
        self->is_too_large = TRUE;
        return 0;
    }
    g_byte_array_append (self->bytes, (const guint8 *) data, (guint) n);
    bw_firmware_meter_set (self->meter, self->bytes->len, get_total (self));
    return n;
}

static void
set_up (Fetch *self, const BwFirmwareUrl *url)
{
    const char *certificates = g_getenv ("SSL_CERT_FILE");

    curl_easy_setopt (self->easy, CURLOPT_URL, url->fetched);
    curl_easy_setopt (self->easy, CURLOPT_PROTOCOLS_STR, "https");
    curl_easy_setopt (self->easy, CURLOPT_REDIR_PROTOCOLS_STR, "https");
    curl_easy_setopt (self->easy, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt (self->easy, CURLOPT_MAXREDIRS, (long) BW_FIRMWARE_FETCH_REDIRECTS_MAX);
    curl_easy_setopt (self->easy, CURLOPT_FAILONERROR, 1L);
    curl_easy_setopt (self->easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt (self->easy, CURLOPT_QUICK_EXIT, 1L); /* a cancel waits for no name server */
    curl_easy_setopt (self->easy, CURLOPT_CONNECTTIMEOUT, (long) BW_FIRMWARE_FETCH_CONNECT_S);
    curl_easy_setopt (self->easy, CURLOPT_LOW_SPEED_LIMIT, IDLE_BYTES);
    curl_easy_setopt (self->easy, CURLOPT_LOW_SPEED_TIME, (long) BW_FIRMWARE_FETCH_IDLE_S);
    curl_easy_setopt (self->easy, CURLOPT_TIMEOUT, (long) BW_FIRMWARE_FETCH_MAX_S);
    curl_easy_setopt (self->easy, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t) self->size_max);
    curl_easy_setopt (self->easy, CURLOPT_USERAGENT, "boardwalk/" BW_VERSION);
    curl_easy_setopt (self->easy, CURLOPT_ERRORBUFFER, self->words);
    curl_easy_setopt (self->easy, CURLOPT_WRITEFUNCTION, on_bytes);
    curl_easy_setopt (self->easy, CURLOPT_WRITEDATA, self);
    if (certificates != NULL && certificates[0] != '\0')
        curl_easy_setopt (self->easy, CURLOPT_CAINFO, certificates);
}

/* --- what became of it --- */

static BwCause
get_cause (CURLcode code)
{
    switch ((int) code) {
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
        return BW_CAUSE_UNTRUSTED_SERVER;
    case CURLE_FILESIZE_EXCEEDED:
        return BW_CAUSE_TOO_LARGE;
    default:
        return BW_CAUSE_FETCH_FAILED;
    }
}

static gboolean
judge (const Fetch *self, CURLcode code, const BwFirmwareUrl *url, GError **error)
{
    g_autofree char *words =
        g_utf8_make_valid (self->words[0] == '\0' ? curl_easy_strerror (code) : self->words, -1);

    if (code == CURLE_OK)
        return TRUE;
    if (self->is_too_large || get_cause (code) == BW_CAUSE_TOO_LARGE)
        bw_set_error (error, BW_CAUSE_TOO_LARGE, _ ("%s: more than %zu bytes"), url->shown,
                      self->size_max);
    else
        bw_set_error (error, get_cause (code), "%s: %s", url->shown, words);
    return FALSE;
}

/* The state of a transfer that is over; CURLE_OK also while it is not. */
static CURLcode
get_end (CURLM *multi)
{
    CURLcode code = CURLE_OK;
    CURLMsg *message = NULL;
    int n_left = 0;

    while ((message = curl_multi_info_read (multi, &n_left)) != NULL)
        if (message->msg == CURLMSG_DONE)
            code = message->data.result;
    return code;
}

static CURLcode
transfer (Fetch *self, GCancellable *cancellable)
{
    GPollFD fd = { .fd = -1 };
    gboolean has_fd = g_cancellable_make_pollfd (cancellable, &fd);
    struct curl_waitfd stop = { .fd = fd.fd, .events = CURL_WAIT_POLLIN };
    int n_running = 1;

    while (curl_multi_perform (self->multi, &n_running) == CURLM_OK && n_running > 0
           && !g_cancellable_is_cancelled (cancellable))
        if (curl_multi_poll (self->multi, &stop, has_fd ? 1 : 0, POLL_MS, NULL) != CURLM_OK)
            break;
    if (has_fd)
        g_cancellable_release_fd (cancellable);
    return n_running > 0 ? CURLE_ABORTED_BY_CALLBACK : get_end (self->multi);
}

static gboolean
check_digest (GBytes *bytes, const BwFirmwareUrl *url, GError **error)
{
    size_t len = 0;
    const uint8_t *data = g_bytes_get_data (bytes, &len);
    g_autofree char *found = bw_digests_dup_sha256_hex (data, len);

    if (len == 0) {
        bw_set_error (error, BW_CAUSE_FETCH_FAILED, _ ("%s: is empty"), url->shown);
        return FALSE;
    }
    if (strcmp (found, url->sha256) == 0)
        return TRUE;
    bw_set_error (error, BW_CAUSE_WRONG_DIGEST, _ ("%s: has SHA-256 %s instead of %s"), url->shown,
                  found, url->sha256);
    return FALSE;
}

static gpointer
start_library (gpointer data)
{
    return GINT_TO_POINTER (curl_global_init (CURL_GLOBAL_DEFAULT) == CURLE_OK);
}

GBytes *
bw_firmware_fetch (const BwFirmwareUrl *url,
                   size_t size_max,
                   BwFirmwareMeter *meter,
                   GCancellable *cancellable,
                   GError **error)
{
    static GOnce once = G_ONCE_INIT;
    g_auto (Fetch) self = { .size_max = size_max, .meter = meter };
    g_autoptr (GBytes) bytes = NULL;
    CURLcode code = CURLE_FAILED_INIT;

    self.bytes = g_byte_array_new ();
    if (g_once (&once, start_library, NULL) != NULL) {
        self.easy = curl_easy_init ();
        self.multi = curl_multi_init ();
    }
    if (self.easy != NULL && self.multi != NULL) {
        set_up (&self, url);
        if (curl_multi_add_handle (self.multi, self.easy) == CURLM_OK)
            code = transfer (&self, cancellable);
    }
    if (g_cancellable_set_error_if_cancelled (cancellable, error)
        || !judge (&self, code, url, error))
        return NULL;
    bytes = g_byte_array_free_to_bytes (g_steal_pointer (&self.bytes));
    return check_digest (bytes, url, error) ? g_steal_pointer (&bytes) : NULL;
}
