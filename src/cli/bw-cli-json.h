/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <cjson/cJSON.h>
#include <glib.h>

#include "boardwalk.h"

G_BEGIN_DECLS

/* What the engine knows, as JSON for programs. Names and ids here are a promise to scripts: add,
 * never rename. Every function returns a new object that the caller owns. Threads: any. */

/**
 * bw_cli_json_new_failure:
 * @error: why
 * @status: exit status that goes with it
 *
 * Returns: (transfer full): ok, exit, code, message, evidence, remedy
 */
cJSON *bw_cli_json_new_failure (const GError *error, int status);

/**
 * bw_cli_json_new_info:
 * @info: (nullable): a board
 *
 * Returns: (transfer full): what is known of it; what is unknown is null
 */
cJSON *bw_cli_json_new_info (const BwBoardInfo *info);

/**
 * bw_cli_json_new_partitions:
 * @partitions: (element-type BwPartition): rows of a table
 *
 * Returns: (transfer full): an array in the same order
 */
cJSON *bw_cli_json_new_partitions (GPtrArray *partitions);

/**
 * bw_cli_json_add_parts:
 * @object: gets the member "parts": what goes where on a board
 * @build: (nullable): for that board, every part in its place; %NULL adds nothing
 */
void bw_cli_json_add_parts (cJSON *object, const BwFirmwareBuild *build);

/**
 * bw_cli_json_new_build:
 * @build: what goes onto one kind of chip
 *
 * Returns: (transfer full): the build with its parts and partitions
 */
cJSON *bw_cli_json_new_build (const BwFirmwareBuild *build);

/**
 * bw_cli_json_new_findings:
 * @findings: (element-type BwFinding): mismatches
 *
 * Returns: (transfer full): an array of code, text, overridable
 */
cJSON *bw_cli_json_new_findings (GPtrArray *findings);

/**
 * bw_cli_json_new_interrupted:
 * @board: a board
 *
 * Returns: (transfer full): the job that was torn off on it and not made good since: what it was, its
 *   last state, result and fraction; null where there is none
 */
cJSON *bw_cli_json_new_interrupted (BwBoard *board);

/**
 * bw_cli_json_new_board:
 * @board: a board
 *
 * Returns: (transfer full): how it is attached and what is known of it
 */
cJSON *bw_cli_json_new_board (BwBoard *board);

/**
 * bw_cli_json_add_text:
 * @object: receives a member
 * @name: its name
 * @text: (nullable): its value; null without
 */
void bw_cli_json_add_text (cJSON *object, const char *name, const char *text);

G_END_DECLS
