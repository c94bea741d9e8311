/*
 * refusal -- why an API server would not: an HTTP status with its Status object, or the
 * Status an ERROR event carries. Texts are safe.
 */
#ifndef HUB_SOURCE_REFUSAL_H
#define HUB_SOURCE_REFUSAL_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

#define REFUSAL_BODY_BYTES  65536
#define REFUSAL_TOKEN_BYTES 4096

struct refusal {
    int code; /* of HTTP; 0 unknown */
    char reason[64];
    char message[160];
    char token[REFUSAL_TOKEN_BYTES]; /* a 410's way to go on with the list, or "" */
    int64_t retry_after_ms;          /* -1 if it does not say */
    bool too_large;                  /* the version asked for is in the future */
};

void refusal_from(struct refusal *refusal, const json_t *status);
void refusal_parse(struct refusal *refusal, int http_status, struct str body);
bool refusal_is_expired(const struct refusal *refusal); /* 410, by code or by reason */

/* In plain words: "not allowed to list and watch WHAT (403 Forbidden: the message)". */
void refusal_explain(const struct refusal *refusal, const char *what, struct buf *out);

#endif
