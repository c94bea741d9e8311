/*
 * watch -- one resource of an API server that is read: its reflector, the request under
 * way, and the way of its objects through a dialect's mapping into the sink.
 *
 * Lives in its source, which tells it when to look at the clock; a request that is
 * refused at once is reported on the next tick, for the reflector is in the middle of a
 * step.
 */
#ifndef HUB_SOURCE_WATCH_H
#define HUB_SOURCE_WATCH_H

#include "hub/source/dialect.h"
#include "hub/source/mapping.h"
#include "hub/source/reflector.h"
#include "hub/source/source.h"
#include "net/http.h"

struct watch;

struct watch_place { /* what the watches of one source share; outlives them */
    const struct source_options *source;
    struct http *http;
    struct mapping *mapping;
    /* Bytes came, or its phase, fault or due time changed. */
    void (*changed)(void *user, const struct watch *watch);
    void *user;
};

struct watch {
    const struct watch_place *place;
    const struct dialect_resource *resource;
    uint32_t index; /* of the resource in the source */
    bool started;
    struct reflector reflector;
    struct http_call *call;
    bool refused_here; /* the request could not even be sent: `refusal` says why */
    struct err refusal;
    int64_t heard_ms; /* hub time of its last byte */
};

/* Read the resource in that version, unless that is being done. */
void watch_start(struct watch *watch, const char *version);
void watch_stop(struct watch *watch); /* no call, no fact follows */

void watch_tick(struct watch *watch);            /* does what is due */
int64_t watch_due_ms(const struct watch *watch); /* monotonic; INT64_MAX: nothing */

#endif
