/*
 * sse -- server-sent events, both ways (WHATWG HTML 9.2), with a ceiling on a line.
 * Fuzzed. The parser gives each data line by itself, so that a chunk of rows is applied
 * as it arrives.
 */
#ifndef WIRE_SSE_H
#define WIRE_SSE_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

struct sse; /* parser */

struct sse_calls {
    /* One data line of an event of that type; false stops with ERR_INPUT. */
    bool (*line)(void *user, struct str event, struct str data);
    /* The empty line: the event is whole. id is empty unless the event had one. */
    bool (*event)(void *user, struct str event, struct str id);
    void (*comment)(void *user); /* a heartbeat */
};

struct sse *sse_new(size_t line_limit, const struct sse_calls *calls, void *user);
void sse_free(struct sse *sse);
bool sse_feed(struct sse *sse, const char *at, size_t length,
    struct err *err); /* ERR_LIMIT: a line too long */

/* The other way: sse_begin, sse_data for each line, sse_end. Text holds no newline. id
 * NULL: none. */
void sse_begin(struct buf *out, const char *event);
void sse_data(struct buf *out, struct str line);
void sse_end(struct buf *out, const char *id);
void sse_comment(struct buf *out);

#endif
