/*
 * segment -- one file of the journal: made, checked and put aside. Blocking; for
 * journal.c.
 *
 * A fresh segment begins with an entry of subject hub that says what it is and, if
 * another came before it, names that file and its SHA-256.
 */
#ifndef HUB_SEGMENT_H
#define HUB_SEGMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/err.h"

struct sqlite3;

struct segment {
    const char *path;
    bool simulated;
    int64_t limit_bytes; /* 0: none */
    int64_t now_ms;
};

/*
 * Open it for writing, make it if there is none, close what a crash left open. NULL:
 * ERR_CORRUPT, ERR_VERSION (a newer one), ERR_IO; ERR_CONFLICT: it is of the other kind
 * of fleet.
 */
struct sqlite3 *segment_open(const struct segment *segment, struct err *err);
void segment_close(struct sqlite3 *db);

/* A connection that cannot write, whatever state the file is in. */
struct sqlite3 *segment_read(const char *path, struct err *err);

/* Rename PATH to PATH.N, the next free N, with its log. The segment that is opened next
 * names it. */
bool segment_put_aside(const char *path, struct err *err);

/* SHA-256 of a whole file; false if it cannot be read. */
bool segment_hash(const char *path, char hex[DIGEST_HEX_LENGTH + 1]);

#endif
