/* SPDX-License-Identifier: Apache-2.0 */
#include "bwp-result.h"
#include "bwp-words-private.h"

const char *
bwp_result_text (enum bwp_result result)
{
    switch (result) {
    case BWP_OK:
        return N_ ("done");
    case BWP_AGAIN:
        return N_ ("more is needed");
    case BWP_ERR_CALLER:
        return N_ ("wrong argument");
    case BWP_ERR_SPACE:
        return N_ ("no room");
    case BWP_ERR_PEER:
        return N_ ("refused by the other end");
    case BWP_ERR_CORRUPT:
        return N_ ("damaged");
    case BWP_ERR_VERSION:
        return N_ ("unknown kind or version");
    case BWP_ERR_CUT:
        return N_ ("truncated");
    case BWP_ERR_SURPLUS:
        return N_ ("surplus bytes");
    case BWP_ERR_RULE:
        return N_ ("breaks a rule of its format");
    case BWP_ERR_ABSENT:
        return N_ ("not there");
    }
    return N_ ("unknown result");
}
