/* summary -- one line of many reflectors. */
#include "hub/source/summary.h"

#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"

void
summary_init(struct summary *summary)
{
    *summary = (struct summary){ .wake_ms = INT64_MAX, .oldest_ms = INT64_MAX };
}

static bool
is_waiting(const struct reflector *reflector)
{
    return reflector->phase == REFLECTOR_WAITING && reflector->fault[0];
}

static void
add_words(struct summary *sum, const struct reflector *reflector, bool inventory)
{
    if (reflector->fault[0] && (!sum->fault || (inventory && !sum->inventory_fault))) {
        sum->fault = reflector;
        sum->inventory_fault = inventory;
    }
    if (reflector->warning[0] && !sum->warning)
        sum->warning = reflector;
}

void
summary_add(struct summary *sum, const struct reflector *reflector, bool inventory,
    int64_t heard_ms)
{
    bool waiting = is_waiting(reflector);

    sum->inventory += inventory;
    sum->loaded += inventory && reflector->loaded;
    sum->waiting += inventory && waiting;
    sum->pending += !reflector->loaded && !waiting && !reflector->fault[0];
    sum->events += reflector->objects;
    sum->errors += reflector->errors;
    add_words(sum, reflector, inventory);
    if (waiting && reflector->wake_ms < sum->wake_ms)
        sum->wake_ms = reflector->wake_ms;
    if (heard_ms > sum->newest_ms)
        sum->newest_ms = heard_ms;
    if (inventory && reflector->loaded && heard_ms < sum->oldest_ms)
        sum->oldest_ms = heard_ms;
}

void
summary_add_discovery(struct summary *sum, const struct err *fault, int64_t due_ms)
{
    sum->discovery = fault;
    sum->errors++;
    if (due_ms < sum->wake_ms)
        sum->wake_ms = due_ms;
}

static const char *
phase_of(const struct summary *sum)
{
    if (!sum->inventory)
        return sum->discovery ? "retrying" : "discovering";
    if (sum->waiting)
        return "retrying";
    return sum->loaded < sum->inventory || sum->pending ? "loading" : "synced";
}

static void
print_fault(const struct summary *sum, char *at, size_t size)
{
    struct buf safe = { 0 };
    struct str text;
    size_t columns;

    if (sum->fault && !sum->inventory_fault)
        buf_print(&safe, "%s: %s", sum->fault->name, sum->fault->fault);
    else if (sum->fault)
        buf_add_text(&safe, sum->fault->fault);
    else if (sum->discovery)
        text_safe(&safe, str_from(sum->discovery->text));
    else if (sum->warning)
        buf_add_text(&safe, sum->warning->warning);
    text = buf_str(&safe);
    while (text.length >= size)
        text = text_fit(text, text_width(text) - 1, &columns);
    snprintf(at, size, "%.*s", STR_ARG(text));
    buf_release(&safe);
}

bool
summary_show(const struct summary *sum, struct summary_clock clock, const char *name,
    struct fleet_source *status)
{
    const char *phase = phase_of(sum);
    char fault[sizeof(status->fault)];
    bool phase_changed = strcmp(phase, status->phase) != 0, fault_changed;
    bool loaded = sum->inventory && sum->loaded == sum->inventory;

    print_fault(sum, fault, sizeof(fault));
    fault_changed = strcmp(fault, status->fault) != 0;
    if (phase_changed) {
        log_line(LOG_INFO, "source %s: %s", name, phase);
        status->since_ms = clock.wall_ms;
    }
    if (fault_changed && fault[0])
        log_line(LOG_WARN, "source %s: %s", name, fault);
    snprintf(status->phase, sizeof(status->phase), "%s", phase);
    snprintf(status->fault, sizeof(status->fault), "%s", fault);
    /* What was last known is as old as it was until all of it has come anew. */
    if (loaded || !status->kept)
        status->fresh_ms = sum->loaded ? sum->oldest_ms : sum->newest_ms;
    status->retry_ms =
        sum->wake_ms == INT64_MAX ? 0 : clock.wall_ms + sum->wake_ms - clock.monotonic_ms;
    status->events = sum->events;
    status->errors = sum->errors;
    if (loaded && !sum->pending)
        status->synced = true;
    return phase_changed || fault_changed;
}
