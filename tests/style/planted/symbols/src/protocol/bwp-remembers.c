/* SPDX-License-Identifier: Apache-2.0 */
int bwp_count (void);

int
bwp_count (void)
{
    static int count;

    return ++count;
}
