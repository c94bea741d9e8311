/*
 * target -- what stands in a request's target: path segments and query parameters,
 * percent-decoded.
 *
 * Split first, decode after: an escaped slash stays part of its segment. A bad escape, a
 * control character and bytes that are not UTF-8 are refused, so what comes out can be
 * shown and stored.
 */
#ifndef NET_TARGET_H
#define NET_TARGET_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/str.h"

/* Take the next segment of *rest ("/v1/clusters") into out. False at the end, or with
 * *bad set. */
bool path_segment(struct str *rest, struct buf *out, bool *bad);

/* A query parameter into out ('+' is a blank). False if absent, or with *bad set:
 * malformed, or given twice. */
bool query_value(struct str query, const char *name, struct buf *out, bool *bad);

#endif
