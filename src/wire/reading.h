/*
 * reading -- an object read straight into a struct, by a table of the members that it may
 * have.
 *
 * What a newer version adds is skipped; null is the same as absent and leaves the target
 * alone; a member that is there twice is refused. Errors are ERR_INPUT and begin with the
 * member's name; malformed text is "column N: …".
 */
#ifndef WIRE_READING_H
#define WIRE_READING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "fleet/intern.h"
#include "wire/pull.h"

struct reading {
    struct pull pull;
    struct intern *intern; /* that texts go into */
    struct err *err;
};

struct member {
    const char *name;
    /* Read one value, which is not null. False: err is set, or the pull is bad. */
    bool (*read)(struct reading *reading, const struct member *member, void *target);
    size_t offset; /* of what it sets, in the target */
    long most;     /* of a number, or of a text's bytes */
    int index;     /* of the reader's own */
    bool needed;
};

/* A table of at most 32, ended by a NULL name. */
bool reading_object(struct reading *reading, const struct member *members, void *target);

/* The whole text is one object. */
bool reading_all(struct reading *reading, const struct member *members, void *target);

/* ERR_INPUT; always false. */
bool reading_refuse(struct reading *reading, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A text of at most `most` bytes, borrowed. */
bool reading_text(struct reading *reading, long most, struct str *text);
bool reading_double(struct reading *reading, double *value);

/* Readers for tables: into a number of an intern, seconds as uint32_t, an int16_t from 0,
 * a float within
 * most, to four decimals. */
bool read_text(struct reading *reading, const struct member *member, void *target);
bool read_time(struct reading *reading, const struct member *member, void *target);
bool read_count(struct reading *reading, const struct member *member, void *target);
bool read_float(struct reading *reading, const struct member *member, void *target);

#endif
