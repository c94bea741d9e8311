/* worst -- who belongs to the list is looked for anew each time, where they stand is not.
 */
#include "console/worst.h"

#include <stdbool.h>

#include "fleet/state.h"

/* Insert into the worst `room` so far; *count of them are there. */
static void
keep(const struct fleet *fleet, const struct cluster *cluster, uint32_t slot,
    uint32_t room, uint32_t *found, uint32_t *count)
{
    uint32_t at = *count;

    while (
        at > 0 && state_order(cluster, fleet_at(fleet, found[at - 1]), fleet->intern) < 0)
        at--;
    if (at == room)
        return;
    if (*count < room)
        (*count)++;
    for (uint32_t i = *count - 1; i > at; i--)
        found[i] = found[i - 1];
    found[at] = slot;
}

static uint32_t
find(const struct fleet *fleet, const struct selection *selection, uint32_t room,
    uint32_t found[SCENE_WORST])
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < selection->count && room > 0; i++) {
        const struct cluster *cluster = fleet_at(fleet, selection->members[i]);

        if (cluster && cluster->state <= STATE_OFFLINE)
            keep(fleet, cluster, selection->members[i], room, found, &count);
    }
    return count;
}

static bool
take(uint32_t slot, uint32_t *slots, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (slots[i] == slot) {
            slots[i] = FLEET_NONE;
            return true;
        }
    }
    return false;
}

void
worst_anew(struct worst *worst)
{
    worst->count = 0;
}

void
worst_update(struct worst *worst, const struct fleet *fleet,
    const struct selection *selection, uint32_t room)
{
    uint32_t found[SCENE_WORST], line = 0, count;

    if (room > SCENE_WORST)
        room = SCENE_WORST;
    count = find(fleet, selection, room, found);
    for (uint32_t i = 0; i < worst->count; i++)
        if (i >= count || !take(worst->lines[i], found, count))
            worst->lines[i] = FLEET_NONE;
    for (uint32_t i = worst->count; i < count; i++)
        worst->lines[i] = FLEET_NONE;
    worst->count = count;
    for (uint32_t i = 0; i < count; i++) {
        if (found[i] == FLEET_NONE)
            continue;
        while (worst->lines[line] != FLEET_NONE)
            line++;
        worst->lines[line] = found[i];
    }
}
