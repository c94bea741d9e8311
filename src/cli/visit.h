/*
 * visit -- a command's call on a hub: which one, is it there (a private one is started),
 * ask it, wait for its picture of the fleet.
 *
 * Everything here blocks, turning the loop of the visit, until there is an answer or the
 * time given by --wait is over.
 */
#ifndef CLI_VISIT_H
#define CLI_VISIT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "cli/command.h"
#include "console/client.h"
#include "fleet/selector.h"
#include "hub/instance.h"
#include "net/kubeconfig.h"
#include "net/loop.h"

#define VISIT_WAIT_MS 30000

struct visit {
    struct loop *loop;
    struct client *client;
    struct timer *deadline;
    bool late; /* the time is over */
    bool private_hub, demo;
    bool read_only;           /* only GET ever leaves: --read-only */
    struct instance instance; /* of a private hub */
    char *socket_path;
    char *kubeconfig, *context; /* of a private hub, absolute; NULL: in-cluster */
    char *command;              /* what a person types to get here: "nocturne --demo" */
    int64_t wait_ms;
};

/* Which hub: --hub, else a private one for what --demo, --kubeconfig and --context say,
 * else NOCTURNE_HUB, the machine's hub if it is there, a private one for the kubeconfig.
 * Nothing is started. Release it whatever the answer is. */
bool visit_find(
    struct visit *visit, const struct invocation *invocation, struct err *err);

/* Is somebody there? ERR_UNAVAILABLE; ERR_VERSION if it speaks another API. */
bool visit_knock(struct visit *visit, struct err *err);

/* Find it, start it if it is private and not there. calls and user as in client_new. */
bool visit_open(struct visit *visit, const struct invocation *invocation,
    const struct client_calls *calls, void *user, struct err *err);

void visit_release(struct visit *visit);

/* One request and its answer. The problem of a refusal is left in `body` too. */
bool visit_ask(struct visit *visit, const struct client_request *request,
    struct buf *body, struct err *err);
bool visit_get(struct visit *visit, const char *path, struct buf *body, struct err *err);

/* Wait for a whole picture: the stream is synced and so is every source, or has failed
 * and shows what was known. What is missing is said on stderr: ERR_TIMEOUT with no text
 * when the picture is there, but not whole; ERR_UNAVAILABLE when there is none. */
bool visit_sync(struct visit *visit, struct err *err);

/* The same, without waiting for a source that has a fault. */
bool visit_settle(struct visit *visit, struct err *err);

/* Say on stderr which tags of the selector no cluster has, and what was meant perhaps. */
void visit_warn(const struct visit *visit, const struct selector *selector);

/* The field or tag that was meant perhaps, or NULL; yours to free. */
char *visit_nearest(const struct visit *visit, const char *given);

/* Say on stderr what a table does not: that the fleet is simulated, and which loaded
 * source is silent since when. */
void visit_tell(const struct visit *visit);

/* Start the private hub of the visit, unless somebody else does or did. */
bool visit_start(struct visit *visit, struct err *err);

/* A private hub that was told to stop holds its journal until it is gone. ERR_CONFLICT:
 * it has not gone in time. */
bool visit_await_end(struct visit *visit, struct err *err);

/* Start it without waiting for it: a second hub would give way by itself. */
void visit_revive(struct visit *visit);

/* A client for a visit that was found: visit_open without the rest. */
bool visit_connect(
    struct visit *visit, const struct client_calls *calls, void *user, struct err *err);

#endif
