/*
 * column -- what a name that a person gives means of a cluster: a field where there is
 * one of that name, otherwise a tag; behind "tag." always a tag. Shown, or sorted by.
 */
#ifndef CLI_COLUMN_H
#define CLI_COLUMN_H

#include "cli/visit.h"
#include "fleet/field.h"

struct column {
    char *name;                /* as given */
    const struct field *field; /* NULL: a tag */
    const char *tag;           /* its key, in name */
};

/* ERR_USAGE: neither, and what was meant perhaps. */
bool column_init(
    struct column *column, struct str name, const struct visit *visit, struct err *err);
void column_release(struct column *column);

/* exact: for a machine, times and numbers in full, nothing where it is not known. */
void column_print(const struct column *column, const struct visit *visit,
    const struct cluster *cluster, bool exact, struct buf *out);

/* Unknowns last, ties by natural id. */
int column_order(const struct column *column, const struct fleet *fleet,
    const struct cluster *a, const struct cluster *b);

#endif
