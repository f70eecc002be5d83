/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

int bwp_copy (const unsigned char *from, unsigned char *to);

int
bwp_copy (const unsigned char *from, unsigned char *to)
{
    unsigned char room[300];

    memcpy (room, from, sizeof room);
    memmove (to, room, sizeof room - 1);
    return memcmp (from, room, sizeof room);
}
