/*
 * city -- where the simulated retailer has its stores: real places with coordinates and
 * IANA zones.
 */
#ifndef HUB_SOURCE_CITY_H
#define HUB_SOURCE_CITY_H

#include <stdint.h>

enum region {
    REGION_WEST_COAST,
    REGION_MOUNTAIN,
    REGION_CENTRAL,
    REGION_MIDWEST,
    REGION_SOUTH_EAST,
    REGION_NORTH_EAST,
    REGIONS
};

struct city {
    const char *name;  /* "Portland" */
    const char *slug;  /* "portland": the tag */
    const char *state; /* "OR" */
    const char *timezone;
    float latitude, longitude;
    uint8_t region; /* enum region */
    uint8_t weight; /* how many stores it has beside the others */
};

const char *region_name(enum region region);

/* The city that a random number falls on, by weight. */
const struct city *city_pick(uint64_t random);

#endif
