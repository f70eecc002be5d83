/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdint.h>
/* says nothing of what it takes */
uint32_t bwp_silent (void);
