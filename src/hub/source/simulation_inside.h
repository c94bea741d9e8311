/*
 * simulation_inside -- what the files of the simulation share: its state, its events and
 * the moves that a store can make. Nobody else includes this.
 *
 * A move changes a store and voids what was planned for the machine that moved; whoever
 * makes it plans what comes of it, and tells.
 */
#ifndef HUB_SOURCE_SIMULATION_INSIDE_H
#define HUB_SOURCE_SIMULATION_INSIDE_H

#include "hub/source/agenda.h"
#include "hub/source/simulation.h"

#define MINUTE_MS      ((int64_t)60000)
#define USUAL_STORES   1200 /* the intervals below are for so many */
#define LEAST_STORES   200  /* a smaller fleet is as busy as one of these */
#define STORY_FIRST_MS ((int64_t)45000)
#define STORY_STORE    316 /* store-0317, counted from 0 */

/* Mean times between what befalls some store of the usual fleet. */
#define LINK_EVERY_MS    ((int64_t)30000)
#define FAULT_EVERY_MS   ((int64_t)36000)
#define FAILURE_EVERY_MS ((int64_t)120000)
#define ENROL_EVERY_MS   ((int64_t)40 * MINUTE_MS)
#define UPLINK_EVERY_MS  ((int64_t)25 * MINUTE_MS) /* whatever the size of the fleet */
#define UPLINK_FIRST_MS  ((int64_t)6 * MINUTE_MS)
#define ROLL_EVERY_MS    ((int64_t)4500)
#define ROLL_PAUSE_MS    ((int64_t)3 * MINUTE_MS)

/* And how long it lasts. */
#define OUTAGE_MS        ((int64_t)4 * MINUTE_MS)
#define UPLINK_SPREAD_MS ((int64_t)40000) /* about 0.5 % of the fleet a second */
#define UPLINK_MEND_MS   ((int64_t)90000)
#define ROLL_MS          ((int64_t)90000)
#define CATCH_UP_MS      ((int64_t)45000)
#define BLOCKED_MS       ((int64_t)8 * MINUTE_MS)
#define ENROLLED_MS      ((int64_t)5 * MINUTE_MS)

enum event_kind {
    EVENT_LINK,    /* some store's link breaks */
    EVENT_FAULT,   /* something degrades some store */
    EVENT_FAILURE, /* some store fails */
    EVENT_ENROL,   /* some store is enrolled anew */
    EVENT_UPLINK,  /* a region's uplink fails */
    EVENT_ROLL,    /* the rollout takes its next store */
    EVENT_STORY,   /* the next step of store 317's story */
    EVENT_LOST,    /* this store's link breaks */
    EVENT_BACK,    /* this store's link is there (again) */
    EVENT_MENDED,  /* its fault is gone */
    EVENT_WORKED,  /* its work has ended */
    EVENTS
};

struct simulation {
    const struct simulation_calls *calls;
    void *user;
    uint64_t seed, random;
    double speed;
    int64_t now_ms; /* of the event being done */
    uint32_t count;
    struct store *stores;
    struct agenda agenda;
    uint32_t *order;  /* of the rollout: store numbers */
    uint32_t rolled;  /* so many of them have been taken */
    unsigned rollout; /* even: of the model, odd: of the app */
    unsigned story;
    struct store_facts facts;
};

uint64_t simulation_draw(struct simulation *simulation);

/* Half to one and a half of it. */
int64_t simulation_around(struct simulation *simulation, int64_t mean_ms);

/* The interval of something that befalls the whole fleet, given that of the usual one. */
int64_t simulation_interval(struct simulation *simulation, int64_t usual_ms);
int64_t simulation_scaled(
    const struct simulation *simulation, int64_t duration_ms); /* by speed */
struct store_traits simulation_traits(const struct simulation *simulation, uint32_t at);

/* Stores are counted from 0 here. after_ms is scaled; length_ms goes with the event as it
 * is. */
void simulation_plan_fleet(
    struct simulation *simulation, enum event_kind kind, int64_t after_ms);
void simulation_plan_store(struct simulation *simulation, enum event_kind kind,
    uint32_t at, int64_t after_ms, int64_t length_ms);
enum store_machine simulation_machine(enum event_kind kind);

void simulation_tell_cluster(struct simulation *simulation, uint32_t at);
void simulation_tell_work(struct simulation *simulation, uint32_t at);

void simulation_set_link(
    struct simulation *simulation, uint32_t at, enum connectivity link);
void simulation_set_fault(struct simulation *simulation, uint32_t at,
    enum fault_kind fault, int node, int digit);
void simulation_set_work(
    struct simulation *simulation, uint32_t at, enum sync work, int64_t pending_ms);

/* Some store to which nothing happens just now; false if a few draws find none. */
bool simulation_pick_calm(struct simulation *simulation, uint32_t *at);

/* Break its health, if it may so break, and plan the mending. */
void simulation_break_health(
    struct simulation *simulation, uint32_t at, enum health health);

/* It gets the rollout's version: works on it, or will when it is back. */
void simulation_roll(struct simulation *simulation, uint32_t at);

/* The fleet as it is found at the start: nothing is told yet. */
void simulation_begin(struct simulation *simulation);

#endif
