/*
 * get -- what the kinds of `nocturne get` share: the formats, and the rows selected.
 */
#ifndef CLI_GET_H
#define CLI_GET_H

#include <stdbool.h>

#include "cli/command.h"
#include "cli/grid.h"
#include "cli/visit.h"
#include "fleet/selector.h"

enum format {
    FORMAT_TABLE,
    FORMAT_WIDE,
    FORMAT_NAME,
    FORMAT_JSON,
    FORMAT_NDJSON,
    FORMAT_YAML,
    FORMAT_CSV
};

struct get {
    const struct invocation *invocation;
    struct visit visit;
    enum format format;
    struct selector *selector; /* never NULL once get_open said true */
    const char **names;        /* borrowed: the words behind the kind */
    size_t name_count;
    bool partial; /* not all sources are there: printed all the same, then ERR_TIMEOUT */
};

/* Parse what all kinds take and open the visit; synced if `picture`. */
bool get_open(struct get *get, const struct invocation *invocation, bool picture,
    const struct client_calls *calls, struct err *err);
void get_release(struct get *get);

/* Print a body of members as JSON or YAML. */
bool get_print_document(const struct get *get, struct str json, struct err *err);
bool get_print_grid(const struct get *get, struct grid *grid, struct err *err);

/* A cell: for CSV the digits alone, and the time; else how far away that is, "" for 0. */
void get_add_number(const struct get *get, struct grid *grid, uint64_t number);
void get_add_time(const struct get *get, struct grid *grid, int64_t at_ms);

bool get_clusters(const struct invocation *invocation, struct err *err);
bool get_maintenance(const struct invocation *invocation, struct err *err);

#endif
