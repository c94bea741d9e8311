/*
 * stream -- what GET /v1/watch sends, as server-sent events. Names live here once, for
 * both ends.
 *
 *   hello     struct hello as an object
 *   reset     {}: what follows is a snapshot; sweep at sync what it did not mention
 *   clusters  one row (row.h) a data line, at most STREAM_CHUNK_ROWS
 *   remove    one {"id":...} a data line
 *   sources   every source, one a data line: what is not listed is gone
 *             (whenever one changed, and every 15 s)
 *   sync      {"clusters":N}: the snapshot is whole
 *   mark      {"revision":R,"time":...} with the id EPOCH-SCOPE-REVISION:
 *             everything before it was consistent at R
 *   time      {"time":...}, every 15 s
 *
 * A reconnect sends the last mark's id as Last-Event-ID. If it can be resumed, what
 * changed since follows, then a mark in any case, even where nothing changed; otherwise a
 * reset. A hello in the middle replaces the first. Times are RFC 3339 in UTC with
 * milliseconds.
 */
#ifndef WIRE_STREAM_H
#define WIRE_STREAM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "fleet/fleet.h"

#define STREAM_API          1
#define STREAM_CHUNK_ROWS   64
#define STREAM_HEARTBEAT_MS 15000
#define STREAM_MARK_BYTES   96

#define STREAM_HELLO    "hello"
#define STREAM_RESET    "reset"
#define STREAM_CLUSTERS "clusters"
#define STREAM_REMOVE   "remove"
#define STREAM_SOURCES  "sources"
#define STREAM_SYNC     "sync"
#define STREAM_MARK     "mark"
#define STREAM_TIME     "time"

struct hello {
    char hub[64], version[32], epoch[20];
    int api;
    int64_t time_ms;
    bool simulated;
    char fleet[64], subject[64], role[16];
    char scope[1024];    /* a selector; "" is everything */
    char read_only[256]; /* why writes are off, "" if they are not */
};

struct mark {
    char epoch[20], scope[20];
    uint64_t revision;
};

void hello_print(const struct hello *hello, struct buf *out);
bool hello_parse(struct hello *hello, struct str text, struct err *err);

void mark_print_id(const struct mark *mark, char text[STREAM_MARK_BYTES]);
/* False: it is none of ours, so reset. */
bool mark_parse_id(struct mark *mark, struct str id);

/* What fleet_source holds. source_parse touches it in the fleet; NULL and err otherwise.
 */
void source_print(const struct fleet_source *source, struct buf *out);
struct fleet_source *source_parse(struct fleet *fleet, struct str text, struct err *err);

/* The bodies of time (and of mark, for time_parse), mark, sync and remove. */
void time_print(int64_t time_ms, struct buf *out);
bool time_parse(struct str text, int64_t *time_ms, struct err *err);
void mark_print(uint64_t revision, int64_t time_ms, struct buf *out);
bool mark_parse(struct str text, uint64_t *revision, int64_t *time_ms, struct err *err);
void sync_print(uint32_t clusters, struct buf *out);
bool sync_parse(struct str text, uint32_t *clusters, struct err *err);
void id_print(struct str id, struct buf *out);
bool id_parse(struct str text, struct buf *id, struct err *err);

/* A time as it stands in every body: quoted RFC 3339 with milliseconds, null for 0. */
void json_add_time(struct buf *out, int64_t time_ms);

#endif
