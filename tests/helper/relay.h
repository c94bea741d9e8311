/*
 * relay -- between a client and a hub, on a Unix socket of its own, in a thread: what
 * goes through is passed on unchanged, and the first line of every request is written
 * down.
 */
#ifndef HELPER_RELAY_H
#define HELPER_RELAY_H

#include <stddef.h>

struct relay;

struct relay *relay_new(const char *path, const char *hub_path);
void relay_free(struct relay *relay);

/* How many requests began so: "GET ", "POST /v1/maintenance", "" for all. */
size_t relay_count(struct relay *relay, const char *start);

#endif
