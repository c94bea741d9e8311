/* origin -- see origin.h. One connection at a time, others wait in the backlog. */
#include "helper/origin.h"

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <openssl/pem.h>
#include <openssl/ssl.h>

#define CONNECTIONS   8
#define REQUEST_BYTES 65536

struct line {
    int fd;
    SSL *ssl;
    char text[REQUEST_BYTES];
    size_t length;
};

struct origin {
    pthread_t thread;
    int listener, wake[2], port, connections, replies;
    bool stopped;
    struct origin_line script[ORIGIN_SCRIPT];
    SSL_CTX *tls;
    struct line lines[CONNECTIONS];
    char *requests[ORIGIN_SCRIPT];
};

static void
line_close(struct line *line)
{
    if (line->ssl) {
        SSL_shutdown(line->ssl);
        SSL_free(line->ssl);
    }
    close(line->fd);
    line->fd = -1;
    line->ssl = NULL;
    line->length = 0;
}

static void
line_accept(struct origin *origin)
{
    int fd = accept(origin->listener, NULL, NULL);
    struct line *line = NULL;

    for (int i = 0; i < CONNECTIONS; i++)
        if (origin->lines[i].fd < 0)
            line = &origin->lines[i];
    if (fd < 0 || !line)
        abort();
    line->fd = fd;
    if (origin->tls) {
        line->ssl = SSL_new(origin->tls);
        SSL_set_fd(line->ssl, fd);
        if (SSL_accept(line->ssl) != 1) {
            line_close(line);
            return;
        }
    }
    origin->connections++;
}

static bool
request_whole(const struct line *line)
{
    const char *end = strstr(line->text, "\r\n\r\n");
    const char *length = strcasestr(line->text, "content-length:");
    size_t body = length && length < end ? strtoul(length + 15, NULL, 10) : 0;

    return end && line->length >= (size_t)(end + 4 - line->text) + body;
}

static void
line_reply(struct origin *origin, struct line *line)
{
    const struct origin_line *next = &origin->script[origin->replies];

    if (!next->reply)
        return; /* the script is done: silence */
    origin->requests[origin->replies++] = strdup(line->text);
    line->length = 0;
    if (next->reply[0] && line->ssl)
        SSL_write(line->ssl, next->reply, (int)strlen(next->reply));
    else if (next->reply[0] &&
             send(line->fd, next->reply, strlen(next->reply), MSG_NOSIGNAL) < 0)
        abort();
    if (next->close)
        line_close(line);
}

static void
line_read(struct origin *origin, struct line *line)
{
    char *at = line->text + line->length;
    size_t room = REQUEST_BYTES - line->length - 1;
    ssize_t count =
        line->ssl ? SSL_read(line->ssl, at, (int)room) : recv(line->fd, at, room, 0);

    if (count <= 0) {
        line_close(line);
        return;
    }
    line->length += (size_t)count;
    line->text[line->length] = '\0';
    if (request_whole(line))
        line_reply(origin, line);
}

static void *
serve(void *user)
{
    struct origin *origin = user;

    for (;;) {
        struct pollfd fds[CONNECTIONS + 2] = { { origin->listener, POLLIN, 0 },
            { origin->wake[0], POLLIN, 0 } };

        for (int i = 0; i < CONNECTIONS; i++)
            fds[i + 2] = (struct pollfd){ origin->lines[i].fd, POLLIN, 0 };
        if (poll(fds, CONNECTIONS + 2, -1) < 0)
            continue;
        if (fds[1].revents)
            return NULL;
        for (int i = 0; i < CONNECTIONS; i++)
            if (origin->lines[i].fd >= 0 && fds[i + 2].revents)
                line_read(origin, &origin->lines[i]);
        if (fds[0].revents)
            line_accept(origin);
    }
}

static void *
pem_object(const char *pem, bool key)
{
    BIO *bio = BIO_new_mem_buf(pem, -1);
    void *object = key ? (void *)PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL)
                       : (void *)PEM_read_bio_X509(bio, NULL, NULL, NULL);

    BIO_free(bio);
    if (!object)
        abort();
    return object;
}

static SSL_CTX *
tls_context(const struct origin_tls *tls)
{
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    X509 *certificate = pem_object(tls->certificate, false), *ca;
    EVP_PKEY *key = pem_object(tls->key, true);

    SSL_CTX_use_certificate(context, certificate);
    SSL_CTX_use_PrivateKey(context, key);
    X509_free(certificate);
    EVP_PKEY_free(key);
    if (tls->client_ca) {
        ca = pem_object(tls->client_ca, false);
        X509_STORE_add_cert(SSL_CTX_get_cert_store(context), ca);
        X509_free(ca);
        SSL_CTX_set_verify(
            context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    }
    return context;
}

static int
listen_on(const char *unix_path, int *port)
{
    struct sockaddr_un local = { .sun_family = AF_UNIX };
    struct sockaddr_in address = { .sin_family = AF_INET };
    socklen_t length = sizeof(address);
    int fd = socket(unix_path ? AF_UNIX : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), bound;

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (unix_path) {
        snprintf(local.sun_path, sizeof(local.sun_path), "%s", unix_path);
        bound = bind(fd, (struct sockaddr *)&local, sizeof(local));
    } else {
        bound = bind(fd, (struct sockaddr *)&address, sizeof(address));
        getsockname(fd, (struct sockaddr *)&address, &length);
        *port = ntohs(address.sin_port);
    }
    if (bound < 0 || listen(fd, 16) < 0)
        abort();
    return fd;
}

struct origin *
origin_new(
    const struct origin_line *script, const char *unix_path, const struct origin_tls *tls)
{
    struct origin *origin = calloc(1, sizeof(*origin));

    signal(SIGPIPE, SIG_IGN);
    for (int i = 0; i + 1 < ORIGIN_SCRIPT && script[i].reply; i++)
        origin->script[i] = script[i];
    for (int i = 0; i < CONNECTIONS; i++)
        origin->lines[i].fd = -1;
    origin->tls = tls ? tls_context(tls) : NULL;
    origin->listener = listen_on(unix_path, &origin->port);
    if (pipe(origin->wake) < 0 ||
        pthread_create(&origin->thread, NULL, serve, origin) != 0)
        abort();
    return origin;
}

int
origin_port(const struct origin *origin)
{
    return origin->port;
}

int
origin_stop(struct origin *origin)
{
    if (!origin->stopped) {
        if (write(origin->wake[1], "x", 1) != 1)
            abort();
        pthread_join(origin->thread, NULL);
        origin->stopped = true;
    }
    return origin->connections;
}

const char *
origin_request(const struct origin *origin, int index)
{
    return index < ORIGIN_SCRIPT ? origin->requests[index] : NULL;
}

void
origin_free(struct origin *origin)
{
    origin_stop(origin);
    for (int i = 0; i < CONNECTIONS; i++)
        if (origin->lines[i].fd >= 0)
            line_close(&origin->lines[i]);
    for (int i = 0; i < ORIGIN_SCRIPT; i++)
        free(origin->requests[i]);
    close(origin->listener);
    close(origin->wake[0]);
    close(origin->wake[1]);
    SSL_CTX_free(origin->tls);
    free(origin);
}
