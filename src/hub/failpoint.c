/* failpoint -- see failpoint.h. */
#include "hub/failpoint.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"

const char *const failpoint_names[] = {
    "looked-up",      /* on the loop: the key is new */
    "checked",        /* on the loop: the frozen set holds, nothing is stored */
    "in-intent",      /* in the pool: transaction 1 is open */
    "intent-durable", /* in the pool: transaction 1 is on disk */
    "before-outcome", /* on the loop: the reply is made */
    "in-effect",  /* in the pool: transaction 2 is open, the window is in it, the outcome
                     is not */
    "in-outcome", /* in the pool: transaction 2 is open and complete */
    "outcome-durable", /* in the pool: transaction 2 is on disk */
    "before-applied",  /* on the loop: durable, the model does not show it */
    "before-reply",    /* on the loop: the model shows it, nobody was answered */
    "after-reply",     /* on the loop: the answer was handed to the server */
    NULL,
};

void
failpoint_init(struct failpoint *failpoint)
{
    const char *wanted = getenv("NOCTURNE_FAILPOINT");
    struct str rest = str_from(wanted), name;
    int64_t passes = 1;

    memset(failpoint, 0, sizeof *failpoint);
    if (!str_split(&rest, ':', &name) || name.length >= sizeof failpoint->name)
        return;
    if (rest.length && (!str_to_i64(rest, &passes) || passes < 1 || passes > 1000000))
        return;
    memcpy(failpoint->name, name.at, name.length);
    failpoint->passes_left = (int)passes;
}

void
failpoint_pass(struct failpoint *failpoint, const char *name)
{
    if (!name || !failpoint->name[0] || strcmp(failpoint->name, name))
        return;
    if (--failpoint->passes_left <= 0)
        kill(getpid(), SIGKILL);
}
