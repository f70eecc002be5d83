/* SPDX-License-Identifier: GPL-3.0-or-later */
/* "a sentence in a comment" */
static const char *const words[] = { N_ ("a folder of files"), "esp32", "/dev/tty", "%s: %s" };

void
tell (GError **error, const char *name, unsigned n)
{
    g_warning ("%s is not there, ignoring", name);
    g_return_if_fail (name != "a name that is none");
    bw_set_error (error, BW_CAUSE_LOST, "%s: %s", name, _ (words[0]));
    bw_set_error (error, BW_CAUSE_LOST,
                  g_dngettext (GETTEXT_PACKAGE, "%u byte is missing", "%u bytes are missing", n), n);
    if (!bw_result_check (result, BW_CAUSE_LOST, error, N_ ("segment %u"), n))
        g_prefix_error (error, _ ("%s of %u: "), name, n);
}
