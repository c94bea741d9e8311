/*
 * yaml -- a document as a tree that knows line and column (libyaml). Scalars are text
 * with a flag: typing is by schema, so `no` stays `no`. Anchors and aliases are refused,
 * so is a depth over 32, over 200,000 nodes, over 4 MiB, a duplicate key, a key that is
 * not a scalar, bytes that are not UTF-8. JSON is YAML too.
 */
#ifndef BASE_YAML_H
#define BASE_YAML_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

#define YAML_LIMIT_BYTES ((size_t)4 << 20)

enum yaml_kind { YAML_SCALAR, YAML_LIST, YAML_MAP };

struct yaml {
    enum yaml_kind kind;
    int line, column; /* from 1 */
    bool plain; /* a scalar without quotes: `null`, `~` and nothing mean absent only when
                   plain */
    char *key;  /* set in a child of a map */
    int key_line, key_column;
    char *text;         /* of a scalar */
    struct yaml *first; /* children of a list or map, in order */
    struct yaml *next;
};

/* One document, yours to yaml_release. ERR_INPUT reads "NAME:LINE:COLUMN: what". */
struct yaml *yaml_parse(const char *name, struct str text, struct err *err);
struct yaml *yaml_read(const char *path, struct err *err); /* the same of a file */
void yaml_release(
    struct yaml *yaml); /* the whole tree; libyaml exports a yaml_free of its own */

const struct yaml *yaml_get(
    const struct yaml *map, const char *key); /* NULL if absent or null, or map is NULL */

/* "NAME:LINE:COLUMN: …" at a node. Always false, so: return yaml_err(…). */
bool yaml_err(const char *name, const struct yaml *at, struct err *err,
    const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Refuse keys that `keys` (NULL-ended) does not list, with "did you mean"; also refuses
 * what is no map. */
bool yaml_known(
    const char *name, const struct yaml *map, const char *const *keys, struct err *err);

/* Typed members; absent leaves *value alone and is true. */
bool yaml_text(const char *name, const struct yaml *map, const char *key,
    const char **value, struct err *err);
bool yaml_int(const char *name, const struct yaml *map, const char *key, int64_t *value,
    struct err *err);
bool yaml_bool(const char *name, const struct yaml *map, const char *key, bool *value,
    struct err *err);
bool yaml_duration(const char *name, const struct yaml *map, const char *key, int64_t *ms,
    struct err *err);

#endif
