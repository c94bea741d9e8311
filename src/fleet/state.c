/* state -- three axes and maintenance give one state. */
#include "fleet/state.h"

#define ANY     0xffu
#define BIT(v)  (1u << (v))
#define NO_AXIS AXES

/* The table of the header, first match wins. A column is the set of values that it takes.
 */
static const struct rule {
    uint8_t maintenance; /* bit 1: on, bit 0: off */
    uint8_t values[AXES];
    uint8_t state;
    uint8_t
        because; /* the axis whose reason and since are the state's; NO_AXIS: see below */
} rules[] = {
    /* clang-format off */
    /* maintenance  connectivity                   health                  sync                                      state               because */
    { BIT(1),       { ANY,                         ANY,                    ANY },                                    STATE_MAINTENANCE,  NO_AXIS },
    { ANY,          { BIT(CONNECTIVITY_NEVER_HEARD), ANY,                  ANY },                                    STATE_UNKNOWN,      AXIS_CONNECTIVITY },
    { ANY,          { ANY,                         BIT(HEALTH_FAILING),    ANY },                                    STATE_DOWN,         AXIS_HEALTH },
    { ANY,          { BIT(CONNECTIVITY_DISCONNECTED), ANY,                 ANY },                                    STATE_OFFLINE,      AXIS_CONNECTIVITY },
    { ANY,          { ANY,                         BIT(HEALTH_DEGRADED),   ANY },                                    STATE_DEGRADED,     AXIS_HEALTH },
    { ANY,          { ANY,                         ANY,                    BIT(SYNC_BLOCKED) | BIT(SYNC_REVERTED) }, STATE_DEGRADED,     AXIS_SYNC },
    { ANY,          { ANY,                         ANY,                    BIT(SYNC_UPDATING) },                     STATE_UPDATING,     AXIS_SYNC },
    { ANY,          { ANY,                         ANY,                    BIT(SYNC_CATCHING_UP) },                  STATE_CATCHING_UP,  AXIS_SYNC },
    { ANY,          { ANY,                         BIT(HEALTH_UNKNOWN),    ANY },                                    STATE_UNKNOWN,      AXIS_HEALTH },
    { ANY,          { ANY,                         ANY,                    ANY },                                    STATE_HEALTHY,      NO_AXIS },
    /* clang-format on */
};

static const struct rule *
find_rule(bool maintenance, const uint8_t values[AXES])
{
    const struct rule *rule = rules;

    for (;; rule++)
        if (rule->maintenance & BIT(maintenance) &&
            rule->values[AXIS_CONNECTIVITY] & BIT(values[AXIS_CONNECTIVITY]) &&
            rule->values[AXIS_HEALTH] & BIT(values[AXIS_HEALTH]) &&
            rule->values[AXIS_SYNC] & BIT(values[AXIS_SYNC]))
            return rule;
}

enum state
state_of(
    bool maintenance, enum connectivity connectivity, enum health health, enum sync sync)
{
    const uint8_t values[AXES] = { (uint8_t)connectivity, (uint8_t)health,
        (uint8_t)sync };

    return (enum state)find_rule(maintenance, values)->state;
}

/* Since when the evidence holds. Healthy needs all axes, so it counts from the last that
 * came right. Of every axis the first value says that nothing is known: no evidence. */
static uint32_t
evidence_since(const struct cluster *cluster, const struct rule *rule, uint32_t now_s)
{
    uint32_t since_s = 0;

    if (rule->state == STATE_MAINTENANCE)
        return now_s;
    if (rule->because != NO_AXIS)
        since_s = cluster->axes[rule->because].since_s;
    else
        for (int axis = 0; axis < AXES; axis++)
            if (cluster->axes[axis].value && cluster->axes[axis].since_s > since_s)
                since_s = cluster->axes[axis].since_s;
    return since_s && since_s <= now_s ? since_s : now_s;
}

bool
state_decide(struct cluster *cluster, struct intern *intern, uint32_t now_s)
{
    const uint8_t values[AXES] = { cluster->axes[AXIS_CONNECTIVITY].value,
        cluster->axes[AXIS_HEALTH].value, cluster->axes[AXIS_SYNC].value };
    const struct rule *rule = find_rule(cluster->maintenance != 0, values);
    bool changed = rule->state != cluster->state;
    uint32_t since_s = evidence_since(cluster, rule, now_s), reason = 0;

    if (rule->state == STATE_MAINTENANCE)
        reason = cluster->maintenance;
    else if (rule->because != NO_AXIS)
        reason = cluster->axes[rule->because].reason;
    intern_keep(intern, reason);
    intern_drop(intern, cluster->reason);
    cluster->reason = reason;
    if (changed || !cluster->since_s || since_s < cluster->since_s)
        cluster->since_s = since_s;
    cluster->state = rule->state;
    cluster->beneath = find_rule(false, values)->state;
    return changed;
}

int
state_severity(const struct cluster *a, const struct cluster *b)
{
    if (a->state != b->state)
        return a->state < b->state ? -1 : 1;
    if (a->since_s == b->since_s)
        return 0;
    if (!a->since_s || !b->since_s)
        return a->since_s ? -1 : 1;
    return a->since_s < b->since_s ? -1 : 1;
}

int
state_order(const struct cluster *a, const struct cluster *b, const struct intern *intern)
{
    int order = state_severity(a, b);

    return order ? order : str_natural(cluster_id(a, intern), cluster_id(b, intern));
}
