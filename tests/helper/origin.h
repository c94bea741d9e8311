/*
 * origin -- a scripted HTTP server in a thread, on loopback TCP, TLS or a Unix socket.
 *
 * Each request that arrives whole, on whatever connection, is answered with the bytes of
 * the next line of the script. It stops when the script is done and its last connection
 * was closed by the other side, or at origin_stop.
 */
#ifndef HELPER_ORIGIN_H
#define HELPER_ORIGIN_H

#include <stdbool.h>
#include <stddef.h>

#define ORIGIN_SCRIPT 16

struct origin_line {
    const char *reply;
    bool close; /* the connection, after the reply */
};

struct origin;

struct origin_tls { /* PEM */
    const char *certificate, *key;
    const char *client_ca; /* NULL: asks for no client certificate */
};

/* unix_path NULL: 127.0.0.1. tls NULL: plain. The script ends with a NULL reply. */
struct origin *origin_new(const struct origin_line *script, const char *unix_path,
    const struct origin_tls *tls);
void origin_free(struct origin *origin); /* stops it */
int origin_port(const struct origin *origin);

/* Stops it first, so that the thread is done: how many connections, what was asked. */
int origin_stop(struct origin *origin);
const char *origin_request(
    const struct origin *origin, int index); /* NULL: not so many */

#endif
