/* digest -- see digest.h. */
#include "base/digest.h"

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdlib.h>

#include "base/mem.h"

struct digest {
    EVP_MD_CTX *context;
};

static const char hex_digits[] = "0123456789abcdef";

static void
hex_print(const unsigned char *bytes, size_t count, char *hex)
{
    for (size_t i = 0; i < count; i++) {
        hex[2 * i] = hex_digits[bytes[i] >> 4];
        hex[2 * i + 1] = hex_digits[bytes[i] & 15];
    }
    hex[2 * count] = '\0';
}

struct digest *
digest_new(void)
{
    struct digest *digest = mem_zero(1, sizeof *digest);

    digest->context = EVP_MD_CTX_new();
    if (!digest->context || !EVP_DigestInit_ex(digest->context, EVP_sha256(), NULL))
        abort();
    return digest;
}

void
digest_add(struct digest *digest, const void *at, size_t length)
{
    if (!EVP_DigestUpdate(digest->context, at, length))
        abort();
}

void
digest_finish(struct digest *digest, char hex[DIGEST_HEX_LENGTH + 1])
{
    unsigned char bytes[EVP_MAX_MD_SIZE];

    if (!EVP_DigestFinal_ex(digest->context, bytes, NULL))
        abort();
    hex_print(bytes, DIGEST_HEX_LENGTH / 2, hex);
    EVP_MD_CTX_free(digest->context);
    free(digest);
}

void
digest_hex(const void *at, size_t length, char hex[DIGEST_HEX_LENGTH + 1])
{
    struct digest *digest = digest_new();

    digest_add(digest, at, length);
    digest_finish(digest, hex);
}

void
random_bytes(void *at, size_t length)
{
    if (RAND_bytes(at, (int)length) != 1)
        abort();
}

uint64_t
random_u64(void)
{
    uint64_t value;

    random_bytes(&value, sizeof value);
    return value;
}

void
random_hex(char *hex, size_t bytes)
{
    unsigned char raw[64];

    if (bytes > sizeof raw)
        abort();
    random_bytes(raw, bytes);
    hex_print(raw, bytes, hex);
}
