/* endpoint -- see endpoint.h. */
#include "net/endpoint.h"

#include <openssl/ssl.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "net/pem.h"

#define ENDPOINT_TOKEN_LIMIT_BYTES 65536
#define ENDPOINT_BUFFER_BYTES      65536L

static void
text_wipe(char *text)
{
    if (text)
        explicit_bzero(text, strlen(text));
    free(text);
}

static char *
text_of(struct str text)
{
    return text.length > 0 ? mem_text_length(text.at, text.length) : NULL;
}

static bool
is_loopback(const char *host)
{
    return strcmp(host, "localhost") == 0 || strncmp(host, "127.", 4) == 0 ||
           strcmp(host, "[::1]") == 0;
}

struct address { /* of a URL; curl_free each */
    char *scheme, *host, *port, *path, *user, *query, *fragment;
};

static bool
address_parse(struct address *address, const char *url, struct err *err)
{
    CURLU *parser = curl_url();
    const char *wrong = NULL;

    *address = (struct address){ 0 };
    if (!parser)
        abort();
    if (curl_url_set(parser, CURLUPART_URL, url, 0) != CURLUE_OK) {
        wrong = "is no URL";
    } else {
        curl_url_get(parser, CURLUPART_SCHEME, &address->scheme, 0);
        curl_url_get(parser, CURLUPART_HOST, &address->host, 0);
        curl_url_get(parser, CURLUPART_PORT, &address->port, CURLU_DEFAULT_PORT);
        curl_url_get(parser, CURLUPART_PATH, &address->path, 0);
        curl_url_get(parser, CURLUPART_USER, &address->user, 0);
        curl_url_get(parser, CURLUPART_QUERY, &address->query, 0);
        curl_url_get(parser, CURLUPART_FRAGMENT, &address->fragment, 0);
        if (strcmp(address->scheme, "https") != 0 && strcmp(address->scheme, "http") != 0)
            wrong = "is neither https nor http";
        else if (address->user)
            wrong = "must not carry a user";
        else if (address->query || address->fragment)
            wrong = "must end with its path";
    }
    curl_url_cleanup(parser);
    if (wrong) /* the URL may hold a password: it is not repeated */
        err_set(err, ERR_INPUT, "server %s",
            address->user ? "URL must not carry a user" : wrong);
    return !wrong;
}

static void
address_release(struct address *address)
{
    curl_free(address->scheme);
    curl_free(address->host);
    curl_free(address->port);
    curl_free(address->path);
    curl_free(address->user);
    curl_free(address->query);
    curl_free(address->fragment);
}

/* The name to verify takes the host's place in the URL; the connection goes to the host.
 */
static bool
endpoint_address(
    struct endpoint *endpoint, const struct http_target *target, struct err *err)
{
    struct address address;
    char *to;
    size_t length;
    bool ok = address_parse(&address, target->base_url, err);

    if (!ok)
        goto out;
    length = strlen(address.path);
    while (length > 0 && address.path[length - 1] == '/')
        length--;
    endpoint->tls = strcmp(address.scheme, "https") == 0;
    endpoint->direct = target->unix_path || is_loopback(address.host);
    endpoint->base_url = mem_print("%s://%s:%s%.*s", address.scheme,
        target->server_name ? target->server_name : address.host, address.port,
        (int)length, address.path);
    endpoint->name = mem_text(target->unix_path ? target->unix_path : target->base_url);
    if (target->server_name) {
        endpoint->host_header = mem_print("%s:%s", address.host, address.port);
        to = mem_print("::%s:%s", address.host, address.port);
        endpoint->connect_to = curl_slist_append(NULL, to);
        free(to);
    }
out:
    address_release(&address);
    return ok;
}

bool
endpoint_init(
    struct endpoint *endpoint, const struct http_target *target, struct err *err)
{
    *endpoint = (struct endpoint){
        .unix_path = mem_text(target->unix_path),
        .user_agent = mem_text(target->user_agent),
        .token = mem_text(target->token),
        .token_file = mem_text(target->token_file),
        .ca_pem = text_of(target->ca_pem),
        .cert_pem = text_of(target->cert_pem),
        .key_pem = text_of(target->key_pem),
        .own_uid = target->own_uid,
        .get_only = target->get_only,
    };
    if (!endpoint->user_agent)
        endpoint->user_agent = mem_text("nocturne/" NOCTURNE_VERSION);
    if (target->server_name && !header_text_is_clean(str_from(target->server_name))) {
        err_set(err, ERR_INPUT, "tls-server-name is no host name");
        goto refused;
    }
    if (!endpoint_address(endpoint, target, err))
        goto refused;
    if (target->ca_pem.length > 0 && !pem_check_certificates(target->ca_pem, err)) {
        err_wrap(err, "certificate authority");
        goto refused;
    }
    if ((endpoint->cert_pem || endpoint->key_pem) &&
        !pem_check_pair(target->cert_pem, target->key_pem, err))
        goto refused;
    return true;
refused:
    endpoint_release(endpoint);
    return false;
}

