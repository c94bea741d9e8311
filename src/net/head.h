/*
 * head -- the few headers of an answer that matter here, gathered line by line. An
 * interim answer (1xx) is forgotten when the next status line comes.
 */
#ifndef NET_HEAD_H
#define NET_HEAD_H

#include "base/str.h"
#include "net/http.h"

struct head {
    struct http_head out; /* content_type points into this struct */
    char content_type[128], retry_after[64];
};

void head_begin(struct head *head);
void head_line(struct head *head, struct str line); /* "Name: value", without CRLF */
void head_end(struct head *head, int status, int64_t now_ms); /* the empty line came */

#endif
