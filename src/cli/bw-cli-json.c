/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-cli-json"
#include "config.h"

#include "bw-cli-json.h"

void
bw_cli_json_add_text (cJSON *object, const char *name, const char *text)
{
    g_autofree char *valid = text == NULL ? NULL : g_utf8_make_valid (text, -1);

    if (valid != NULL)
        cJSON_AddStringToObject (object, name, valid);
    else
        cJSON_AddNullToObject (object, name);
}

static void
add_number_or_null (cJSON *object, const char *name, double value, gboolean is_known)
{
    if (is_known)
        cJSON_AddNumberToObject (object, name, value);
    else
        cJSON_AddNullToObject (object, name);
}

static void
add_bool (cJSON *object, const char *name, gboolean value)
{
    cJSON_AddBoolToObject (object, name, value ? 1 : 0);
}

cJSON *
bw_cli_json_new_failure (const GError *error, int status)
{
    cJSON *object = cJSON_CreateObject ();
    BwCause cause = bw_error_get_cause (error);

    cJSON_AddFalseToObject (object, "ok");
    cJSON_AddNumberToObject (object, "exit", status);
    bw_cli_json_add_text (object, "code",
                          cause == BW_CAUSE_NONE ? "failed" : bw_cause_get_id (cause));
    bw_cli_json_add_text (object, "message",
                          cause == BW_CAUSE_NONE ? error->message
                                                 : bw_cause_get_explanation (cause));
    bw_cli_json_add_text (object, "evidence", error->message);
    bw_cli_json_add_text (object, "remedy", bw_cause_get_remedy (cause));
    if (bw_error_get_offer (error) != NULL)
        bw_cli_json_add_text (object, "offer", bw_error_get_offer (error));
    return object;
}

static cJSON *
new_partition (const BwPartition *part)
{
    cJSON *object = cJSON_CreateObject ();

    bw_cli_json_add_text (object, "label", part->label);
    bw_cli_json_add_text (object, "kind", part->kind);
    cJSON_AddNumberToObject (object, "type", part->type);
    cJSON_AddNumberToObject (object, "subtype", part->subtype);
    cJSON_AddNumberToObject (object, "offset", part->offset);
    cJSON_AddNumberToObject (object, "size", part->size);
    add_bool (object, "encrypted", part->is_encrypted);
    add_bool (object, "readonly", part->is_readonly);
    bw_cli_json_add_text (object, "app_name", part->app_name);
    bw_cli_json_add_text (object, "app_version", part->app_version);
    return object;
}

cJSON *
bw_cli_json_new_partitions (GPtrArray *partitions)
{
    cJSON *array = cJSON_CreateArray ();

    for (unsigned i = 0; partitions != NULL && i < partitions->len; i++)
        cJSON_AddItemToArray (array, new_partition (g_ptr_array_index (partitions, i)));
    return array;
}

static void
add_chip (cJSON *object, const BwBoardInfo *info)
{
    bw_cli_json_add_text (object, "mac", info->mac);
    add_bool (object, "mac_doubtful", info->is_mac_doubtful);
    bw_cli_json_add_text (object, "chip", info->chip_key);
    bw_cli_json_add_text (object, "chip_name", info->chip_name);
    bw_cli_json_add_text (object, "package", info->package);
    add_number_or_null (object, "revision", info->revision, info->revision >= 0);
    bw_cli_json_add_text (object, "features", info->features);
    add_number_or_null (object, "crystal_mhz", info->crystal_mhz, info->crystal_mhz != 0);
    bw_cli_json_add_text (object, "loader", info->loader);
    add_bool (object, "secure_boot", info->is_secure_boot);
    add_bool (object, "flash_encrypted", info->is_flash_encrypted);
    add_bool (object, "secure_download", info->is_secure_download);
}

static void
add_flash (cJSON *object, const BwBoardInfo *info)
{
    add_number_or_null (object, "flash_size", info->flash_size_bytes, info->flash_size_bytes != 0);
    bw_cli_json_add_text (object, "flash_maker", info->flash_maker);
    add_number_or_null (object, "flash_id", info->flash_id, info->flash_id != 0);
    add_number_or_null (object, "partition_table_offset", info->partition_table_offset,
                        info->partition_table_offset != 0);
    cJSON_AddItemToObject (object, "partitions", bw_cli_json_new_partitions (info->partitions));
    add_number_or_null (object, "active_partition", info->active_partition,
                        info->active_partition >= 0);
}

static cJSON *
new_app (const BwBoardInfo *info)
{
    cJSON *object = NULL;

    if (info->app_name == NULL && info->app_version == NULL)
        return cJSON_CreateNull ();
    object = cJSON_CreateObject ();
    bw_cli_json_add_text (object, "name", info->app_name);
    bw_cli_json_add_text (object, "version", info->app_version);
    bw_cli_json_add_text (object, "sdk", info->app_sdk);
    bw_cli_json_add_text (object, "built", info->app_built);
    return object;
}

