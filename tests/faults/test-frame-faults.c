/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every kind of frame that the driver sends and gets, in each of its fields damaged, and each reply
 * late, lost, twice or in the place of another: once in a conversation that is good otherwise. What
 * ends well is so in the flash, what fails has a name, and nothing waits beyond its limits.
 *
 * A conversation costs milliseconds: board and clock are in memory. Without BOARDWALK_SOAK every so
 * many faults are played (BW_FAULTS_STRIDE, BW_FAULTS_FIRST, in scenes with BW_FAULTS_SCENE in their
 * name); BW_FAULTS_CASE plays one and tells all that was said, BW_FAULTS_TELL tells each that was not
 * overcome. */
#include "config.h"

#include <string.h>

#include "bw-cause.h"
#include "driver-scene.h"
#include "frame-fault.h"
#include "hostile-port.h"

#define STRIDE 97
/* Of what the driver notes when a request may have hit another place. */
#define STRAY "hit another place"
/* Which byte of a request that begins to write is the one that tells sectors apart. */
#define BEGIN_SECTOR_BYTE (BWP_ESP_HEADER_BYTES + 13)
/* Frames of a kind that are damaged: so many at the beginning, one in the middle and the last. */
#define FIRST_ONES 2
/* The longest a single fault may keep us beyond what the same conversation takes without it, besides
 * the time by which the fault itself is late: the longest limit of a request, and another try. */
#define LONGEST_MS (300 * 1000)

struct manner {
    const char *name;
    const char *chip;
    gboolean has_stub;
    enum fw_generation generation;
};

static const struct manner manners[] = {
    { "esp8266 rom", "esp8266", FALSE, FW_STUB_1 },
    { "esp8266 stub", "esp8266", TRUE, FW_STUB_1 },
    { "esp32 rom", "esp32", FALSE, FW_STUB_1 },
    { "esp32 stub", "esp32", TRUE, FW_STUB_1 },
    { "esp32c3 rom", "esp32c3", FALSE, FW_STUB_2 },
    { "esp32c3 stub 2", "esp32c3", TRUE, FW_STUB_2 },
};

static const struct {
    const char *name;
    enum scene_work work;
    BwWriteOptions write;
    enum scene_flash before;
} works[] = {
    { "info", SCENE_INFO, { 0 }, SCENE_SAME },
    { "flash", SCENE_WRITE, { .diff = TRUE, .verify = TRUE, .compress = TRUE }, SCENE_OTHER },
    { "flash changed",
      SCENE_WRITE,
      { .diff = TRUE, .verify = TRUE, .compress = TRUE },
      SCENE_NEARLY },
    { "flash plain", SCENE_WRITE, { .erase_all = TRUE, .verify = TRUE }, SCENE_OTHER },
    { "verify", SCENE_VERIFY, { 0 }, SCENE_SAME },
    { "verify changed", SCENE_VERIFY, { 0 }, SCENE_NEARLY },
    { "read", SCENE_READ, { 0 }, SCENE_SAME },
    { "erase", SCENE_ERASE, { 0 }, SCENE_SAME },
};

/* What one conversation came to. */
struct result {
    gboolean is_good;
    gboolean is_true;
    gboolean is_rest_kept;
    gboolean is_stray_told; /* the driver noted that it may not be */
    BwCause cause;
    int64_t time_ms;
    uint64_t bytes;
    char *identity;
    char *told;
};

struct tally {
    unsigned n;
    unsigned good;
    unsigned elsewhere; /* a request was changed to one about another place, and it was done */
    unsigned untold;    /* of these, ended well and not a word about it: nothing gave it away */
    unsigned warned;    /* the same word, and nothing was touched */
    unsigned misread;   /* identity */
    int64_t longest_ms;
    uint64_t bytes; /* more than without a fault */
    GHashTable *causes;
};

static char *
dup_identity (const BwBoardInfo *info)
{
    if (info == NULL)
        return NULL;
    return g_strdup_printf ("%s %d %u %s %u %x %s %d%d%d", info->chip_key, info->revision,
                            info->crystal_mhz, info->mac, info->flash_size_bytes, info->flash_id,
                            info->features, info->is_secure_boot, info->is_flash_encrypted,
                            info->is_secure_download);
}

