/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <libserialport.h>
#include "bw-base.h"
