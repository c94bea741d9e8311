/* write -- see write.h. */
#include "hub/write.h"

/* clang-format off */
const struct route write_routes[] = {
    { .method = "GET", .path = "/v1/maintenance", .permission = PERMISSION_READ,
      .handle = maintenance_get, .help = "open windows; all=1: those that ended too" },
    { .method = "POST", .path = "/v1/maintenance", .permission = PERMISSION_MAINTENANCE,
      .handle = maintenance_post_start, .help = "start a window, or preview one" },
    { .method = "POST", .path = "/v1/maintenance/end", .permission = PERMISSION_MAINTENANCE,
      .handle = maintenance_post_end, .help = "take clusters out of their windows, or preview it" },
    { .method = "GET", .path = "/v1/maintenance/{id}", .permission = PERMISSION_READ,
      .handle = maintenance_get_one, .help = "one window" },
    { .method = "POST", .path = "/v1/maintenance/{id}/end", .permission = PERMISSION_MAINTENANCE,
      .handle = maintenance_post_end_one, .help = "end a window" },
    { .method = "GET", .path = "/v1/audit", .permission = PERMISSION_READ,
      .handle = audit_get, .help = "entries of the audit chain, newest first" },
    { .method = "GET", .path = "/v1/audit/export", .permission = PERMISSION_READ,
      .handle = audit_get_export, .help = "entries as NDJSON, oldest first, with a stamp" },
    { .method = "GET", .path = "/v1/audit/verify", .permission = PERMISSION_READ,
      .handle = audit_get_verify, .help = "recompute the whole chain" },
    { .method = "POST", .path = "/v1/audit/recover", .permission = PERMISSION_RECOVER,
      .handle = audit_post_recover, .help = "mend an unusable journal" },
    { .method = NULL },
};
/* clang-format on */
