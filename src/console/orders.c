/* orders -- keys beside the slots make sorting all of them a walk over memory. */
#include "console/orders.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "fleet/state.h"

#define KEY_BYTES 24 /* of a name: most differ in these */

struct named {
    unsigned char key[KEY_BYTES];
    uint32_t slot;
};

struct sorting { /* of rows, when the place of each among the names is known */
    const struct orders *orders;
    const uint32_t *numbers; /* by slot */
};

static const struct cluster *
cluster_at(const struct orders *orders, uint32_t slot)
{
    return &orders->fleet->clusters[slot];
}

static int
compare_names(const struct orders *orders, uint32_t a, uint32_t b)
{
    const struct intern *intern = orders->fleet->intern;
    const struct cluster *left = cluster_at(orders, a), *right = cluster_at(orders, b);
    int order = str_natural(cluster_key(left, intern), cluster_key(right, intern));

    return order ? order : str_order(cluster_id(left, intern), cluster_id(right, intern));
}

static int
compare_tags(
    const struct orders *orders, const struct cluster *a, const struct cluster *b)
{
    uint32_t key = dimension_key(&orders->by, orders->fleet);
    const struct tag *left = cluster_tag(a, key);
    const struct tag *right = cluster_tag(b, key);

    if (!left || !right)
        return left ? -1 : right ? 1 : 0;
    return str_natural(intern_str(orders->fleet->intern, left->value),
        intern_str(orders->fleet->intern, right->value));
}

/* 0: names decide. */
static int
compare_rows(const struct orders *orders, uint32_t a, uint32_t b)
{
    const struct cluster *left = cluster_at(orders, a), *right = cluster_at(orders, b);
    int order = 0;

    if (dimension_is_none(&orders->by))
        order = state_severity(left, right);
    else if (orders->by.field)
        order = field_order(orders->by.field, orders->fleet, left, right);
    else
        order = compare_tags(orders, left, right);
    return orders->reverse ? -order : order;
}

static int
order_names(const void *a, const void *b, void *user)
{
    return compare_names(user, *(const uint32_t *)a, *(const uint32_t *)b);
}

static int
order_rows(const void *a, const void *b, void *user)
{
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    int order = compare_rows(user, left, right);

    return order ? order : compare_names(user, left, right);
}

static int
order_named(const void *a, const void *b, void *user)
{
    const struct named *left = a, *right = b;
    int order = memcmp(left->key, right->key, KEY_BYTES);

    return order ? order : compare_names(user, left->slot, right->slot);
}

static int
order_sorting(const void *a, const void *b, void *user)
{
    const struct sorting *sorting = user;
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    int order = compare_rows(sorting->orders, left, right);

    return order ? order : sorting->numbers[left] < sorting->numbers[right] ? -1 : 1;
}

void
orders_release(struct orders *orders)
{
    free(orders->names);
    free(orders->rows);
    free(orders->spare);
    free(orders->loose);
}

static void
grow(struct orders *orders, size_t count)
{
    uint32_t **arrays[] = { &orders->names, &orders->rows, &orders->spare };
    size_t capacity = 0, needed = count > 64 ? count : 64;

    /* All three have one size: they change places. */
    if (needed <= orders->capacity)
        return;
    for (int i = 0; i < 3; i++) {
        capacity = orders->capacity;
        *arrays[i] = mem_grow(*arrays[i], &capacity, needed, sizeof(uint32_t));
    }
    orders->capacity = capacity;
}

static void
sort_names(struct orders *orders, const uint32_t *slots)
{
    struct named *named = mem_resize(NULL, (size_t)orders->count + 1, sizeof(*named));

    for (uint32_t i = 0; i < orders->count; i++) {
        struct str name =
            cluster_key(cluster_at(orders, slots[i]), orders->fleet->intern);

        named[i].slot = slots[i];
        str_natural_key(name, named[i].key, KEY_BYTES);
    }
    qsort_r(named, orders->count, sizeof(*named), order_named, orders);
    for (uint32_t i = 0; i < orders->count; i++)
        orders->names[i] = named[i].slot;
    free(named);
}

void
orders_sort_rows(struct orders *orders)
{
    uint32_t *numbers =
        mem_resize(NULL, (size_t)orders->fleet->ceiling + 1, sizeof(*numbers));
    struct sorting sorting = { orders, numbers };

    for (uint32_t i = 0; i < orders->count; i++) {
        orders->rows[i] = orders->names[i];
        numbers[orders->names[i]] = i;
    }
    qsort_r(orders->rows, orders->count, sizeof(uint32_t), order_sorting, &sorting);
    free(numbers);
}

void
orders_anew(struct orders *orders, const uint32_t *slots, uint32_t count)
{
    grow(orders, count);
    orders->count = count;
    sort_names(orders, slots);
    orders_sort_rows(orders);
}

typedef int order_function(const void *a, const void *b, void *user);

/* First place in array[0 .. count) whose slot comes after this one. */
static uint32_t
place_after(struct orders *orders, const uint32_t *array, uint32_t count, uint32_t slot,
    order_function *order)
{
    uint32_t low = 0, high = count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (order(&array[middle], &slot, orders) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void
set_loose(struct orders *orders, const struct moved *moved, uint8_t loose)
{
    for (uint32_t i = 0; i < moved->out_count; i++) {
        size_t before = orders->loose_capacity;

        orders->loose = mem_grow(
            orders->loose, &orders->loose_capacity, (size_t)moved->out[i] + 1, 1);
        memset(orders->loose + before, 0, orders->loose_capacity - before);
        orders->loose[moved->out[i]] = loose;
    }
}

/* The rest is still in order, and finding a place costs a few comparisons, not one for
 * each cluster of the fleet. How many there are then. */
static uint32_t
merge(struct orders *orders, uint32_t **array, const struct moved *moved,
    order_function *order)
{
    uint32_t *from = *array, *to = orders->spare;
    uint32_t *in = mem_resize(NULL, (size_t)moved->in_count + 1, sizeof(*in));
    uint32_t kept = 0, out = 0, at = 0;

    set_loose(orders, moved, 1);
    for (uint32_t i = 0; i < orders->count; i++)
        if (from[i] >= orders->loose_capacity || !orders->loose[from[i]])
            from[kept++] = from[i];
    set_loose(orders, moved, 0);
    memcpy(in, moved->in, moved->in_count * sizeof(*in));
    qsort_r(in, moved->in_count, sizeof(*in), order, orders);
    for (uint32_t i = 0; i < moved->in_count; i++) {
        uint32_t place = at + place_after(orders, from + at, kept - at, in[i], order);

        memcpy(to + out, from + at, (place - at) * sizeof(uint32_t));
        out += place - at;
        at = place;
        to[out++] = in[i];
    }
    memcpy(to + out, from + at, (kept - at) * sizeof(uint32_t));
    *array = to;
    orders->spare = from;
    free(in);
    return out + kept - at;
}

void
orders_move(struct orders *orders, const struct moved *names, const struct moved *rows)
{
    uint32_t count = orders->count;

    grow(orders, (size_t)orders->count + rows->in_count);
    if (names->out_count)
        count = merge(orders, &orders->names, names, order_names);
    merge(orders, &orders->rows, rows, order_rows);
    orders->count = count;
}
