/*
 * entry -- one entry of the audit chain, and what the audit routes speak, for both ends.
 *
 *   GET  /v1/audit          {"simulated":B,"segment":N,"entries":[…newest
 * first…],"next":SEQ | null} ?subject= ?cluster= ?verb= ?since= ?until= (RFC 3339 or an
 * age: 2h) ?before=SEQ ?limit=N GET  /v1/audit/export   NDJSON, oldest first, the same
 * filters; its first line is the stamp GET  /v1/audit/verify   {"verdict":"unproven" |
 * "tampered" | "damaged","entries":N,"head":H,"at":N,"why":T,…}; ?head=HASH POST
 * /v1/audit/recover admin, with Idempotency-Key: opens a new segment when the journal is
 * unusable
 *
 * hash = SHA-256 of (hash before, newline, canonical JSON, newline), in hex. The
 * canonical JSON is entry_print's with nothing left out: members in the order of the
 * struct, no blanks. Before the first comes the SHA-256 of the segment before it, or 64
 * zeros.
 */
#ifndef WIRE_ENTRY_H
#define WIRE_ENTRY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/err.h"

struct entry { /* texts are borrowed when printed, owned after entry_parse; NULL is "" */
    int64_t seq, time_ms;
    const char *kind;    /* intent, outcome, note */
    const char *action;  /* joins an intent with its outcome; "" in a note */
    const char *subject; /* user, or hub */
    const char *origin;  /* from where: "unix uid 1000 pid 42" */
    const char *verb;    /* maintenance-start, maintenance-end, maintenance-expire,
                      audit-recover,    journal-open */
    const char *target;  /* as asked for */
    const char *reason;  /* as typed: raw, make it safe before it is shown */
    const char *result;  /* of an outcome: ok, failed, interrupted */
    const char *window;  /* maintenance window, or "" */
    int64_t count;       /* clusters it is about */
    const char *set;     /* hash of their ids, "" without any */
    const char *detail;  /* a JSON object, "{}" at least */
    const char *hash;    /* of the chain, in hex; not part of the canonical form */
    /* Of a view, not of the chain: */
    bool partial; /* part of the set is outside the subject's scope: target, set and count
                     tell the rest only */
    char **clusters; /* some of the ids */
    size_t cluster_count;
};

void entry_release(struct entry *entry); /* of a parsed one, or a copy */
void entry_copy(struct entry *to, const struct entry *from); /* what is of the chain */
void entry_print_canonical(const struct entry *entry, struct buf *out);
void entry_hash(
    const char *before, const struct entry *entry, char hex[DIGEST_HEX_LENGTH + 1]);
void entry_print(const struct entry *entry,
    struct buf *out); /* canonical members, hash, partial, clusters */
bool entry_parse(struct entry *entry, struct str text, struct err *err);

/* The body of GET /v1/audit. *next is 0 at the end. The entry is the callee's to read,
 * not to keep. */
bool entry_list_parse(struct str body,
    void (*each)(void *user, const struct entry *entry), void *user, int64_t *next,
    struct err *err);

struct verdict {
    bool consistent;
    bool damaged; /* the file cannot be read on: not consistent, and nobody is accused */
    int64_t entries;
    int64_t at; /* the first entry that does not fit, or cannot be read */
    char why[256];
    char head[DIGEST_HEX_LENGTH + 1];
    int64_t head_at; /* where the head that was asked for stands; 0 not asked for */
    int64_t segment;
    bool simulated;
    char before[160];      /* name of the segment before this one, "" if none */
    char before_state[16]; /* same, changed, missing; "" if none */
};

void verdict_print(const struct verdict *verdict, struct buf *out);
bool verdict_parse(struct verdict *verdict, struct str body, struct err *err);
/* ERR_UNPROVEN or ERR_CORRUPT with the sentence to show: never true without a public key.
 */
bool verdict_judge(const struct verdict *verdict, struct err *err);

#endif