static struct result
play (const struct scene *scene, struct meddler *meddler)
{
    g_autoptr (GCancellable) cancellable = g_cancellable_new ();
    struct scene_outcome outcome = scene_outcome_begin ();
    struct fake *board = scene_stage (scene);
    g_autoptr (BwPort) port =
                   hostile_port_open_meddled (board, HOSTILE_LINES, meddler_meddle, meddler);
    int64_t began_us = hostile_clock_us ();
    struct result result;

    fake_start (board, FALSE);
    scene_talk (port, scene, &outcome, cancellable);
    result = (struct result){
        .is_good = outcome.is_good,
        .is_true = !outcome.is_good || scene_is_good (scene, &outcome),
        .is_rest_kept = scene_is_rest_kept (scene, &outcome),
        .is_stray_told = strstr (outcome.told->str, STRAY) != NULL,
        .cause = outcome.cause,
        .time_ms = (hostile_clock_us () - began_us) / 1000,
        .bytes = meddler->bytes,
        .identity = dup_identity (outcome.info),
        .told = g_strdup (outcome.told->str),
    };
    bw_port_close (port);
    scene_outcome_end (&outcome);
    return result;
}

static void
result_clear (struct result *self)
{
    g_free (self->identity);
    g_free (self->told);
}

/* ---- which faults ---------------------------------------------------------------------------- */

/* How many frames of a kind, in one direction. */
struct kind {
    const char *name;
    gboolean is_request;
    unsigned total;
    unsigned passed;
};

static struct kind *
get_kind (GArray *kinds, const struct sighting *frame)
{
    struct kind kind = { .name = frame->kind, .is_request = frame->is_request };

    for (unsigned i = 0; i < kinds->len; i++) {
        struct kind *known = &g_array_index (kinds, struct kind, i);

        if (g_str_equal (known->name, kind.name) && known->is_request == kind.is_request)
            return known;
    }
    g_array_append_val (kinds, kind);
    return &g_array_index (kinds, struct kind, kinds->len - 1);
}

/* Whether the next frame of that kind is among the first, the last, or in the middle. */
static gboolean
is_chosen (const struct kind *kind)
{
    return kind->passed < FIRST_ONES || kind->passed + 1 == kind->total
           || kind->passed == kind->total / 2;
}

static GArray *
list_faults (const GArray *seen)
{
    GArray *faults = g_array_new (FALSE, FALSE, sizeof (struct frame_fault));
    g_autoptr (GArray) kinds = g_array_new (FALSE, FALSE, sizeof (struct kind));

    for (unsigned at = 0; at < seen->len; at++)
        get_kind (kinds, &g_array_index (seen, struct sighting, at))->total++;
    for (unsigned at = 0; at < seen->len; at++) {
        const struct sighting *frame = &g_array_index (seen, struct sighting, at);
        struct kind *kind = get_kind (kinds, frame);

        if (is_chosen (kind))
            frame_faults_add (faults, frame, at);
        kind->passed++;
    }
    return faults;
}

/* ---- what came of them ----------------------------------------------------------------------- */

static void
count_cause (struct tally *tally, BwCause cause)
{
    const char *id = bw_cause_get_id (cause);
    unsigned n = GPOINTER_TO_UINT (g_hash_table_lookup (tally->causes, id));

    g_hash_table_insert (tally->causes, (char *) id, GUINT_TO_POINTER (n + 1));
}

static gboolean
is_misread (const struct result *usual, const struct result *result)
{
    return result->identity != NULL && !g_str_equal (result->identity, usual->identity);
}

static gboolean
is_untold (const struct result *result)
{
    return result->is_good && !result->is_rest_kept && !result->is_stray_told;
}

/* How much longer it took, besides the time by which a frame was late. */
static int64_t
get_wait_ms (const struct frame_fault *fault,
             const struct result *usual,
             const struct result *result)
{
    return result->time_ms - usual->time_ms - fault->late_ms;
}

