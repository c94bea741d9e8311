/* selection -- filter, groups and orders over a fleet, incrementally. */
#include "console/selection.h"

#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "console/orders.h"
#include "console/rank.h"
#include "fleet/state.h"

#define NO_GROUP     UINT32_MAX
#define GROUPS_EMPTY 1024 /* so many empty groups: number them anew */

struct place { /* what is remembered of a slot */
    uint32_t group;
    uint8_t present, match, state;
    uint8_t queued;  /* in `touched` */
    uint8_t gone;    /* whoever is there now is somebody else */
    uint8_t renamed; /* came or went: its place among the names must be found again */
};

struct select {
    const struct fleet *fleet;
    struct selector *selector;
    struct dimension group_by[SCENE_LEVELS];
    bool worst_first;

    struct place *places;
    size_t place_count;
    uint32_t *touched;
    size_t touched_capacity;
    uint32_t touched_count;
    bool all_touched, filter_changed, stale_answers, groups_changed, sort_changed,
        members_changed;
    int64_t flip_ms, now_ms;

    struct orders orders;

    struct map group_numbers; /* labels to number + 1 */
    size_t groups_capacity, ranked_capacity, members_capacity, rows_capacity;
    uint32_t group_count;
    struct map parents; /* first-level label to number + 1 */
    uint32_t parent_count;
    struct selection view;
};

struct select *
select_new(const struct fleet *fleet)
{
    struct select *select = mem_zero(1, sizeof(*select));

    select->fleet = select->orders.fleet = fleet;
    select->worst_first = true;
    select->all_touched = true;
    select->flip_ms = INT64_MAX;
    return select;
}

static void
groups_clear(struct select *select)
{
    for (uint32_t i = 0; i < select->group_count; i++)
        for (int level = 0; level < SCENE_LEVELS; level++)
            free(select->view.groups[i].labels[level]);
    select->group_count = 0;
    select->parent_count = 0;
    select->view.ranked_count = 0;
    map_release(&select->group_numbers);
    map_release(&select->parents);
    memset(&select->group_numbers, 0, sizeof(select->group_numbers));
    memset(&select->parents, 0, sizeof(select->parents));
}

void
select_free(struct select *select)
{
    if (!select)
        return;
    groups_clear(select);
    selector_free(select->selector);
    free(select->places);
    free(select->touched);
    orders_release(&select->orders);
    free(select->view.groups);
    free(select->view.ranked);
    free(select->view.members);
    free(select->view.rows);
    free(select);
}

void
select_filter(struct select *select, struct selector *selector)
{
    selector_free(select->selector);
    select->selector = selector;
    select->filter_changed = true;
}

void
select_group(struct select *select, const struct dimension group[SCENE_LEVELS])
{
    for (int level = 0; level < SCENE_LEVELS; level++)
        select->group_by[level] = group[level];
    select->groups_changed = true;
}

void
select_sort(struct select *select, const struct dimension *by, bool reverse)
{
    select->orders.by = *by;
    select->orders.reverse = reverse;
    select->sort_changed = true;
}

void
select_order(struct select *select, bool worst_first)
{
    select->worst_first = worst_first;
    select_rank(select);
}

static void
places_grow(struct select *select, uint32_t slot)
{
    size_t before = select->place_count;

    if (slot < before)
        return;
    select->places = mem_grow(
        select->places, &select->place_count, (size_t)slot + 1, sizeof(struct place));
    memset(select->places + before, 0,
        (select->place_count - before) * sizeof(struct place));
}

void
select_touch(struct select *select, uint32_t slot)
{
    places_grow(select, slot);
    if (select->all_touched || select->places[slot].queued)
        return;
    select->places[slot].queued = 1;
    select->touched = mem_grow(select->touched, &select->touched_capacity,
        (size_t)select->touched_count + 1, sizeof(uint32_t));
    select->touched[select->touched_count++] = slot;
}

