/* pem -- checks of PEM texts (OpenSSL). */
#include "net/pem.h"

#include <limits.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

/* A key under a passphrase is refused, never asked for. */
static int
no_passphrase(char *at, int size, int writing, void *user)
{
    (void)at;
    (void)size;
    (void)writing;
    (void)user;
    return -1;
}

static BIO *
bio_of(struct str text)
{
    return text.length > INT_MAX ? NULL : BIO_new_mem_buf(text.at, (int)text.length);
}

bool
pem_check_certificates(struct str pem, struct err *err)
{
    BIO *bio = pem.length > 0 ? bio_of(pem) : NULL;
    X509 *certificate;
    int count = 0;
    bool clean = false;

    while (bio && (certificate = PEM_read_bio_X509(bio, NULL, no_passphrase, NULL))) {
        X509_free(certificate);
        count++;
    }
    /* The loop ends well only for want of another one. */
    clean = count > 0 && ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
    ERR_clear_error();
    BIO_free(bio);
    if (!clean)
        err_set(err, ERR_INPUT,
            count == 0 ? "no PEM certificate in it" : "certificate %d in it is damaged",
            count + 1);
    return clean;
}

bool
pem_check_pair(struct str certificate, struct str key, struct err *err)
{
    BIO *certificate_bio = bio_of(certificate), *key_bio = bio_of(key);
    X509 *x509 = NULL;
    EVP_PKEY *secret = NULL;
    bool ok = false;

    if (certificate_bio)
        x509 = PEM_read_bio_X509(certificate_bio, NULL, no_passphrase, NULL);
    if (key_bio)
        secret = PEM_read_bio_PrivateKey(key_bio, NULL, no_passphrase, NULL);
    if (!x509)
        err_set(err, ERR_INPUT, "client certificate: no PEM certificate in it");
    else if (!secret)
        err_set(err, ERR_INPUT,
            "client key: no PEM key in it that opens without a passphrase");
    else if (X509_check_private_key(x509, secret) != 1)
        err_set(err, ERR_INPUT, "client key does not belong to the client certificate");
    else
        ok = true;
    ERR_clear_error();
    EVP_PKEY_free(secret);
    X509_free(x509);
    BIO_free(key_bio);
    BIO_free(certificate_bio);
    return ok;
}
