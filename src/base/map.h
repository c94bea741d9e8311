/*
 * map -- text to pointer, open addressing. Keys are copied; values are the caller's.
 */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

struct map_entry {
    char *key; /* NULL: free */
    size_t length;
    void *value;
};

struct map {
    struct map_entry *entries;
    size_t capacity, count, used; /* used: with graves */
};

void map_release(struct map *map);                          /* not the values */
void *map_find(const struct map *map, struct str key);      /* NULL if it is not there */
void map_put(struct map *map, struct str key, void *value); /* value not NULL; replaces */
void *map_remove(struct map *map, struct str key);          /* what was there */
/* Iterate: *at starts at 0; false at the end. Do not change the map meanwhile. */
bool map_next(const struct map *map, size_t *at, struct str *key, void **value);

#endif
