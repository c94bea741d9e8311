/*
 * frozen -- a set of cluster ids that an action was shown and agreed to (decisions.md
 * 18). Its hash is the SHA-256 of the ids in byte order, each ended by a newline. Zeroed
 * is empty; add what you like, then seal it.
 */
#ifndef WIRE_FROZEN_H
#define WIRE_FROZEN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/err.h"
#include "base/str.h"

#define FROZEN_IDS 200000 /* in one set */

struct frozen {
    char **ids; /* owned; in byte order and each once when sealed */
    size_t count, capacity;
    char hash[DIGEST_HEX_LENGTH + 1]; /* set by frozen_seal */
};

void frozen_release(struct frozen *frozen);
void frozen_add(struct frozen *frozen, struct str id);
void frozen_seal(struct frozen *frozen);
bool frozen_has(const struct frozen *sealed, struct str id);
void frozen_copy(struct frozen *to, const struct frozen *sealed);

/* only_a: in a and not in b, and so on. All sealed; any result may be NULL. */
void frozen_compare(const struct frozen *a, const struct frozen *b, struct frozen *only_a,
    struct frozen *only_b, struct frozen *both);

/* The text that is hashed, and back. False: not in order, a repeat, or over FROZEN_IDS.
 */
void frozen_print_lines(const struct frozen *sealed, struct buf *out);
bool frozen_parse_lines(struct frozen *frozen, struct str lines);

/* "ids":[…] without braces: at most `limit` of them. */
void frozen_print_ids(
    const struct frozen *sealed, const char *member, size_t limit, struct buf *out);

#endif