void
select_gone(struct select *select, uint32_t slot)
{
    select_touch(select, slot);
    select->places[slot].gone = 1;
}

void
select_touch_all(struct select *select)
{
    select->all_touched = true;
}

void
select_refilter(struct select *select)
{
    select->stale_answers = true;
}

/* ---- groups */

/* The label of one level into labels: kept by the group if it is new. */
static bool
print_label(const struct select *select, int level, const struct cluster *cluster,
    struct buf *out)
{
    if (dimension_is_none(&select->group_by[level]))
        return false;
    return dimension_print(
        &select->group_by[level], select->fleet, cluster, select->now_ms, out);
}

static uint32_t
parent_number(struct select *select, struct str label)
{
    uintptr_t number = (uintptr_t)map_find(&select->parents, label);

    if (number)
        return (uint32_t)number - 1;
    select->parent_count++;
    map_put(&select->parents, label, (void *)(uintptr_t)select->parent_count);
    return select->parent_count - 1;
}

static uint32_t
group_add(struct select *select, const struct buf labels[SCENE_LEVELS],
    const bool known[SCENE_LEVELS], struct str key)
{
    struct group *group = NULL;

    select->view.groups = mem_grow(select->view.groups, &select->groups_capacity,
        (size_t)select->group_count + 1, sizeof(struct group));
    group = &select->view.groups[select->group_count];
    memset(group, 0, sizeof(*group));
    for (int level = 0; level < SCENE_LEVELS; level++) {
        group->known[level] = known[level];
        group->labels[level] =
            known[level] ? mem_text_length(labels[level].at ? labels[level].at : "",
                               labels[level].length)
                         : NULL;
    }
    group->parent =
        parent_number(select, known[0] ? buf_str(&labels[0]) : (struct str){ "\x1f", 1 });
    map_put(&select->group_numbers, key, (void *)(uintptr_t)(select->group_count + 1));
    return select->group_count++;
}

static uint32_t
group_of(struct select *select, const struct cluster *cluster)
{
    struct buf labels[SCENE_LEVELS] = { { 0 } };
    bool known[SCENE_LEVELS];
    struct buf key = { 0 };
    uintptr_t number = 0;
    uint32_t group = 0;

    for (int level = 0; level < SCENE_LEVELS; level++) {
        known[level] = print_label(select, level, cluster, &labels[level]);
        buf_add_char(&key, known[level] ? '=' : '-');
        buf_add_str(&key, buf_str(&labels[level]));
        buf_add_char(&key, '\x1f');
    }
    number = (uintptr_t)map_find(&select->group_numbers, buf_str(&key));
    group =
        number ? (uint32_t)number - 1 : group_add(select, labels, known, buf_str(&key));
    for (int level = 0; level < SCENE_LEVELS; level++)
        buf_release(&labels[level]);
    buf_release(&key);
    return group;
}

/* ---- orders */

static void
orders_of_all(struct select *select)
{
    uint32_t *slots = mem_resize(NULL, select->place_count + 1, sizeof(*slots));
    uint32_t count = 0;

    for (uint32_t slot = 0; slot < select->place_count; slot++)
        if (select->places[slot].present)
            slots[count++] = slot;
    orders_anew(&select->orders, slots, count);
    free(slots);
}

/* `touched` holds what changed: names move only when clusters come or go. */
static void
orders_of_touched(struct select *select)
{
    uint32_t count = select->touched_count;
    uint32_t *slots = mem_resize(NULL, 3 * (size_t)count + 1, sizeof(*slots));
    struct moved rows = { select->touched, slots, count, 0 };
    struct moved names = { slots + count, slots + 2 * (size_t)count, 0, 0 };

    for (uint32_t i = 0; i < count; i++) {
        uint32_t slot = select->touched[i];
        struct place *place = &select->places[slot];

        if (place->present)
            slots[rows.in_count++] = slot;
        if (!place->renamed)
            continue;
        place->renamed = 0;
        slots[count + names.out_count++] = slot;
        if (place->present)
            slots[2 * (size_t)count + names.in_count++] = slot;
    }
    orders_move(&select->orders, &names, &rows);
    free(slots);
}

