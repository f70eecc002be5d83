/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

const char *bwp_word (int which);
static const char *const words[] = { "none", "some" };

const char *
bwp_word (int which)
{
    return words[which != 0];
}