static void
count (struct tally *tally,
       const struct frame_fault *fault,
       const struct result *usual,
       const struct result *result)
{
    tally->n++;
    tally->good += result->is_good ? 1 : 0;
    tally->elsewhere += result->is_rest_kept ? 0 : 1;
    tally->untold += is_untold (result) ? 1 : 0;
    tally->warned += result->is_stray_told && result->is_rest_kept ? 1 : 0;
    tally->misread += is_misread (usual, result) ? 1 : 0;
    tally->longest_ms = MAX (tally->longest_ms, get_wait_ms (fault, usual, result));
    tally->bytes += result->bytes - MIN (result->bytes, usual->bytes);
    if (!result->is_good)
        count_cause (tally, result->cause);
}

static void
tell_causes (const struct tally *tally)
{
    GHashTableIter iter;
    gpointer id = NULL, n = NULL;

    g_hash_table_iter_init (&iter, tally->causes);
    while (g_hash_table_iter_next (&iter, &id, &n))
        g_print (" %s %u", (const char *) id, GPOINTER_TO_UINT (n));
}

static void
tell (const char *name, const struct tally *tally)
{
    g_print ("%-28s %6u faults, %6u good, longest %" G_GINT64_FORMAT " ms more, %.0f bytes more a "
             "fault, identity misread %u, elsewhere %u, of it untold %u, warned for nothing %u; "
             "failed:",
             name, tally->n, tally->good, tally->longest_ms,
             tally->n > 0 ? (double) tally->bytes / tally->n : 0.0, tally->misread,
             tally->elsewhere, tally->untold, tally->warned);
    tell_causes (tally);
    g_print ("\n");
}

/* ---- all of them ----------------------------------------------------------------------------- */

struct campaign {
    unsigned number; /* of the next fault, over all scenes */
    unsigned stride;
    unsigned first;
    int only;           /* -1: none */
    gboolean is_wanted; /* the scene at hand */
    gboolean tells;
    unsigned violations;
    struct tally all;
};

/* What is to be written goes into another sector. */
static gboolean
is_misdirected (const struct sighting *frame, const struct frame_fault *fault)
{
    return frame->is_request && g_str_has_suffix (frame->kind, "BEGIN")
           && !g_str_has_prefix (frame->kind, "MEM") && fault->place == BEGIN_SECTOR_BYTE
           && fault->damage == DAMAGE_FLIP_MIDDLE && fault->field == FIELD_DATA;
}

/* Good that is not; bad of a flash that is as it should be; another place touched, though the board
 * was told nothing else than the driver said, or without a word where what was meant for one sector
 * went into another; too long a wait. */
static gboolean
is_wrong (const struct sighting *frame,
          const struct frame_fault *fault,
          const struct result *usual,
          const struct result *result)
{
    return !result->is_true || (result->is_good && !usual->is_good)
           || (usual->is_good && result->cause == BW_CAUSE_VERIFY_FAILED)
           || (!result->is_rest_kept && !frame->is_request)
           || (is_untold (result) && is_misdirected (frame, fault))
           || get_wait_ms (fault, usual, result) > LONGEST_MS;
}

/* Whether the fault was not overcome. */
static gboolean
is_other (const struct result *usual, const struct result *result)
{
    return result->is_good != usual->is_good || result->cause != usual->cause
           || !result->is_rest_kept || is_misread (usual, result);
}

static void
tell_case (const struct campaign *self,
           const char *name,
           const struct sighting *frame,
           const struct frame_fault *fault,
           const struct result *usual,
           const struct result *result)
{
    g_autofree char *text = frame_fault_dup_text (fault);

    g_print ("case %u: %s, %s %s, frame %u, %s: %s after %" G_GINT64_FORMAT " ms%s%s%s%s\n",
             self->number, name, frame->kind, frame->is_request ? "request" : "reply", fault->at,
             text, result->is_good ? "good" : bw_cause_get_id (result->cause), result->time_ms,
             result->is_true ? "" : ", FALSE GOOD", result->is_rest_kept ? "" : ", elsewhere",
             is_untold (result) ? " and untold" : "",
             is_misread (usual, result) ? ", misread" : "");
}

