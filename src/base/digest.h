/*
 * digest -- SHA-256 and randomness (OpenSSL).
 */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#define DIGEST_HEX_LENGTH 64

struct digest; /* a running one */

struct digest *digest_new(void);
void digest_add(struct digest *digest, const void *at, size_t length);
void digest_finish(struct digest *digest, char hex[DIGEST_HEX_LENGTH + 1]); /* frees it */
void digest_hex(const void *at, size_t length, char hex[DIGEST_HEX_LENGTH + 1]);

void random_bytes(void *at, size_t length); /* aborts if the machine has none */
uint64_t random_u64(void);
void random_hex(char *hex, size_t bytes); /* 2 * bytes characters and a NUL */

#endif
