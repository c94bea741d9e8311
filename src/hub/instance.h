/*
 * instance -- where a private hub lives (decisions.md 22): `demo`, or a hash of server,
 * context and user.
 */
#ifndef HUB_INSTANCE_H
#define HUB_INSTANCE_H

#include <stdbool.h>

#include "base/err.h"
#include "net/kubeconfig.h"

struct instance {
    char name[40];
    char *socket_path; /* RUNTIME/NAME/hub.sock */
    char *start_lock;  /* RUNTIME/NAME/start.lock: held while somebody starts it */
    char *state_path;  /* STATE/NAME */
    char *log_path;    /* STATE/NAME/hub.log */
};

void instance_name(char name[40], const struct kubeconfig *kubeconfig); /* NULL: demo */

/* Makes both folders, 0700 and ours, or says why not. */
bool instance_init(struct instance *instance, const char *name, struct err *err);
void instance_release(struct instance *instance);

#endif
