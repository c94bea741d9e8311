/*
 * certs -- certificates made on the spot: an authority, and what it signs. PEM texts, to
 * be freed by certs_free.
 */
#ifndef HELPER_CERTS_H
#define HELPER_CERTS_H

#include <stdbool.h>

struct certs {
    char *certificate, *key;
};

/* Signed by issuer, or by itself when NULL. name: a DNS name, also 127.0.0.1 when
 * `loopback`. days may be negative: expired. */
struct certs certs_new(
    const struct certs *issuer, const char *name, bool loopback, int days);
void certs_free(struct certs *certs);

#endif
