/*
 * hub -- the daemon: sources into the model, the model to subscribers, actions through
 * the journal; one loop.
 *
 * hub_run blocks until the hub is told to stop (SIGTERM, SIGINT, POST /v1/hub/stop) or,
 * private, until its last client has been gone for 60 s and it has no work. It drains:
 * answers what is under way, ends streams, flushes.
 */
#ifndef HUB_HUB_H
#define HUB_HUB_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

#define HUB_LINGER_MS     60000
#define HUB_DRAIN_MS      5000
#define HUB_SYSTEM_SOCKET "/run/nocturne/hub.sock"
#define HUB_SYSTEM_STATE  "/var/lib/nocturne"
#define HUB_CONFIG        "/etc/nocturne/hub.yaml"

struct hub_options {
    bool private_hub; /* one user's: only its own uid is served, exits when unused */
    const char *name; /* instance, or NULL: of the config, or "hub" */
    const char *socket_path; /* NULL: of the config, or HUB_SYSTEM_SOCKET */
    const char *state_path;  /* folder of journal.db and cache.db; NULL: of the config, or
                                HUB_SYSTEM_STATE */
    const char *config_path; /* hub.yaml, or NULL: one source as below */
    const char *kubeconfig,
        *context;      /* the one source; NULL: kubeconfig_load's defaults */
    bool demo;         /* the one source is the simulated fleet */
    uint64_t seed;     /* 0: 1 */
    uint32_t clusters; /* 0: 1,200 */
    double speed;      /* 0: 1 */
    int64_t linger_ms; /* 0: HUB_LINGER_MS; negative: stay */
    /* Called once when the hub answers; NULL is fine. The start lock may go then. */
    void (*ready)(void *user);
    void *user;
};

/* ERR_CONFLICT: another hub has the socket or the journal. */
bool hub_run(const struct hub_options *options, struct err *err);

/* hub.yaml alone: everything that can be said without starting it. */
bool hub_check(const char *config_path, struct err *err);

/* A dialect's text, for `nocturne check`. */
bool hub_check_dialect(const char *file, struct str text, struct err *err);

#endif
