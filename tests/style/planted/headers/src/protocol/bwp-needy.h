/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
uint32_t bwp_needy;
