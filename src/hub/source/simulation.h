/*
 * simulation -- one retailer's stores, living: links drop and come back with a backlog,
 * nodes and GPUs fail and are mended, a rollout moves through ring by ring and region by
 * region, now and then a region's uplink goes as a whole, a store is enrolled anew. Store
 * 317 has its story: node-b misses beats, is lost, is replaced.
 *
 * A pure state machine over an agenda of events: no clock, no I/O. What happens depends
 * on the seed, the start and the speed alone, never on how often it is stepped; each fact
 * is of its event's moment. The rate of events goes with the number of stores: about 0.1
 * % of them a second say something new, under 1.5 % while an uplink fails, at speed 1.
 */
#ifndef HUB_SOURCE_SIMULATION_H
#define HUB_SOURCE_SIMULATION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "fleet/fact.h"
#include "hub/source/store.h"

#define SIMULATION_STORES 200000
#define SIMULATION_SPEED  1000.0

struct simulation;

struct simulation_options {
    uint32_t stores;
    uint64_t seed;
    double speed; /* how many times faster than life; a duration is divided by it */
    int64_t start_ms;
};

struct simulation_calls {
    void (*put)(void *user, const struct fact *fact);
    void (*drop)(void *user, enum store_resource resource, struct str object);
};

/* NULL with ERR_INPUT: too few or too many stores, a speed out of range. */
struct simulation *simulation_new(const struct simulation_options *options,
    const struct simulation_calls *calls, void *user, struct err *err);
void simulation_free(struct simulation *simulation);

/* Tell of stores [from, to), counted from 0, what is so now: the first load. A store that
 * is disconnected is told of twice: as it was, then as it is, so that its last health is
 * known. */
void simulation_tell(struct simulation *simulation, enum store_resource resource,
    uint32_t from, uint32_t to);

int64_t simulation_next_ms(const struct simulation *simulation); /* INT64_MAX: never */
void simulation_step(
    struct simulation *simulation, int64_t now_ms); /* do all that is due */

/* A region's uplink fails now: for tests, and whoever wants to see it. */
void simulation_cut(struct simulation *simulation, enum region region);

/* Lease, nodes and GPUs of a store, as members of a JSON object; nothing if there is no
 * such store. */
void simulation_print_details(const struct simulation *simulation, struct str name,
    int64_t now_ms, struct buf *out);

#endif
