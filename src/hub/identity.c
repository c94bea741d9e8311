/* identity -- see identity.h. */
#include "hub/identity.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"

struct known {
    char key[32];
    struct identity identity;
    int64_t until_ms;
};

struct waiter {
    void (*done)(void *user, const struct identity *identity); /* NULL: forgotten */
    void *user;
    struct waiter *next;
};

struct look_up {
    struct identities *identities; /* NULL: freed meanwhile */
    struct look_up *next;
    char key[32];
    uint32_t uid, gid;
    struct identity identity;
    struct waiter *first, **last;
};

struct identities {
    struct loop *loop;
    struct map known;
    struct look_up *under_way;
};

static void
print_key(char key[32], uint32_t uid, uint32_t gid)
{
    snprintf(key, 32, "%" PRIu32 ":%" PRIu32, uid, gid);
}

struct identities *
identities_new(struct loop *loop)
{
    struct identities *identities = mem_zero(1, sizeof *identities);

    identities->loop = loop;
    return identities;
}

static void
clear_known(struct identities *identities)
{
    struct str key;
    void *value;
    size_t at = 0;

    while (map_next(&identities->known, &at, &key, &value))
        free(value);
    map_release(&identities->known);
    memset(&identities->known, 0, sizeof identities->known);
}

static void
free_waiters(struct look_up *look_up)
{
    while (look_up->first) {
        struct waiter *waiter = look_up->first;

        look_up->first = waiter->next;
        free(waiter);
    }
}

void
identities_free(struct identities *identities)
{
    if (!identities)
        return;
    for (struct look_up *look_up = identities->under_way; look_up;
         look_up = look_up->next) {
        look_up->identities = NULL; /* it frees itself when the pool is through with it */
        free_waiters(look_up);
    }
    clear_known(identities);
    free(identities);
}

const struct identity *
identities_find(const struct identities *identities, uint32_t uid, uint32_t gid)
{
    const struct known *known;
    char key[32];

    print_key(key, uid, gid);
    known = map_find(&identities->known, str_from(key));
    if (!known || known->until_ms <= loop_monotonic_ms(identities->loop))
        return NULL;
    return &known->identity;
}

static void
run(void *user)
{
    struct look_up *look_up = user;

    identity_look_up(&look_up->identity, look_up->uid, look_up->gid);
}

static void
remember(struct identities *identities, const struct look_up *look_up)
{
    struct known *known = map_find(&identities->known, str_from(look_up->key));

    if (!known) {
        if (identities->known.count >= IDENTITY_COUNT)
            clear_known(identities);
        known = mem_zero(1, sizeof *known);
        map_put(&identities->known, str_from(look_up->key), known);
    }
    known->identity = look_up->identity;
    known->until_ms = loop_monotonic_ms(identities->loop) + IDENTITY_KEPT_MS;
}

static void
call_waiters(struct look_up *look_up)
{
    while (look_up->first) {
        struct waiter *waiter = look_up->first;

        look_up->first = waiter->next;
        if (!look_up->first)
            look_up->last = &look_up->first;
        if (waiter->done)
            waiter->done(waiter->user, &look_up->identity);
        free(waiter);
    }
}

static void
done(void *user)
{
    struct look_up *look_up = user;
    struct look_up **at;

    if (look_up->identities)
        remember(look_up->identities, look_up);
    call_waiters(look_up);
    if (look_up->identities) { /* a waiter may have freed them */
        at = &look_up->identities->under_way;
        while (*at != look_up)
            at = &(*at)->next;
        *at = look_up->next;
    }
    free(look_up);
}

/* The look-up of that identity that is under way, or a new one. */
static struct look_up *
touch(struct identities *identities, uint32_t uid, uint32_t gid)
{
    struct look_up *look_up = identities->under_way;
    char key[32];

    print_key(key, uid, gid);
    while (look_up && strcmp(look_up->key, key))
        look_up = look_up->next;
    if (look_up)
        return look_up;
    look_up = mem_zero(1, sizeof *look_up);
    look_up->identities = identities;
    look_up->uid = uid;
    look_up->gid = gid;
    look_up->last = &look_up->first;
    memcpy(look_up->key, key, sizeof key);
    look_up->next = identities->under_way;
    identities->under_way = look_up;
    loop_work(identities->loop, run, done, look_up);
    return look_up;
}

void
identities_ask(struct identities *identities, uint32_t uid, uint32_t gid,
    void (*called)(void *user, const struct identity *identity), void *user)
{
    struct look_up *look_up = touch(identities, uid, gid);
    struct waiter *waiter = mem_zero(1, sizeof *waiter);

    waiter->done = called;
    waiter->user = user;
    *look_up->last = waiter;
    look_up->last = &waiter->next;
}

void
identities_forget(struct identities *identities, void *user)
{
    for (struct look_up *look_up = identities->under_way; look_up;
         look_up = look_up->next)
        for (struct waiter *waiter = look_up->first; waiter; waiter = waiter->next)
            if (waiter->user == user)
                waiter->done = NULL;
}
