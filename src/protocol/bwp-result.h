/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What every fallible function of this layer returns. The negatives are few and named by whose
 * fault it is, because that is what a caller can act on. Outputs ("ret_") are untouched on failure
 * unless a contract says otherwise. Threads: everything in this layer is free of shared state. */

enum bwp_result {
    BWP_OK = 0,    /* done */
    BWP_AGAIN = 1, /* nothing wrong, feed more */

    BWP_ERR_CALLER = -1,  /* an argument lies outside its documented range: our own bug */
    BWP_ERR_SPACE = -2,   /* the caller's buffer or table is too small */
    BWP_ERR_PEER = -3,    /* the other end understood and refused, or answered something else */
    BWP_ERR_CORRUPT = -4, /* bytes that contradict themselves: checksum, digest, escape, constant */
    BWP_ERR_VERSION = -5, /* well formed, but of a kind, chip or version that is not known here */
    BWP_ERR_CUT = -6,     /* ends before its own length says it may */
    BWP_ERR_SURPLUS = -7, /* goes on after its own length says it is over */
    BWP_ERR_RULE = -8,    /* readable, but breaks a rule of its format; a fault record says which */
    BWP_ERR_ABSENT = -9,  /* what was looked for is not there */
};

#ifdef __cplusplus
extern "C" {
#endif

/**
 * bwp_result_text:
 * @result: any value, also one that is not in the enumeration
 *
 * A short English phrase ("truncated", "no room"); the engine looks its translation up.
 *
 * Returns: (transfer none): never NULL
 */
const char *bwp_result_text (enum bwp_result result);

#ifdef __cplusplus
}
#endif
