/*
 * fault -- what may be wrong with a simulated store: one table of how it reads, what it
 * does to the store's health and how long it lasts.
 */
#ifndef HUB_SOURCE_FAULT_H
#define HUB_SOURCE_FAULT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "fleet/axis.h"

enum fault_kind {
    FAULT_NONE,
    FAULT_NODE,
    FAULT_GPU_GONE,
    FAULT_GPU_HOT,
    FAULT_ADDON,
    FAULT_DISK,
    FAULT_CERTIFICATE,
    FAULT_LEADER, /* from here to FAULT_ONLY_NODE: down by evidence */
    FAULT_API,
    FAULT_ONLY_NODE,
    FAULT_STORY_BEATS, /* from here: the story of store 317 */
    FAULT_STORY_LOST,
    FAULT_STORY_REPLACED,
    FAULTS
};

struct fault {
    const char *reason; /* '@' is the node's letter, '#' a digit */
    enum health health;
    uint8_t weight; /* among those of its health */
    uint8_t nodes;  /* what it needs: at least, or exactly if it fails the store; 0 any */
    uint8_t nodes_lost;
    bool gpu; /* only where there are GPUs */
    bool day; /* only by day, under load */
    uint16_t mean_s;
};

extern const struct fault faults[FAULTS];

struct fault_place { /* of a store, as far as faults go */
    uint8_t nodes, gpus;
    bool day;
};

/* One that leaves the store in that health and may befall it; FAULT_NONE if none may. */
enum fault_kind fault_pick(
    enum health health, const struct fault_place *place, uint64_t random);
void fault_print(enum fault_kind kind, char node, unsigned digit, struct buf *out);

#endif