/* ---- what is selected */

static bool
matches(struct select *select, const struct cluster *cluster)
{
    return !select->selector || selector_match(select->selector, select->fleet, cluster,
                                    select->now_ms, &select->flip_ms);
}

/* Counters follow a change of state; a change of membership builds the arrays anew. */
static void
place_count(struct select *select, struct place *place, const struct cluster *cluster)
{
    struct sentence *sums[] = { &select->view.visible, &select->view.sentence,
        place->group == NO_GROUP ? NULL : &select->view.groups[place->group].sentence };

    if (place->state == cluster->state)
        return;
    for (int i = 0; i < (place->match ? 3 : 1); i++) {
        if (!sums[i])
            continue;
        sums[i]->states[place->state]--;
        sums[i]->states[cluster->state]++;
        sums[i]->operational -= state_operational((enum state)place->state);
        sums[i]->operational += state_operational((enum state)cluster->state);
    }
}

static void
place_update(struct select *select, uint32_t slot)
{
    struct place *place = &select->places[slot];
    const struct cluster *cluster = fleet_at(select->fleet, slot);
    struct place now = { .group = NO_GROUP, .queued = place->queued };

    if (cluster) {
        now.present = 1;
        now.state = cluster->state;
        now.match = matches(select, cluster);
        now.group = group_of(select, cluster);
        place = &select->places[slot];
    }
    now.renamed = now.present != place->present || place->gone;
    if (now.renamed || now.match != place->match || now.group != place->group)
        select->members_changed = true;
    else if (cluster)
        place_count(select, place, cluster);
    *place = now;
}

/* Counting sort of the matched by group; within a group they stay in the order of names.
 */
static void
members_build(struct select *select)
{
    struct selection *view = &select->view;
    uint32_t first = 0;

    for (uint32_t i = 0; i < select->group_count; i++) {
        view->groups[i].first = first;
        first += view->groups[i].sentence.total;
        view->groups[i].sentence.total = 0;
    }
    view->members = mem_grow(
        view->members, &select->members_capacity, (size_t)first + 1, sizeof(uint32_t));
    view->rows =
        mem_grow(view->rows, &select->rows_capacity, (size_t)first + 1, sizeof(uint32_t));
    view->count = 0;
    for (uint32_t i = 0; i < select->orders.count; i++) {
        const struct place *place = &select->places[select->orders.names[i]];
        struct group *group = NULL;

        if (select->places[select->orders.rows[i]].match)
            view->rows[view->count++] = select->orders.rows[i];
        if (!place->match)
            continue;
        group = &view->groups[place->group];
        view->members[group->first + group->sentence.total++] = select->orders.names[i];
    }
}

static void
members_update(struct select *select)
{
    struct selection *view = &select->view;

    memset(&view->sentence, 0, sizeof(view->sentence));
    memset(&view->visible, 0, sizeof(view->visible));
    for (uint32_t i = 0; i < select->group_count; i++)
        memset(&view->groups[i].sentence, 0, sizeof(view->groups[i].sentence));
    for (uint32_t i = 0; i < select->orders.count; i++) {
        const struct place *place = &select->places[select->orders.names[i]];

        sentence_add(&view->visible, (enum state)place->state);
        if (!place->match)
            continue;
        sentence_add(&view->sentence, (enum state)place->state);
        sentence_add(&view->groups[place->group].sentence, (enum state)place->state);
    }
    members_build(select);
}

/* Rows follow their order even when who is selected has not changed. */
static void
rows_update(struct select *select)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < select->orders.count; i++)
        if (select->places[select->orders.rows[i]].match)
            select->view.rows[count++] = select->orders.rows[i];
}

