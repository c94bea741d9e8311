/* scope -- see scope.h. */
#include "hub/scope.h"

#include <stdio.h>

bool
scope_covers(
    const struct scope *scope, const struct fleet *fleet, const struct cluster *cluster)
{
    return scope->whole || scope->covers(scope->user, fleet, cluster);
}

void
scope_bind(const struct scope *scope, const struct fleet *fleet)
{
    if (!scope->whole && scope->bind)
        scope->bind(scope->user, fleet);
}

uint32_t
scope_count(const struct scope *scope, const struct fleet *fleet, uint32_t source)
{
    uint32_t count = 0;

    if (scope->whole && !source)
        return fleet->count;
    scope_bind(scope, fleet);
    for (uint32_t slot = 0; slot < fleet->ceiling; slot++) {
        const struct cluster *cluster = fleet_at(fleet, slot);

        if (cluster && (!source || cluster->source == source) &&
            scope_covers(scope, fleet, cluster))
            count++;
    }
    return count;
}

bool
scope_source(const struct scope *scope, const struct fleet *fleet,
    const struct fleet_source *source, struct fleet_source *seen)
{
    uint32_t name = intern_find(fleet->intern, str_from(source->name));

    *seen = *source;
    if (scope->whole)
        return true;
    seen->clusters = name ? scope_count(scope, fleet, name) : 0;
    /* What is told of others' clusters is not told: their number shows in these. */
    seen->orphans = 0;
    seen->events = seen->errors = 0;
    if (seen->suspect[0])
        snprintf(seen->suspect, sizeof seen->suspect,
            "many of its clusters were lost at once");
    return seen->clusters || !source->synced;
}
