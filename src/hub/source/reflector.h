/*
 * reflector -- keeps the objects of one resource as the API server has them: loads them
 * all, then follows every change, for ever. A step machine: it is told what happened and
 * when, and calls what must be done; it does no I/O and reads no clock.
 *
 * Loading is by generation: begin, put …, end. It streams where the server can, else it
 * pages. Only a load that came to its end gives a resume point and may sweep. Whatever
 * goes wrong becomes `fault`, one plain line, and the next try by backoff; a resume point
 * that still holds is kept.
 */
#ifndef HUB_SOURCE_REFLECTOR_H
#define HUB_SOURCE_REFLECTOR_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "hub/source/backoff.h"
#include "hub/source/events.h"
#include "hub/source/outline.h"
#include "hub/source/refusal.h"
#include "net/http.h"

#define REFLECTOR_PAGE            500
#define REFLECTOR_PAGE_TRIES      5
#define REFLECTOR_SILENCE_MS      180000 /* of a watch: bookmarks come about every minute */
#define REFLECTOR_LOAD_SILENCE_MS 65000 /* the server's own limit is 60 s */
#define REFLECTOR_WATCH_S         300 /* a watch is asked to last so long, to twice that */
#define REFLECTOR_SHORT_MS        1000 /* a watch that ends sooner with nothing is a fault */
#define REFLECTOR_TROUBLE_MS      60000 /* 500s for longer than this: load anew */
#define REFLECTOR_DOUBT_MS        30000 /* after something was left out: load anew, then */
#define REFLECTOR_DOUBT_MOST_MS   600000 /* ever more seldom */
#define REFLECTOR_VERSION_BYTES   128
#define REFLECTOR_FAULT_BYTES     224

enum reflector_phase {
    REFLECTOR_STOPPED,
    REFLECTOR_STREAMING, /* loading by a watch that sends what there is first */
    REFLECTOR_PAGING,    /* loading by pages of a list */
    REFLECTOR_WATCHING,
    REFLECTOR_WAITING, /* for the next try */
};

struct reflector_calls {
    /* GET the path; head, data and done follow. Never while another is under way. */
    void (*request)(void *user, const char *path, bool compressed);
    void (*cancel)(void *user); /* the request; nothing of it follows */
    void (*begin)(void *user);
    bool (*put)(void *user, const json_t *object); /* false: it makes no sense */
    bool (*drop)(void *user, const json_t *object);
    void (*end)(void *user, bool sweep); /* sweep: every object was seen */
    void (*abort)(void *user);
    void (*changed)(void *user); /* phase or fault */
};

struct reflector {
    const struct reflector_calls *calls;
    void *user;
    char *path;                     /* "/apis/GROUP/VERSION/RESOURCE" */
    char *name;                     /* for messages */
    struct outline *event, *object; /* what is read of an event, of the object in it;
                                       NULL: all */
    int64_t silence_ms;             /* of a watch; 0: REFLECTOR_SILENCE_MS */

    enum reflector_phase phase, next; /* next: after waiting */
    struct backoff backoff;
    char fault[REFLECTOR_FAULT_BYTES];     /* "" if none */
    char warning[REFLECTOR_FAULT_BYTES];   /* something was left out; "" if nothing */
    char version[REFLECTOR_VERSION_BYTES]; /* resume point, "" without */
    bool loaded;                           /* once at least */
    int64_t doubt_ms; /* load anew then, since something was left out; 0 never */
    uint32_t doubts;  /* loads in a row that left something out */
    bool missing;     /* the server answered 404: it is not served any more */
    uint64_t objects, errors;

    /* the load under way: */
    bool open, unsure;         /* begun; something of it was left out */
    bool no_stream, page_once; /* the server cannot stream; page this one time */
    char page_version[REFLECTOR_VERSION_BYTES];
    char *token;
    int page_tries;

    /* the request under way: */
    bool in_flight, spoiled; /* spoiled: what is wrong is known, the rest is ignored */
    int status;
    int64_t retry_after_ms;
    uint64_t delivered; /* events of this request */
    int64_t asked_ms, heard_ms, wake_ms;
    int64_t trouble_ms;     /* first failure in a row, 0 none */
    struct refusal refusal; /* of an ERROR event */
    bool refused;
    struct events events;
    struct buf body, scratch;
};

void reflector_init(struct reflector *reflector, const struct reflector_calls *calls,
    void *user, const char *path, const char *name);
void reflector_release(struct reflector *reflector); /* calls nothing */

/* From now on only what the reflector itself needs is read of objects, and what the
 * caller adds to this outline of them. */
struct outline *reflector_outline(struct reflector *reflector);

void reflector_start(struct reflector *reflector, int64_t now_ms);
void reflector_stop(struct reflector *reflector); /* cancels, aborts */

void reflector_head(
    struct reflector *reflector, const struct http_head *head, int64_t now_ms);
bool reflector_data(
    struct reflector *reflector, struct str bytes, int64_t now_ms); /* false: end it */
void reflector_done(struct reflector *reflector, const struct err *err, int64_t now_ms);

void reflector_tick(struct reflector *reflector, int64_t now_ms);
int64_t reflector_due(const struct reflector *reflector); /* INT64_MAX: for nothing */

const char *reflector_phase_name(enum reflector_phase phase);

#endif
