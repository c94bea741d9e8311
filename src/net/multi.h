/*
 * multi -- one pool of connections: a curl multi handle driven by the loop.
 *
 * Handles are added and removed by their owner, who also frees them. `finished` comes
 * from the loop, never from within multi_add or one of curl's callbacks; the handle has
 * been removed by then. multi_remove and multi_free must not be called from within curl's
 * callbacks (head, data).
 */
#ifndef NET_MULTI_H
#define NET_MULTI_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>

#include "net/loop.h"

struct multi;

struct multi *multi_new(struct loop *loop,
    void (*finished)(void *user, CURL *easy, CURLcode code), void *user);
void multi_free(struct multi *multi); /* after every handle was removed */
bool multi_add(struct multi *multi, CURL *easy);
void multi_remove(struct multi *multi, CURL *easy);
void multi_pace(struct multi *multi, int64_t pace_ms); /* see http_pace */
size_t multi_count(const struct multi *multi);         /* handles under way */

#endif
