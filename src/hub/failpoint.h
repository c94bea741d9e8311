/*
 * failpoint -- named places where a test may have the hub killed (SIGKILL) to prove that
 * it survives.
 *
 * Compiled always, so that what is tested is what ships. Off unless the environment of
 * the hub's start has NOCTURNE_FAILPOINT=NAME or NAME:N (the Nth time it is passed).
 * Whoever can set that could as well send the signal, and nothing else depends on it.
 */
#ifndef HUB_FAILPOINT_H
#define HUB_FAILPOINT_H

extern const char *const
    failpoint_names[]; /* NULL-ended, in the order a maintenance call passes them */

struct failpoint {
    char name[48]; /* "" off */
    int passes_left;
};

void failpoint_init(struct failpoint *failpoint); /* from the environment */
void failpoint_pass(
    struct failpoint *failpoint, const char *name); /* does not return if it is the one */

#endif
