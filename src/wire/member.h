/*
 * member -- typed members of a JSON object, each with a ceiling and an error that names
 * it. For wire alone.
 *
 * An absent member (or null) leaves *value alone and is true, unless MEMBER_NEEDED. What
 * fails leaves *value alone too. Errors are ERR_INPUT, or ERR_LIMIT past a ceiling.
 */
#ifndef WIRE_MEMBER_H
#define WIRE_MEMBER_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "wire/frozen.h"

/* Of one body, as it is collected from a peer. */
#define MEMBER_BODY_BYTES ((size_t)16 << 20)

enum member_need { MEMBER_MAY, MEMBER_NEEDED };

/* One object and nothing behind it, yours to json_decref; NULL with an error that tells
 * the place. Duplicate keys, depth over 32 and what is longer than the limit are refused.
 */
json_t *member_object(struct str body, size_t limit_bytes, struct err *err);

/* Refuse members that `known` (NULL-ended) does not list. */
bool member_known(const json_t *object, const char *const *known, struct err *err);

/* Borrowed from the object, or owned: that replaces and frees what was there. */
bool member_view(const json_t *object, const char *name, enum member_need need,
    size_t limit_bytes, struct str *value, struct err *err);
bool member_text(const json_t *object, const char *name, enum member_need need,
    size_t limit_bytes, char **value, struct err *err);
bool member_copy(const json_t *object, const char *name, enum member_need need,
    char *value, size_t size, struct err *err); /* all of it, and its NUL */
bool member_i64(const json_t *object, const char *name, enum member_need need,
    int64_t *value, struct err *err);
bool member_count(const json_t *object, const char *name, enum member_need need,
    int64_t most, int64_t *value, struct err *err); /* 0 to most */
bool member_bool(const json_t *object, const char *name, enum member_need need,
    bool *value, struct err *err);
bool member_time(const json_t *object, const char *name, enum member_need need,
    int64_t *wall_ms, struct err *err); /* RFC 3339 */
/* A list of texts, added to the set in their order; the set is not sealed. */
bool member_ids(const json_t *object, const char *name, enum member_need need,
    size_t limit, struct frozen *set, struct err *err);

#endif