static void
play_one (struct campaign *self,
          const char *name,
          const struct scene *scene,
          const struct sighting *frame,
          const struct frame_fault *fault,
          const struct result *usual,
          struct tally *tally)
{
    struct meddler meddler = { .fault = fault };
    struct result result = play (scene, &meddler);
    gboolean is_violation = is_wrong (frame, fault, usual, &result);

    count (tally, fault, usual, &result);
    count (&self->all, fault, usual, &result);
    self->violations += is_violation ? 1 : 0;
    if (is_violation || self->only >= 0 || (self->tells && is_other (usual, &result)))
        tell_case (self, name, frame, fault, usual, &result);
    if (is_violation || self->only >= 0)
        g_print ("%s\n", result.told);
    result_clear (&result);
    meddler_clear (&meddler);
}

static gboolean
is_due (const struct campaign *self, const struct sighting *frame, const struct frame_fault *fault)
{
    if (self->only >= 0)
        return self->number == (unsigned) self->only;
    return self->is_wanted
           && (self->number % self->stride == self->first % self->stride
               || is_misdirected (frame, fault));
}

static void
play_scene (struct campaign *self, const char *name, const struct scene *scene)
{
    g_autoptr (GArray) seen = g_array_new (FALSE, FALSE, sizeof (struct sighting));
    g_autoptr (GArray) faults = NULL;
    struct meddler none = { .seen = seen };
    struct result usual = play (scene, &none);
    struct tally tally = { .causes = g_hash_table_new (g_str_hash, g_str_equal) };

    g_assert_true (usual.is_true && usual.is_rest_kept && !usual.is_stray_told);
    g_assert_true (usual.is_good == (scene->work != SCENE_VERIFY || scene->before == SCENE_SAME));
    faults = list_faults (seen);
    for (unsigned i = 0; i < faults->len; i++) {
        const struct frame_fault *fault = &g_array_index (faults, struct frame_fault, i);

        const struct sighting *frame = &g_array_index (seen, struct sighting, fault->at);

        if (is_due (self, frame, fault))
            play_one (self, name, scene, frame, fault, &usual, &tally);
        self->number++;
    }
    if (tally.n > 0 && self->only < 0)
        tell (name, &tally);
    g_hash_table_unref (tally.causes);
    result_clear (&usual);
    meddler_clear (&none);
}

static unsigned
get_number (const char *name, unsigned otherwise)
{
    const char *text = g_getenv (name);

    return text != NULL ? (unsigned) g_ascii_strtoull (text, NULL, 10) : otherwise;
}

int
main (void)
{
    const char *part = g_getenv ("BW_FAULTS_SCENE");
    struct campaign self = {
        .stride = get_number ("BW_FAULTS_STRIDE", g_getenv ("BOARDWALK_SOAK") ? 1 : STRIDE),
        .first = get_number ("BW_FAULTS_FIRST", 0),
        .only = (int) get_number ("BW_FAULTS_CASE", (unsigned) -1),
        .tells = g_getenv ("BW_FAULTS_TELL") != NULL,
        .all = { .causes = g_hash_table_new (g_str_hash, g_str_equal) },
    };

    g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK);
    for (unsigned i = 0; i < G_N_ELEMENTS (manners); i++)
        for (unsigned j = 0; j < G_N_ELEMENTS (works); j++) {
            struct scene scene = { .chip = manners[i].chip,
                                   .work = works[j].work,
                                   .has_stub = manners[i].has_stub,
                                   .generation = manners[i].generation,
                                   .write = works[j].write,
                                   .before = works[j].before };
            g_autofree char *name = g_strdup_printf ("%s: %s", manners[i].name, works[j].name);

            self.is_wanted = part == NULL || strstr (name, part) != NULL;
            play_scene (&self, name, &scene);
        }
    tell ("all", &self.all);
    g_print ("%u faults of %u, %u violations\n", self.all.n, self.number, self.violations);
    g_hash_table_unref (self.all.causes);
    return self.violations == 0 && self.all.n > 0 ? 0 : 1;
}
