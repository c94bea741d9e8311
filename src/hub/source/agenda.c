/* agenda -- a binary heap. */
#include "hub/source/agenda.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static bool
sooner(const struct agenda_event *a, const struct agenda_event *b)
{
    return a->at_ms != b->at_ms ? a->at_ms < b->at_ms : a->order < b->order;
}

void
agenda_release(struct agenda *agenda)
{
    free(agenda->events);
    memset(agenda, 0, sizeof(*agenda));
}

void
agenda_add(struct agenda *agenda, const struct agenda_event *event)
{
    struct agenda_event *events, fresh = *event;
    size_t at = agenda->count, up;

    fresh.order = agenda->added++;
    agenda->events =
        mem_grow(agenda->events, &agenda->capacity, agenda->count + 1, sizeof(*events));
    events = agenda->events;
    agenda->count++;
    while (at > 0 && sooner(&fresh, &events[up = (at - 1) / 2])) {
        events[at] = events[up];
        at = up;
    }
    events[at] = fresh;
}

int64_t
agenda_next_ms(const struct agenda *agenda)
{
    return agenda->count ? agenda->events[0].at_ms : INT64_MAX;
}

bool
agenda_take(struct agenda *agenda, struct agenda_event *event)
{
    struct agenda_event *events = agenda->events, last;
    size_t at = 0, down;

    if (!agenda->count)
        return false;
    *event = events[0];
    last = events[--agenda->count];
    while ((down = 2 * at + 1) < agenda->count) {
        if (down + 1 < agenda->count && sooner(&events[down + 1], &events[down]))
            down++;
        if (!sooner(&events[down], &last))
            break;
        events[at] = events[down];
        at = down;
    }
    events[at] = last;
    return true;
}
