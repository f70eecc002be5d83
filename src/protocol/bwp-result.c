/* SPDX-License-Identifier: Apache-2.0 */
#include "bwp-result.h"

const char *
bwp_result_text (enum bwp_result result)
{
    switch (result) {
    case BWP_OK:
        return "done";
    case BWP_AGAIN:
        return "more is needed";
    case BWP_ERR_CALLER:
        return "wrong argument";
    case BWP_ERR_SPACE:
        return "no room";
    case BWP_ERR_PEER:
        return "refused by the other end";
    case BWP_ERR_CORRUPT:
        return "damaged";
    case BWP_ERR_VERSION:
        return "unknown kind or version";
    case BWP_ERR_CUT:
        return "truncated";
    case BWP_ERR_SURPLUS:
        return "surplus bytes";
    case BWP_ERR_RULE:
        return "breaks a rule of its format";
    case BWP_ERR_ABSENT:
        return "not there";
    }
    return "unknown result";
}
