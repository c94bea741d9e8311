/* axis -- the words of the model. */
#include "fleet/axis.h"

#include <stddef.h>

struct look {
    const char *glyph; /* UTF-8, one column */
    char ascii;
    bool operational;
};

const char *const connectivity_words[CONNECTIVITIES + 1] = {
    [CONNECTIVITY_NEVER_HEARD] = "never-heard",
    [CONNECTIVITY_UP] = "up",
    [CONNECTIVITY_DISCONNECTED] = "disconnected",
};

const char *const health_words[HEALTHS + 1] = {
    [HEALTH_UNKNOWN] = "unknown",
    [HEALTH_HEALTHY] = "healthy",
    [HEALTH_DEGRADED] = "degraded",
    [HEALTH_FAILING] = "failing",
};

const char *const sync_words[SYNCS + 1] = {
    [SYNC_UNKNOWN] = "unknown",
    [SYNC_SYNCED] = "synced",
    [SYNC_UPDATING] = "updating",
    [SYNC_QUEUED] = "queued",
    [SYNC_CATCHING_UP] = "catching-up",
    [SYNC_BLOCKED] = "blocked",
    [SYNC_REVERTED] = "reverted",
};

const char *const state_words[STATES + 1] = {
    [STATE_DOWN] = "down",
    [STATE_DEGRADED] = "degraded",
    [STATE_OFFLINE] = "offline",
    [STATE_UNKNOWN] = "unknown",
    [STATE_CATCHING_UP] = "catching-up",
    [STATE_UPDATING] = "updating",
    [STATE_MAINTENANCE] = "maintenance",
    [STATE_HEALTHY] = "healthy",
};

/* More is worse. Not knowing is worse than being in order and better than evidence. */
static const int severities[] = {
    [SYNC_SYNCED] = 0,
    [SYNC_UNKNOWN] = 1,
    [SYNC_QUEUED] = 2,
    [SYNC_UPDATING] = 3,
    [SYNC_CATCHING_UP] = 4,
    [SYNC_REVERTED] = 5,
    [SYNC_BLOCKED] = 6,
};

static const struct look looks[] = {
    [STATE_DOWN] = { "✖", 'X', false },
    [STATE_DEGRADED] = { "▲", '!', true },
    [STATE_OFFLINE] = { "○", '.', false },
    [STATE_UNKNOWN] = { "·", '?', false },
    [STATE_CATCHING_UP] = { "◐", 'c', true },
    [STATE_UPDATING] = { "◆", 'u', true },
    [STATE_MAINTENANCE] = { "◇", 'm', false },
    [STATE_HEALTHY] = { "■", 'o', true },
};

static const char *const layers[] = {
    [LAYER_OS] = "os",
    [LAYER_KUBERNETES] = "kubernetes",
    [LAYER_ADDONS] = "addons",
    [LAYER_APP] = "app",
    [LAYER_MODEL] = "model",
};

static const struct {
    const char *name;
    const char *const *values;
    uint8_t count;
} axes[] = {
    [AXIS_CONNECTIVITY] = { "connectivity", connectivity_words, CONNECTIVITIES },
    [AXIS_HEALTH] = { "health", health_words, HEALTHS },
    [AXIS_SYNC] = { "sync", sync_words, SYNCS },
};

const char *
connectivity_name(enum connectivity value)
{
    return axis_value_name(AXIS_CONNECTIVITY, (uint8_t)value);
}

const char *
health_name(enum health value)
{
    return axis_value_name(AXIS_HEALTH, (uint8_t)value);
}

const char *
sync_name(enum sync value)
{
    return axis_value_name(AXIS_SYNC, (uint8_t)value);
}

const char *
state_name(enum state value)
{
    return state_words[value];
}

const char *
layer_name(enum layer value)
{
    return layers[value];
}

const char *
axis_name(enum axis axis)
{
    return axes[axis].name;
}

static bool
find_name(const char *const *names, uint8_t count, struct str name, uint8_t *value)
{
    for (uint8_t i = 0; i < count; i++)
        if (str_is(name, names[i])) {
            *value = i;
            return true;
        }
    return false;
}

bool
axis_value_named(enum axis axis, struct str name, uint8_t *value)
{
    return find_name(axes[axis].values, axes[axis].count, name, value);
}

const char *
axis_value_name(enum axis axis, uint8_t value)
{
    return value < axes[axis].count ? axes[axis].values[value] : "unknown";
}

uint8_t
axis_values(enum axis axis)
{
    return axes[axis].count;
}

bool
state_named(struct str name, enum state *state)
{
    for (int i = 0; i < STATES; i++)
        if (str_is(name, state_words[i])) {
            *state = (enum state)i;
            return true;
        }
    return false;
}

bool
layer_named(struct str name, enum layer *layer)
{
    uint8_t value;

    if (!find_name(layers, LAYERS, name, &value))
        return false;
    *layer = (enum layer)value;
    return true;
}

const char *
state_glyph(enum state state)
{
    return looks[state].glyph;
}

char
state_ascii(enum state state)
{
    return looks[state].ascii;
}

bool
state_operational(enum state state)
{
    return looks[state].operational;
}

int
sync_severity(enum sync sync)
{
    return severities[sync];
}
