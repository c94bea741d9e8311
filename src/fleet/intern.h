/*
 * intern -- each text once, by number. A fleet repeats itself: regions, versions,
 * reasons, tag keys.
 *
 * Counted: intern_touch takes a reference, intern_drop gives it back, and a text nobody
 * refers to is gone. Number 0 is "no text" and is never counted. A number's text stays
 * where it is while it is referred to.
 */
#ifndef FLEET_INTERN_H
#define FLEET_INTERN_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

#define INTERN_TEXT_BYTES 65535 /* of one text; callers have lower ceilings */

struct intern;

struct intern *intern_new(void);
void intern_free(struct intern *intern); /* whatever is still counted goes too */

uint32_t intern_touch(struct intern *intern, struct str text); /* empty text gives 0 */
uint32_t intern_keep(
    struct intern *intern, uint32_t number); /* one more reference to it */
void intern_drop(struct intern *intern, uint32_t number);
uint32_t intern_find(const struct intern *intern,
    struct str text); /* 0 if not there; takes no reference */
struct str intern_str(const struct intern *intern, uint32_t number);
const char *intern_text(const struct intern *intern, uint32_t number); /* "" for 0 */

/* Replace what *slot refers to by text; true if that is another one. */
bool intern_set(struct intern *intern, uint32_t *slot, struct str text);

uint32_t intern_count(const struct intern *intern);
uint32_t intern_ceiling(
    const struct intern *intern); /* numbers are below this: for arrays by number */
size_t intern_bytes(const struct intern *intern); /* all it holds */

/* Grows whenever a number is handed out again for another text: what is cached by number
 * is void then. */
uint32_t intern_reused(const struct intern *intern);

/* Keyed with a random seed, so that nobody outside can aim for one bucket. */
uint64_t intern_hash(const struct intern *intern, struct str text);

#endif
