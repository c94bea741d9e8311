/*
 * buckets -- numbers by hash: open addressing, linear probing, no graves. What a number
 * stands for is its owner's: the owner compares while it walks.
 *
 *   for (n = buckets_first(buckets, hash, &walk); n != BUCKETS_NONE;
 *        n = buckets_next(buckets, &walk))
 *
 * The walk gives only numbers that were added with the same upper half of the hash, which
 * is kept: growing a table of a hundred thousand must not read a hundred thousand texts.
 */
#ifndef FLEET_BUCKETS_H
#define FLEET_BUCKETS_H

#include <stddef.h>
#include <stdint.h>

#define BUCKETS_NONE UINT32_MAX

struct bucket {
    uint32_t number; /* + 1; 0 is empty */
    uint32_t hash;   /* its upper half */
};

struct buckets { /* zeroed is empty */
    struct bucket *at;
    uint32_t capacity, count;
};

struct walk {
    uint32_t at, hash;
};

void buckets_release(struct buckets *buckets);

uint32_t buckets_first(const struct buckets *buckets, uint64_t hash, struct walk *walk);
uint32_t buckets_next(const struct buckets *buckets, struct walk *walk);

/* It is not there yet; it is there. The hash is the same both times. */
void buckets_add(struct buckets *buckets, uint32_t number, uint64_t hash);
void buckets_remove(struct buckets *buckets, uint32_t number, uint64_t hash);
size_t buckets_bytes(const struct buckets *buckets);

#endif
