/*
 * agenda -- what will happen when: a min-heap of events, the earliest first and those of
 * one moment in the order they were added. O(log n) for each.
 */
#ifndef HUB_SOURCE_AGENDA_H
#define HUB_SOURCE_AGENDA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct agenda_event {
    int64_t at_ms;
    int64_t length_ms; /* of what begins with it, if something does */
    uint64_t order;    /* the agenda's own */
    uint32_t store;
    uint16_t ticket; /* of the store's, when it was added: void if that has moved on */
    uint8_t kind;
};

struct agenda { /* zeroed is empty */
    struct agenda_event *events;
    size_t count, capacity;
    uint64_t added;
};

void agenda_release(struct agenda *agenda);
void agenda_add(struct agenda *agenda, const struct agenda_event *event);
int64_t agenda_next_ms(const struct agenda *agenda); /* INT64_MAX if it is empty */
bool agenda_take(struct agenda *agenda, struct agenda_event *event); /* the earliest */

#endif
