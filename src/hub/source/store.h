/*
 * store -- one simulated store: what it is, which its number and the seed decide and
 * nobody keeps; how it fares, which the simulation changes; and what its upstream would
 * say of it, as facts.
 *
 * Two objects speak of a store, as they would with a real fleet manager: its cluster
 * (inventory: connectivity, health, nodes, GPUs, the lower layers) and its work (a facet
 * joined by namespace: sync, the app and model layers).
 */
#ifndef HUB_SOURCE_STORE_H
#define HUB_SOURCE_STORE_H

#include <stdint.h>

#include "base/buf.h"
#include "fleet/fact.h"
#include "hub/source/city.h"
#include "hub/source/fault.h"

enum store_resource { STORE_CLUSTER, STORE_WORK, STORE_RESOURCES };
enum store_ring { RING_CANARY, RING_PILOT, RING_BROAD };
enum store_machine { MACHINE_LINK, MACHINE_HEALTH, MACHINE_WORK, MACHINES };

#define STORE_LEASE_MS    60000 /* a beat is due; five missed are a verdict */
#define STORE_LOST_MS     ((int64_t)5 * STORE_LEASE_MS)
#define STORE_APP_FIRST   13 /* version 8.13, and 8.14 after the next rollout of it */
#define STORE_MODEL_FIRST 1  /* version 3.1 */

struct store_traits {
    const struct city *city;
    const char *size, *tier, *gpu_model; /* gpu_model NULL: none */
    enum store_ring ring;
    uint8_t nodes, gpus;
    bool all_day; /* open 24 hours */
    float latitude, longitude;
    uint64_t hash; /* for what else should differ from store to store */
};

struct store { /* how it fares; times are those of the simulation's clock */
    int64_t link_since_ms, health_since_ms, work_since_ms, pending_since_ms;
    uint16_t tickets[MACHINES]; /* what is planned for a machine is void when its ticket
                                   moves on */
    uint16_t app_desired, app_actual, model_desired, model_actual;
    uint8_t link;  /* enum connectivity */
    uint8_t fault; /* enum fault_kind: what is so, whether or not anybody hears of it */
    uint8_t fault_node, fault_digit;
    uint8_t work; /* enum sync */
};

struct store_facts { /* a fact with the memory of its texts; zeroed to start */
    struct fact fact;
    struct buf name, object, reason, place, versions;
};

uint64_t store_mix(uint64_t value); /* a good hash of 64 bits */
void store_draw(struct store_traits *traits, uint64_t seed, uint32_t number);
bool store_is_day(
    const struct store_traits *traits, int64_t now_ms); /* by its sun, 8 to 20 h */

void store_print_name(uint32_t number, struct buf *out); /* "store-0317" */
bool store_parse_name(struct str name, uint32_t *number);

/*
 * What is said of it at now_ms. Borrowed from facts until the next call. before: as it
 * was before its link broke.
 */
const struct fact *store_cluster(struct store_facts *facts, const struct store *store,
    const struct store_traits *traits, uint32_t number, int64_t now_ms);
const struct fact *store_cluster_before(struct store_facts *facts,
    const struct store *store, const struct store_traits *traits, uint32_t number);
const struct fact *store_work(struct store_facts *facts, const struct store *store,
    uint32_t number, int64_t now_ms);
void store_facts_release(struct store_facts *facts);

/* Lease, nodes and GPUs at this moment, as members of a JSON object. GPUs work by day and
 * rest by night. */
void store_print_details(const struct store *store, const struct store_traits *traits,
    int64_t now_ms, struct buf *out);

#endif
