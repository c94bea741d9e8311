/*
 * mirror -- the hub's stream made into a fleet: no socket, no clock, so that a test can
 * play a hub.
 *
 * A connection is mirror_begin, mirror_feed …, mirror_lost. What is known stays through
 * all of it. A snapshot (a stream that resumes nothing, or `reset`) marks what it
 * mentions; only its `sync` lets the rest be swept, in slices (mirror_sweep), because
 * dropping a hundred thousand clusters takes longer than a frame. Until the sweep is
 * through the picture is not whole. Times are the machine's monotonic clock unless they
 * say hub.
 */
#ifndef CONSOLE_MIRROR_H
#define CONSOLE_MIRROR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "fleet/fleet.h"
#include "wire/stream.h"

#define MIRROR_SWEEP 2048 /* slots a slice: about 4 ms where all of them go */

struct mirror;

struct mirror_calls { /* each may be NULL */
    void (*cluster)(void *user, uint32_t slot, bool added);
    void (*remove)(void *user, uint32_t slot); /* still readable */
};

struct mirror *mirror_new(const struct mirror_calls *calls, void *user);
void mirror_free(struct mirror *mirror);

void mirror_begin(struct mirror *mirror);
bool mirror_feed(struct mirror *mirror, const char *at, size_t length, int64_t now_ms,
    struct err *err);
void mirror_lost(struct mirror *mirror);

bool mirror_sweeping(const struct mirror *mirror);
void mirror_sweep(struct mirror *mirror); /* one slice */

const struct fleet *mirror_fleet(const struct mirror *mirror);
const struct hello *mirror_hello(const struct mirror *mirror); /* NULL before the first */
const char *mirror_resume_id(const struct mirror *mirror);     /* "" : none */
uint64_t mirror_revision(const struct mirror *mirror);
uint32_t mirror_changes(const struct mirror *mirror);
bool mirror_current(const struct mirror *mirror); /* this connection's picture is whole */
bool mirror_synced(const struct mirror *mirror);  /* some picture was whole once */
unsigned mirror_take_changes(
    struct mirror *mirror); /* CLIENT_… bits since the last call */

/* Hub time. Of the last few times that the hub sent, the one that was least delayed
 * counts. */
bool mirror_hub_ms(const struct mirror *mirror, int64_t now_ms, int64_t *hub_ms);

#endif
