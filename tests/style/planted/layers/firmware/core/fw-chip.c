/* SPDX-License-Identifier: Apache-2.0 */
/* an ESP32 may be named in a comment */
int esp32_only;
