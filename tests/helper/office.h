/*
 * office -- a journal, actions and maintenance over a small fleet in a folder of its own,
 * and calls that are waited for.
 *
 *   user 1000 is alice: operator of region=west, viewer of all   1001 bob: viewer of
 * region=east 1002 lena: lead of all                                        1003 adam:
 * admin of all 1004 olga: operator of all                                    1005 nobody
 * has named
 */
#ifndef HELPER_OFFICE_H
#define HELPER_OFFICE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/map.h"
#include "hub/action.h"
#include "hub/authz.h"
#include "hub/journal.h"
#include "hub/maintenance.h"

enum { ALICE = 1000, BOB, LENA, ADAM, OLGA, STRANGER };

struct office {
    char folder[64], path[96];
    struct loop *loop;
    struct journal *journal;
    struct actions *actions;
    struct fleet *fleet;
    struct authz *authz;
    struct maintenance *maintenance;
    struct map covered; /* cluster → text of its window */
    int covers, uncovers;
    int64_t limit_bytes;
};

struct result {
    bool refused; /* at once */
    int status;
    char *body, *extra;
    struct err err;
};

void office_folder(struct office *office); /* a new one below /tmp; zeroes the rest */
void office_open(struct office
        *office); /* ten stores: west 1-6, east 7-10, unless the fleet is there already */
void office_close(struct office *office);  /* all but the folder and the fleet */
void office_remove(struct office *office); /* the folder and the fleet too */
struct grant *office_grant(struct office *office, uint32_t uid);
const char *office_window_of(const struct office *office, const char *cluster); /* "" */

/* Names, durations and so on as JSON; key NULL: none. Waits. */
struct result office_call(struct office *office, uint32_t uid, bool start,
    const char *window, const char *body, const char *key);
void result_release(struct result *result);

/* Preview, then start with what it showed: the window's id into id. Fails the test if it
 * is refused. */
void office_start(struct office *office, uint32_t uid, const char *members,
    const char *key, char id[32]);
/* The request that acts on a preview of these members. Yours to free. */
char *office_frozen(struct office *office, uint32_t uid, bool start, const char *members);

bool office_ask(struct office *office, const char *sql, char *text,
    size_t size); /* first column of the first row */
int64_t office_count(struct office *office, const char *sql);
void office_sql(struct office *office, const char *sql); /* on a connection of its own */
void office_turn_until_quiet(struct office *office);
bool office_is_consistent(struct office *office, char why[256]); /* audit verify */

#endif