/* ---- the order of groups */

void
select_rank(struct select *select)
{
    rank_anew(&select->view, &select->ranked_capacity, select->group_count,
        select->worst_first);
}

static bool
too_many_empty(const struct select *select)
{
    return select->group_count > GROUPS_EMPTY &&
           select->group_count - select->view.ranked_count > select->view.ranked_count;
}

/* ---- settling */

static void
update_all(struct select *select)
{
    if (select->fleet->ceiling)
        places_grow(select, select->fleet->ceiling - 1);
    for (uint32_t slot = 0; slot < select->place_count; slot++)
        if (select->places[slot].present || fleet_at(select->fleet, slot))
            place_update(select, slot);
    select->members_changed = true;
}

/* Only the answers: groups and orders stay. This is what a keystroke in the filter line
 * costs. */
static void
refilter(struct select *select)
{
    for (uint32_t i = 0; i < select->orders.count; i++) {
        struct place *place = &select->places[select->orders.names[i]];
        const struct cluster *cluster = fleet_at(select->fleet, select->orders.names[i]);

        if (cluster)
            place->match = matches(select, cluster);
    }
    select->members_changed = true;
}

static void
update_touched(struct select *select)
{
    for (uint32_t i = 0; i < select->touched_count; i++)
        place_update(select, select->touched[i]);
    if (select->touched_count)
        orders_of_touched(select);
    if (select->sort_changed)
        orders_sort_rows(&select->orders);
    for (uint32_t i = 0; i < select->touched_count; i++)
        select->places[select->touched[i]].queued = 0;
    select->touched_count = 0;
}

static void
forget_touched(struct select *select)
{
    for (uint32_t i = 0; i < select->touched_count; i++)
        select->places[select->touched[i]].queued = 0;
    select->touched_count = 0;
}

/* Everybody's answer and group anew; orders only if it is not known who came and went. */
static void
settle_anew(struct select *select)
{
    if (!select->all_touched)
        update_touched(select); /* first: who came and went is seen once */
    update_all(select);
    if (select->all_touched) {
        orders_of_all(select);
        forget_touched(select);
    }
}

static void
settle_view(struct select *select)
{
    if (select->members_changed)
        members_update(select);
    else
        rows_update(select);
    if (select->filter_changed || select->groups_changed || select->all_touched)
        select_rank(select);
    else
        rank_update(&select->view, &select->ranked_capacity, select->group_count);
    select->all_touched = select->filter_changed = select->groups_changed = false;
    select->sort_changed = select->members_changed = select->stale_answers = false;
}

static bool
something_changed(const struct select *select)
{
    return select->all_touched || select->groups_changed || select->sort_changed ||
           select->touched_count;
}

bool
select_settle(struct select *select, int64_t now_ms)
{
    bool refiltered =
        select->filter_changed || select->stale_answers || now_ms >= select->flip_ms;

    select->now_ms = now_ms;
    if (too_many_empty(select))
        select->groups_changed = true;
    if (!refiltered && !something_changed(select))
        return false;
    if (select->selector)
        selector_bind(select->selector, select->fleet);
    if (select->groups_changed)
        groups_clear(select);
    if (refiltered || select->groups_changed || select->all_touched)
        select->flip_ms = INT64_MAX;
    if (select->groups_changed || select->all_touched)
        settle_anew(select);
    else
        update_touched(select);
    if (refiltered)
        refilter(select);
    settle_view(select);
    return true;
}

const struct selection *
select_view(const struct select *select)
{
    return &select->view;
}

int64_t
select_flip_ms(const struct select *select)
{
    return select->flip_ms;
}

uint32_t
select_row_of(const struct select *select, uint32_t slot)
{
    for (uint32_t i = 0; i < select->view.count; i++)
        if (select->view.rows[i] == slot)
            return i;
    return FLEET_NONE;
}
