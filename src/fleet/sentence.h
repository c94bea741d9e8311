/*
 * sentence -- the counts whose parts add up (decisions.md 3): one function for the fleet
 * bar, `get fleet`, the wall and evidence.
 */
#ifndef FLEET_SENTENCE_H
#define FLEET_SENTENCE_H

#include <stdint.h>

#include "base/buf.h"
#include "fleet/axis.h"

struct sentence {
    uint32_t total;
    uint32_t states[STATES];
    uint32_t operational;
};

void sentence_add(struct sentence *sentence, enum state state);

/* Tenths of a percent, rounded down; 1000 only when nothing is out. -1 without any
 * cluster. */
int sentence_permille(const struct sentence *sentence);
void sentence_print_percent(
    const struct sentence *sentence, char text[8]); /* "98.3", "–" when empty */

/* 1,171 of 1,200 sites are operational (97.5 %): 1,160 healthy, … one line, only states
 * that exist. */
void sentence_print(const struct sentence *sentence, struct buf *buf);

/* 1200 as 1,200 */
void count_print(char text[16], uint64_t count);

#endif
