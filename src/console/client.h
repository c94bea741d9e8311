/*
 * client -- the mirror of the hub that the console and the commands look at, and the way
 * requests go out.
 *
 * client_start opens GET /v1/watch and keeps it open: rows go into client_fleet as they
 * arrive, a lost stream is opened again after a jittered back-off, from the last mark.
 * What was known stays readable meanwhile: after `reset` the old picture is swept only at
 * `sync`, and an interrupted snapshot sweeps nothing. A client that was never started
 * just sends requests; that is all most one-shot commands need.
 *
 * The fleet belongs to the client, is changed only from within the loop, and what is
 * borrowed from it is good until control goes back to the loop. Callbacks come from the
 * loop, never from within client_send or client_start, and may call anything here but
 * client_free. Slots are reused as soon as they are free.
 */
#ifndef CONSOLE_CLIENT_H
#define CONSOLE_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "fleet/fleet.h"
#include "net/loop.h"
#include "wire/stream.h"

#define CLIENT_RETRY_LEAST_MS 250
#define CLIENT_RETRY_MOST_MS  8000
#define CLIENT_SILENCE_MS                                                                \
    40000 /* no byte for so long: the stream is lost; the hub beats every 15 s */
#define CLIENT_REQUESTS 64 /* under way at once */
#define CLIENT_FLEET_BYTES                                                               \
    ((size_t)1 << 30) /* of texts; a hub that sends more is refused */

struct client;

struct client_target { /* copied */
    const char *unix_path;
    bool own_uid;   /* a private hub: it must run as this user */
    bool read_only; /* only GET ever leaves, structurally: --read-only, wall, viewer */
};

enum link_phase {
    LINK_IDLE,       /* not started */
    LINK_CONNECTING, /* no picture yet, and no stream */
    LINK_LOADING,    /* the stream is open, the picture is not whole yet; an old one may
                        still be there */
    LINK_LIVE,
    LINK_STALE, /* there is a picture, and no stream: it ages */
};

struct link { /* at the time of the call */
    enum link_phase phase;
    int64_t heard_ms_ago; /* since the stream's last byte; -1 never */
    int64_t stale_ms;     /* how long the link has been stale, 0 if it is not */
    int64_t retry_ms;     /* until the next attempt; -1 if none is planned */
    uint32_t attempts;    /* that failed since the stream was last whole */
    uint64_t received_bytes;
    struct err fault; /* why the last attempt or the stream ended; ERR_NONE while live */
};

enum { /* what changed; bits */
    CLIENT_LINK = 1,
    CLIENT_HELLO = 2,
    CLIENT_CLUSTERS = 4,
    CLIENT_SOURCES = 8,
    CLIENT_SYNCED = 16, /* the picture is whole: once after every snapshot */
    CLIENT_MARK = 32,   /* the picture is consistent at client_revision */
};

struct client_calls { /* each may be NULL */
    /* The cluster in that slot is new or differs from what was there before. */
    void (*cluster)(void *user, uint32_t slot, bool added);
    /* It is about to go; still readable. */
    void (*remove)(void *user, uint32_t slot);
    /* Once a turn of the loop, before it sleeps: everything that changed in it. */
    void (*changed)(void *user, unsigned what);
};

struct client *client_new(struct loop *loop, const struct client_target *target,
    const struct client_calls *calls, void *user,
    struct err *err);                    /* NULL: err says why */
void client_free(struct client *client); /* cancels everything; no callback comes after */

void client_start(struct client *client); /* open the watch, and keep it */
void client_retry(struct client *client); /* now, instead of waiting for the back-off */

const struct fleet *client_fleet(const struct client *client);
struct link client_link(const struct client *client);
const struct hello *client_hello(const struct client *client); /* NULL before the first */
uint64_t client_revision(const struct client *client);         /* of the last mark */
uint32_t client_changes(
    const struct client *client); /* grows with every change of a cluster */
bool client_synced(const struct client *client); /* a whole picture came at least once */
bool client_read_only(const struct client *client);

/* Hub time: ages are counted in it. The machine's own until the hub was heard. */
int64_t client_hub_ms(const struct client *client);

struct client_answer {
    int status;      /* HTTP, 0 if none came */
    struct str body; /* borrowed for the call */
    struct err err;  /* ERR_NONE: 2xx. Otherwise what the problem body says, or why no
                        answer came */
};

struct client_request {
    const char *method; /* NULL: GET */
    const char *path;   /* encoded, with its query */
    struct str body;    /* JSON; copied */
    const char *key;    /* idempotency key of a write, or NULL */
    int64_t timeout_ms; /* 0: 30 s */
    void (*done)(void *user,
        const struct client_answer *answer); /* exactly once, if client_send took it */
    void *user;
};

/*
 * Refused at once, done not called: ERR_READ_ONLY for anything but GET in read-only mode;
 * ERR_UNAVAILABLE for a write while a started link is not live, with how long it has been
 * silent; ERR_LIMIT past CLIENT_REQUESTS.
 */
bool client_send(
    struct client *client, const struct client_request *request, struct err *err);
void client_cancel(struct client *client,
    const void *user); /* every request of that user; done is not called */

#endif
