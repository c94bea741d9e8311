/*
 * action -- the one table of what an operator can do. Keys, the command line, hints,
 * help, docs and tests read its rows; an action is a function and a row. Names are
 * kebab-case and never change their meaning.
 */
#ifndef CONSOLE_ACTION_H
#define CONSOLE_ACTION_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

struct session;

enum {                     /* conditions; bits */
    ACTION_MOTION = 1,     /* a key may be leant on: cursor moves */
    ACTION_NEEDS_LIST = 2, /* a view with clusters to move over */
    ACTION_NEEDS_SITE = 4, /* a cluster under the cursor */
    ACTION_WRITES =
        8, /* asks the hub to change something: gone without the role or in read-only */
    ACTION_DANGEROUS = 16, /* no motion key may be bound to it */
};

enum argument { /* what may follow its name on the command line; decides completion */
    ARGUMENT_NONE,
    ARGUMENT_VIEW,
    ARGUMENT_SELECTOR,
    ARGUMENT_GROUPS, /* up to two dimensions */
    ARGUMENT_COLOUR,
    ARGUMENT_FIELD,
    ARGUMENT_CLUSTER,
    ARGUMENT_THEME,
    ARGUMENT_DIGIT,
    ARGUMENT_TEXT,
};

struct action {
    const char *name, *help;
    const char *hint; /* its word among the key hints; NULL: not there */
    unsigned conditions;
    enum argument argument;
    const char *argument_help; /* "[TAG [TAG]]", NULL without argument */
    void (*run)(struct session *session, struct str argument);
};

extern const struct action
    action_table[]; /* ends with a NULL name; in the order of help */

const struct action *action_find(struct str name); /* NULL */
const char *action_suggest(struct str name);       /* nearest, or NULL */

/* Is it there at all for this subject and mode? Writes are gone without the role, not
 * greyed out. */
bool action_exists(const struct session *session, const struct action *action);

/* Can it run right now? ERR_READ_ONLY, ERR_UNAVAILABLE or ERR_NOT_FOUND with the reason.
 */
bool action_ready(
    const struct session *session, const struct action *action, struct err *err);

/* Run it if it can, say why if it cannot. */
void action_run(
    struct session *session, const struct action *action, struct str argument);

#endif
