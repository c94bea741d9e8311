/*
 * str -- text that is borrowed: where it starts and how long it is. Never owns, never
 * ends in NUL.
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct str {
    const char *at; /* NULL only if length is 0 */
    size_t length;
};

#define STR(literal) ((struct str){ literal, sizeof(literal) - 1 })
#define STR_ARG(s)   (int)(s).length, (s).at /* for "%.*s" */

struct str str_from(const char *text); /* NULL gives an empty one */
bool str_is(struct str a, const char *text);
bool str_same(struct str a, struct str b);
int str_order(struct str a, struct str b); /* as memcmp, shorter first */
int str_natural(
    struct str a, struct str b); /* digits compare as numbers: store-9 before store-10 */
/* The first bytes of a text, such that memcmp orders two of them as str_natural does, as
 * far as they go: of equal ones the rest must still be compared. */
void str_natural_key(struct str text, unsigned char *key, size_t length);
bool str_starts(struct str a, const char *prefix);
bool str_ends(struct str a, const char *suffix);
struct str str_trim(struct str a); /* without blanks and tabs at both ends */
bool str_split(
    struct str *rest, char separator, struct str *part); /* false when nothing is left */
bool str_among(const char *text, const char *const *names); /* which end in NULL */
bool str_contains_folded(struct str a, struct str needle);  /* ASCII case folded */
bool str_to_i64(
    struct str a, int64_t *value); /* whole text, decimal; false if it is not that */
bool str_to_double(
    struct str a, double *value); /* whole text, '.' whatever the locale; finite */
uint64_t str_hash(struct str a);  /* FNV-1a; not for hostile keys without a ceiling */

/* How many edits make one the other, both under 64 bytes; more than `limit` answers limit
 * + 1. */
int str_distance(struct str a, struct str b, int limit);

/* The nearest of `count` names within 2 edits, for "did you mean"; NULL if none is near.
 */
const char *str_nearest(struct str given, const char *const *names, size_t count);

#endif
