/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Marks a text that people may get to read, for the tool that collects texts to translate. This
 * layer always answers in English: who shows a text to people looks it up. Private to this layer. */
#define N_(text) text
