/* certs -- see certs.h. */
#include "helper/certs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

static char *
bio_text(BIO *bio)
{
    char *at;
    long length = BIO_get_mem_data(bio, &at);
    char *text = strndup(at, (size_t)length);

    BIO_free(bio);
    return text;
}

static void
extend(X509 *x509, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX context;
    X509_EXTENSION *extension;

    X509V3_set_ctx(&context, issuer, x509, NULL, NULL, 0);
    extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    if (!extension)
        abort();
    X509_add_ext(x509, extension, -1);
    X509_EXTENSION_free(extension);
}

struct certs
certs_new(const struct certs *issuer, const char *name, bool loopback, int days)
{
    EVP_PKEY *key = EVP_EC_gen("P-256"), *sign_key = key;
    X509 *x509 = X509_new(), *parent = x509;
    BIO *out = BIO_new(BIO_s_mem()), *key_out = BIO_new(BIO_s_mem()), *in;
    struct certs certs;
    char alternative[200];
    uint64_t serial = 0;

    RAND_bytes((unsigned char *)&serial, sizeof(serial) - 1);
    if (issuer) {
        in = BIO_new_mem_buf(issuer->key, -1);
        sign_key = PEM_read_bio_PrivateKey(in, NULL, NULL, NULL);
        BIO_free(in);
        in = BIO_new_mem_buf(issuer->certificate, -1);
        parent = PEM_read_bio_X509(in, NULL, NULL, NULL);
        BIO_free(in);
    }
    X509_set_version(x509, 2);
    ASN1_INTEGER_set_uint64(X509_get_serialNumber(x509), serial >> 8);
    X509_gmtime_adj(X509_getm_notBefore(x509), -10L * 24 * 3600);
    X509_gmtime_adj(X509_getm_notAfter(x509), (long)days * 24 * 3600);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(x509), "CN", MBSTRING_ASC,
        (const unsigned char *)name, -1, -1, 0);
    X509_set_issuer_name(x509, X509_get_subject_name(parent));
    X509_set_pubkey(x509, key);
    extend(x509, parent, NID_basic_constraints,
        issuer ? "critical,CA:FALSE" : "critical,CA:TRUE");
    if (issuer) {
        snprintf(alternative, sizeof(alternative), "DNS:%s%s", name,
            loopback ? ",IP:127.0.0.1" : "");
        extend(x509, parent, NID_subject_alt_name, alternative);
    }
    X509_sign(x509, sign_key, EVP_sha256());
    PEM_write_bio_X509(out, x509);
    PEM_write_bio_PrivateKey(key_out, key, NULL, NULL, 0, NULL, NULL);
    certs = (struct certs){ bio_text(out), bio_text(key_out) };
    if (issuer) {
        X509_free(parent);
        EVP_PKEY_free(sign_key);
    }
    X509_free(x509);
    EVP_PKEY_free(key);
    return certs;
}

void
certs_free(struct certs *certs)
{
    free(certs->certificate);
    free(certs->key);
    *certs = (struct certs){ 0 };
}
