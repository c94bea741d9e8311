/*
 * http1 -- a strict HTTP/1.1 request parser: no allocation, no I/O, fuzzed.
 *
 * Refused: bare LF, obs-fold, blank before a colon, NUL and controls, two Host or none,
 * Content-Length beside Transfer-Encoding, two lengths, any coding but a single
 * "chunked", chunk extensions over 256 bytes, trailers, absolute-form and authority-form
 * targets. RFC 9112. What a request holds is borrowed from the head's bytes.
 */
#ifndef NET_HTTP1_H
#define NET_HTTP1_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

#define HTTP1_HEADERS         64
#define HTTP1_TARGET_BYTES    8192
#define HTTP1_METHOD_BYTES    16
#define HTTP1_EXTENSION_BYTES 256 /* of chunk extensions, over the whole body */

struct http1_field {
    struct str name, value;
};

struct http1_request {
    struct str method, target;
    int minor; /* of HTTP/1.minor */
    bool keep_alive, chunked, expect_continue;
    int64_t content_length; /* -1 without; INT64_MAX if it is longer than that */
    struct http1_field fields[HTTP1_HEADERS];
    size_t field_count;
};

/*
 * Length of the head with its empty line, 0 if it is not complete yet. A head that can no
 * longer become one (it starts with what starts no method, its lines end in bare LF)
 * counts as complete, so that http1_parse refuses it.
 */
size_t http1_head_length(struct str bytes);

/* Parse a complete head. 0, or the HTTP status to refuse it with (400, 414, 417, 431,
 * 501, 505). */
int http1_parse(struct str head, struct http1_request *request);

/* The first of that name, case folded; empty if absent. */
struct str http1_header(const struct http1_request *request, const char *name);

enum http1_chunk_phase {
    CHUNK_SIZE,
    CHUNK_EXTENSION,
    CHUNK_SIZE_LF,
    CHUNK_DATA,
    CHUNK_DATA_CR,
    CHUNK_DATA_LF,
    CHUNK_END_CR,
    CHUNK_END_LF,
    CHUNK_DONE
};

struct http1_chunks { /* zeroed to start */
    enum http1_chunk_phase phase;
    uint64_t left; /* bytes of this chunk still to come */
    int digits, extension;
};

/*
 * Decode in place: moves data to the front of `at`. Returns bytes consumed, or -1 if
 * malformed; *data_length is how many data bytes now stand at `at`. Stops behind the end
 * (CHUNK_DONE).
 */
ptrdiff_t http1_dechunk(
    struct http1_chunks *chunks, char *at, size_t length, size_t *data_length);

#endif