cJSON *
bw_cli_json_new_info (const BwBoardInfo *info)
{
    cJSON *object = NULL;

    if (info == NULL)
        return cJSON_CreateNull ();
    object = cJSON_CreateObject ();
    add_chip (object, info);
    add_flash (object, info);
    cJSON_AddItemToObject (object, "app", new_app (info));
    return object;
}

static cJSON *
new_part (const BwFirmwarePart *part)
{
    cJSON *object = cJSON_CreateObject ();

    bw_cli_json_add_text (object, "name", part->name);
    bw_cli_json_add_text (object, "partition", part->partition);
    add_number_or_null (object, "offset", part->offset, !part->is_open);
    cJSON_AddNumberToObject (object, "size", (double) g_bytes_get_size (part->data));
    bw_cli_json_add_text (object, "sha256", part->sha256);
    add_bool (object, "encrypted", part->is_encrypted);
    return object;
}

static cJSON *
new_parts (const BwFirmwareBuild *build)
{
    cJSON *array = cJSON_CreateArray ();

    for (unsigned i = 0; i < build->parts->len; i++)
        cJSON_AddItemToArray (array, new_part (g_ptr_array_index (build->parts, i)));
    return array;
}

void
bw_cli_json_add_parts (cJSON *object, const BwFirmwareBuild *build)
{
    if (build != NULL)
        cJSON_AddItemToObject (object, "parts", new_parts (build));
}

cJSON *
bw_cli_json_new_build (const BwFirmwareBuild *build)
{
    cJSON *object = cJSON_CreateObject ();

    bw_cli_json_add_text (object, "chip", build->chip_key);
    bw_cli_json_add_text (object, "name", build->name);
    bw_cli_json_add_text (object, "version", build->version);
    bw_cli_json_add_text (object, "flash_mode", build->flash_mode);
    bw_cli_json_add_text (object, "flash_freq", build->flash_freq);
    bw_cli_json_add_text (object, "flash_size", build->flash_size);
    add_bool (object, "erase_first", build->should_erase);
    cJSON_AddNumberToObject (object, "size", (double) bw_firmware_build_get_size (build));
    cJSON_AddItemToObject (object, "parts", new_parts (build));
    cJSON_AddItemToObject (object, "partitions", bw_cli_json_new_partitions (build->partitions));
    return object;
}

static cJSON *
new_finding (const BwFinding *finding)
{
    cJSON *object = cJSON_CreateObject ();

    bw_cli_json_add_text (object, "code", bw_cause_get_id (finding->cause));
    bw_cli_json_add_text (object, "text", finding->text);
    add_bool (object, "overridable", finding->is_overridable);
    return object;
}

cJSON *
bw_cli_json_new_findings (GPtrArray *findings)
{
    cJSON *array = cJSON_CreateArray ();

    for (unsigned i = 0; i < findings->len; i++)
        cJSON_AddItemToArray (array, new_finding (g_ptr_array_index (findings, i)));
    return array;
}

cJSON *
bw_cli_json_new_interrupted (BwBoard *board)
{
    const BwStoredJob *job = bw_board_get_interrupted (board);
    cJSON *object = NULL;

    if (job == NULL)
        return cJSON_CreateNull ();
    object = cJSON_CreateObject ();
    bw_cli_json_add_text (object, "title", job->title);
    bw_cli_json_add_text (object, "action", job->action);
    bw_cli_json_add_text (object, "state", job->state);
    bw_cli_json_add_text (object, "result", job->result);
    cJSON_AddNumberToObject (object, "fraction", job->fraction);
    return object;
}

cJSON *
bw_cli_json_new_board (BwBoard *board)
{
    cJSON *object = cJSON_CreateObject ();

    bw_cli_json_add_text (object, "board", bw_board_get_mac (board));
    bw_cli_json_add_text (object, "port", bw_board_get_address (board));
    bw_cli_json_add_text (object, "state", bw_board_state_get_id (bw_board_get_state (board)));
    bw_cli_json_add_text (object, "name", bw_board_get_name (board));
    bw_cli_json_add_text (object, "place", bw_board_get_place (board));
    bw_cli_json_add_text (object, "adapter", bw_board_get_bridge (board));
    bw_cli_json_add_text (object, "chip_name", bw_board_get_chip_name (board));
    bw_cli_json_add_text (object, "running", bw_board_get_running (board));
    add_bool (object, "virtual", bw_board_is_virtual (board));
    add_bool (object, "present", bw_board_is_present (board));
    add_bool (object, "shares_mac", bw_board_shares_mac (board));
    cJSON_AddItemToObject (object, "interrupted", bw_cli_json_new_interrupted (board));
    return object;
}
