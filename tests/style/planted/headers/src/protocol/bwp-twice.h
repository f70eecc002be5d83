/* SPDX-License-Identifier: Apache-2.0 */
struct bwp_twice {
    int a;
};
