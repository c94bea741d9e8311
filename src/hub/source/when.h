/*
 * when -- the conditions of a rule, and the small pieces of YAML that rules are made of.
 *
 *   {condition: Available, is: "True"}   of status.conditions, by type; its status is
 * tested {path: .status.phase, in: [A, B]}    any value the path leads to … exists: true
 * | absent: true | stale: true | same: PATH | differs: PATH
 */
#ifndef HUB_SOURCE_WHEN_H
#define HUB_SOURCE_WHEN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/yaml.h"
#include "hub/source/path.h"

#define WHEN_WORDS 32 /* in is: and in: */

enum when_kind {
    WHEN_IN, /* one of words; `is` is one word */
    WHEN_EXISTS,
    WHEN_ABSENT,
    WHEN_STALE, /* the observedGeneration found is behind metadata.generation */
    WHEN_SAME,  /* as another path's first value */
    WHEN_DIFFERS,
};

struct when {
    enum when_kind kind;
    struct path *path;      /* of the value tested */
    struct path *condition; /* of the condition itself: gives reason and since. Or NULL */
    struct path *other;
    char **words; /* NULL-ended */
};

/* What one has to know to read rules from YAML. */
struct rule_reader {
    const char *file;
    const char *conditions; /* path of the list that `condition:` looks into */
};

/* One condition. False: *when is released. */
bool when_read(const struct rule_reader *reader, const struct yaml *yaml,
    struct when *when, struct err *err);
void when_release(struct when *when);

void when_outline(const struct when *when, struct outline *outline); /* all it reads */

bool when_holds(const struct when *when, const json_t *object, struct str *star);

/* A scalar node as a path; NULL and ERR_INPUT with its place. */
struct path *path_read(const char *file, const struct yaml *yaml, struct err *err);
bool yaml_is_path(const struct yaml *yaml); /* a scalar that starts like one */

/* A scalar, or a list of scalars, as texts, NULL-ended; at most `most`. NULL: an error.
 */
char **texts_read(
    const char *file, const struct yaml *yaml, uint32_t most, struct err *err);
void texts_free(char **texts);

#endif
