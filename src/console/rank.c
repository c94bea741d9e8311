/* rank -- the order of groups: worst first, or by name. */
#include "console/rank.h"

#include <stdlib.h>

#include "base/mem.h"

struct rank {
    uint32_t group;
    const struct group *of;
    const struct sentence *parent;
};

static int
order_sentences(const struct sentence *a, const struct sentence *b)
{
    for (int state = 0; state <= STATE_UNKNOWN; state++)
        if (a->states[state] != b->states[state])
            return a->states[state] > b->states[state] ? -1 : 1;
    return 0;
}

static int
order_labels(const struct rank *a, const struct rank *b, int level)
{
    if (a->of->known[level] != b->of->known[level])
        return a->of->known[level] ? -1 : 1;
    if (!a->of->known[level])
        return 0;
    return str_natural(str_from(a->of->labels[level]), str_from(b->of->labels[level]));
}

static int
order_ranks(const void *a, const void *b, void *user)
{
    const bool *worst_first = user;
    const struct rank *left = a, *right = b;
    int order = 0;

    if (left->of->parent != right->of->parent) {
        if (*worst_first)
            order = order_sentences(left->parent, right->parent);
        if (!order)
            order = order_labels(left, right, 0);
        return order ? order : left->of->parent < right->of->parent ? -1 : 1;
    }
    if (*worst_first)
        order = order_sentences(&left->of->sentence, &right->of->sentence);
    if (!order)
        order = order_labels(left, right, 1);
    return order ? order : left->group < right->group ? -1 : 1;
}

void
rank_anew(
    struct selection *view, size_t *capacity, uint32_t group_count, bool worst_first)
{
    struct sentence *parents = NULL;
    struct rank *ranks = NULL;
    uint32_t count = 0, parent_count = 0;

    if (group_count == 0)
        return;
    for (uint32_t i = 0; i < group_count; i++)
        if (view->groups[i].parent >= parent_count)
            parent_count = view->groups[i].parent + 1;
    parents = mem_zero(parent_count, sizeof(*parents));
    ranks = mem_zero(group_count, sizeof(*ranks));
    for (uint32_t i = 0; i < group_count; i++) {
        const struct group *group = &view->groups[i];

        for (int state = 0; state < STATES; state++)
            parents[group->parent].states[state] += group->sentence.states[state];
        if (group->sentence.total)
            ranks[count++] = (struct rank){ i, group, &parents[group->parent] };
    }
    qsort_r(ranks, count, sizeof(*ranks), order_ranks, &worst_first);
    view->ranked = mem_grow(view->ranked, capacity, (size_t)count + 1, sizeof(uint32_t));
    for (uint32_t i = 0; i < count; i++)
        view->ranked[i] = ranks[i].group;
    view->ranked_count = count;
    free(ranks);
    free(parents);
}

void
rank_update(struct selection *view, size_t *capacity, uint32_t group_count)
{
    uint8_t *ranked = mem_zero(group_count + 1, 1);
    uint32_t count = 0;

    view->ranked =
        mem_grow(view->ranked, capacity, (size_t)group_count + 1, sizeof(uint32_t));
    for (uint32_t i = 0; i < view->ranked_count; i++) {
        uint32_t group = view->ranked[i];

        if (!view->groups[group].sentence.total)
            continue;
        ranked[group] = 1;
        view->ranked[count++] = group;
    }
    for (uint32_t i = 0; i < group_count; i++)
        if (view->groups[i].sentence.total && !ranked[i])
            view->ranked[count++] = i;
    view->ranked_count = count;
    free(ranked);
}
