/* SPDX-License-Identifier: Apache-2.0 */
void *malloc (unsigned long len);
void *bwp_grow (void);

void *
bwp_grow (void)
{
    return malloc (100);
}
