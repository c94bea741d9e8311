/*
 * excerpt -- what one rule reads out of one object: text, number, time, and of an axis
 * its reason and since when.
 *
 * Texts are borrowed from the object, or printed into the mapping, where they stay until
 * the next object. Nothing is allocated.
 */
#ifndef HUB_SOURCE_EXCERPT_H
#define HUB_SOURCE_EXCERPT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "hub/source/mapping.h"
#include "hub/source/rule.h"

struct excerpt {
    struct mapping *mapping;
    const json_t *object;
    const struct rule *rule;
    struct str star; /* what a * in the conditions stood for */
};

bool excerpt_holds(struct excerpt *excerpt); /* the rule's conditions; sets star */

/* The first text any of the rule's paths leads to that survives its helpers. */
bool excerpt_text(struct excerpt *excerpt, struct str *text);
bool excerpt_number(struct excerpt *excerpt, double *number);
int64_t excerpt_time(const struct excerpt *excerpt); /* the latest found; 0 without any */

/* The condition that the rule's first such test looked at; NULL without. */
const json_t *excerpt_evidence(const struct excerpt *excerpt);
void excerpt_reason(
    struct excerpt *excerpt, const json_t *condition, enum axis axis); /* into the fact */
int64_t excerpt_since(
    const struct excerpt *excerpt, const json_t *condition); /* 0: now */

/* A scalar as text that stays; false if it is none, or the mapping is full. */
bool excerpt_keep(struct mapping *mapping, const json_t *value, struct str *text);

#endif