void
endpoint_release(struct endpoint *endpoint)
{
    free(endpoint->name);
    free(endpoint->unix_path);
    free(endpoint->base_url);
    free(endpoint->user_agent);
    free(endpoint->host_header);
    text_wipe(endpoint->token);
    free(endpoint->token_file);
    free(endpoint->ca_pem);
    free(endpoint->cert_pem);
    text_wipe(endpoint->key_pem);
    curl_slist_free_all(endpoint->connect_to);
    *endpoint = (struct endpoint){ 0 };
}

static void
set_blob(CURL *easy, CURLoption option, char *text)
{
    struct curl_blob blob = { text, text ? strlen(text) : 0, CURL_BLOB_NOCOPY };

    if (text)
        curl_easy_setopt(easy, option, &blob);
}

/* curl has the buffers of a connection freed after every read: for a stream of small
 * events they cost more than the events do. */
static CURLcode
keep_buffers(CURL *easy, void *ssl_context, void *user)
{
    (void)easy;
    (void)user;
    SSL_CTX_clear_mode(ssl_context, SSL_MODE_RELEASE_BUFFERS);
    return CURLE_OK;
}

void
endpoint_apply(const struct endpoint *endpoint, CURL *easy)
{
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, ENDPOINT_BUFFER_BYTES);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPIDLE, 30L);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPINTVL, 15L);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION,
        endpoint->tls ? (long)CURL_HTTP_VERSION_2TLS : (long)CURL_HTTP_VERSION_1_1);
    if (endpoint->direct)
        curl_easy_setopt(easy, CURLOPT_PROXY, "");
    if (endpoint->unix_path)
        curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH, endpoint->unix_path);
    if (endpoint->connect_to)
        curl_easy_setopt(easy, CURLOPT_CONNECT_TO, endpoint->connect_to);
    if (!endpoint->tls)
        return;
    curl_easy_setopt(easy, CURLOPT_PIPEWAIT, 1L); /* streams share one connection */
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (endpoint
            ->ca_pem) { /* and nothing else is trusted: the folder of the system too */
        curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
        curl_easy_setopt(easy, CURLOPT_CAINFO, NULL);
        set_blob(easy, CURLOPT_CAINFO_BLOB, endpoint->ca_pem);
    }
    set_blob(easy, CURLOPT_SSLCERT_BLOB, endpoint->cert_pem);
    set_blob(easy, CURLOPT_SSLKEY_BLOB, endpoint->key_pem);
    curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, keep_buffers);
}

bool
header_text_is_clean(struct str text)
{
    for (size_t i = 0; i < text.length; i++)
        if ((unsigned char)text.at[i] <= 0x20 || text.at[i] == 0x7f)
            return false;
    return text.length > 0;
}

void
header_add(struct curl_slist **headers, const char *name, struct str value)
{
    char *line = mem_print("%s: %.*s", name, STR_ARG(value));
    struct curl_slist *longer = curl_slist_append(*headers, line);

    if (!longer)
        abort();
    *headers = longer;
    text_wipe(line);
}

void
headers_free(struct curl_slist *headers)
{
    for (struct curl_slist *at = headers; at; at = at->next)
        if (strncmp(at->data, "Authorization:", 14) == 0)
            explicit_bzero(at->data, strlen(at->data));
    curl_slist_free_all(headers);
}

static bool
add_token(const struct endpoint *endpoint, struct curl_slist **headers, struct err *err)
{
    struct buf text = { .limit = ENDPOINT_TOKEN_LIMIT_BYTES };
    struct str token;
    char *bearer;
    bool ok = false;

    if (!endpoint->token && !endpoint->token_file)
        return true;
    if (endpoint->token_file &&
        !file_read(endpoint->token_file, ENDPOINT_TOKEN_LIMIT_BYTES, &text, err))
        goto out;
    token = endpoint->token_file ? buf_str(&text) : str_from(endpoint->token);
    while (token.length > 0 && strchr(" \t\r\n", token.at[token.length - 1]))
        token.length--;
    if (!header_text_is_clean(token)) {
        err_set(err, ERR_INPUT, "%s: no bearer token in it",
            endpoint->token_file ? endpoint->token_file : "token");
        goto out;
    }
    bearer = mem_print("Bearer %.*s", STR_ARG(token));
    header_add(headers, "Authorization", str_from(bearer));
    text_wipe(bearer);
    ok = true;
out:
    if (text.at)
        explicit_bzero(text.at, text.capacity);
    buf_release(&text);
    return ok;
}

bool
endpoint_headers(
    const struct endpoint *endpoint, struct curl_slist **headers, struct err *err)
{
    header_add(headers, "User-Agent", str_from(endpoint->user_agent));
    if (endpoint->host_header)
        header_add(headers, "Host", str_from(endpoint->host_header));
    return add_token(endpoint, headers, err);
}
