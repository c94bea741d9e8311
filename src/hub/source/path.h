/*
 * path -- a small JSONPath over jansson: what a dialect file names places in an object
 * with.
 *
 *   .status.version.kubernetes      members; a leading $ is allowed
 *   .metadata.labels['a.b/c']       a member of any name
 *   .metadata.labels['a.b/addon-*'] every member that starts so
 *   .spec.containers[0]  [-1]  [*]  an element, counted from either end, or every one
 *   .conditions[?(@.type=="X")]     every element for which it holds: ==, !=, or that it
 *                                   is there
 *
 * A path may lead to several values. A path is compiled once; walking allocates nothing.
 * null is not a value.
 */
#ifndef HUB_SOURCE_PATH_H
#define HUB_SOURCE_PATH_H

#include <jansson.h>

#include "base/err.h"
#include "base/str.h"
#include "hub/source/outline.h"

#define PATH_STEPS 16
#define PATH_BYTES 512

struct path;

/* NULL, with *column (from 1) where it went wrong and ERR_INPUT saying what was due. */
struct path *path_parse(struct str text, size_t *column, struct err *err);
void path_free(struct path *path);

/* Add all that it reads, on its way too. */
void path_outline(const struct path *path, struct outline *outline);

/* The same where less than all of what it leads to is read: mark says what of it. */
typedef void path_mark(const void *user, struct outline *end);
void path_outline_to(
    const struct path *path, struct outline *outline, path_mark *mark, const void *user);

/*
 * Visit every value it leads to, in order, until visit returns true; says whether one
 * did. star is what the last `*` of a member stood for, empty without.
 */
typedef bool path_visit(void *user, const json_t *value, struct str star);
bool path_each(
    const struct path *path, const json_t *root, path_visit *visit, void *user);

const json_t *path_first(
    const struct path *path, const json_t *root); /* NULL: leads nowhere */

/* A scalar as text: strings borrowed, numbers and truth values printed into scratch.
 * False for null, list, map. */
#define SCALAR_BYTES 32
bool scalar_text(const json_t *value, char scratch[SCALAR_BYTES], struct str *text);

#endif
