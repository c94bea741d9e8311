/*
 * axis -- the words of the model: axes, states, layers, and their names. One table each
 * (decisions.md 2).
 */
#ifndef FLEET_AXIS_H
#define FLEET_AXIS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

enum connectivity {
    CONNECTIVITY_NEVER_HEARD,
    CONNECTIVITY_UP,
    CONNECTIVITY_DISCONNECTED,
    CONNECTIVITIES
};

enum health { HEALTH_UNKNOWN, HEALTH_HEALTHY, HEALTH_DEGRADED, HEALTH_FAILING, HEALTHS };

enum sync {
    SYNC_UNKNOWN,
    SYNC_SYNCED,
    SYNC_UPDATING,
    SYNC_QUEUED,
    SYNC_CATCHING_UP,
    SYNC_BLOCKED,
    SYNC_REVERTED,
    SYNCS
};

/* In the order of severity: "worst first", and worst-of tiles. */
enum state {
    STATE_DOWN,
    STATE_DEGRADED,
    STATE_OFFLINE,
    STATE_UNKNOWN,
    STATE_CATCHING_UP,
    STATE_UPDATING,
    STATE_MAINTENANCE,
    STATE_HEALTHY,
    STATES
};

enum layer { LAYER_OS, LAYER_KUBERNETES, LAYER_ADDONS, LAYER_APP, LAYER_MODEL, LAYERS };

enum axis { AXIS_CONNECTIVITY, AXIS_HEALTH, AXIS_SYNC, AXES };

/* The names by value, NULL-ended: words of fields. */
extern const char *const connectivity_words[CONNECTIVITIES + 1];
extern const char *const health_words[HEALTHS + 1];
extern const char *const sync_words[SYNCS + 1];
extern const char *const state_words[STATES + 1];

const char *connectivity_name(enum connectivity value); /* "never-heard" */
const char *health_name(enum health value);
const char *sync_name(enum sync value);
const char *state_name(enum state value);
const char *layer_name(enum layer value);
const char *axis_name(enum axis axis);

/* The value of that name on that axis; false if there is none. */
bool axis_value_named(enum axis axis, struct str name, uint8_t *value);
const char *axis_value_name(enum axis axis, uint8_t value);
uint8_t axis_values(enum axis axis); /* how many there are */
bool state_named(struct str name, enum state *state);
bool layer_named(struct str name, enum layer *layer);

const char *state_glyph(enum state state); /* UTF-8, one column */
char state_ascii(enum state state);
bool state_operational(enum state state);
int sync_severity(
    enum sync sync); /* the worst of several works is shown; more is worse */

#endif
