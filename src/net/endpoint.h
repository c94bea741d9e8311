/*
 * endpoint -- where requests go and what proves who we are: a checked copy of a
 * http_target, and how it is put on a curl handle. Keys and tokens are wiped on release.
 */
#ifndef NET_ENDPOINT_H
#define NET_ENDPOINT_H

#include <curl/curl.h>
#include <stdbool.h>

#include "net/http.h"

struct endpoint {
    char *name; /* for errors: the URL or the socket */
    char *unix_path, *base_url, *user_agent, *host_header, *token, *token_file;
    char *ca_pem, *cert_pem, *key_pem;
    struct curl_slist *connect_to; /* where a verified other name really is */
    bool tls, own_uid, get_only;
    bool direct; /* never through a proxy of the environment */
};

/* ERR_INPUT: a URL or PEM that makes no sense; then it is released. */
bool endpoint_init(
    struct endpoint *endpoint, const struct http_target *target, struct err *err);
void endpoint_release(struct endpoint *endpoint);

/* Trust, identity and transport on a handle, which borrows from the endpoint. */
void endpoint_apply(const struct endpoint *endpoint, CURL *easy);

/* Append the headers of every request: agent, host, and the token, read anew from its
 * file. */
bool endpoint_headers(
    const struct endpoint *endpoint, struct curl_slist **headers, struct err *err);

void header_add(struct curl_slist **headers, const char *name, struct str value);
void headers_free(struct curl_slist *headers); /* wipes the token */
bool header_text_is_clean(struct str text);    /* no blank, no control, not empty */

#endif
