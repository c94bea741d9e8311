/* relay -- see relay.h. */
#include "helper/relay.h"

#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"

#define PAIRS 32

struct pair { /* zeroed: free */
    bool used;
    int client, hub;
    struct buf head;
    size_t body_left;
};

struct relay {
    int listener, stop[2];
    char hub_path[108];
    struct pair pairs[PAIRS];
    pthread_t thread;
    pthread_mutex_t lock;
    char **lines;
    size_t count, capacity;
};

static void
broken(const char *what)
{
    perror(what);
    abort();
}

static int
unix_socket(const char *path, struct sockaddr_un *address)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0)
        broken("socket");
    *address = (struct sockaddr_un){ .sun_family = AF_UNIX };
    snprintf(address->sun_path, sizeof address->sun_path, "%s", path);
    return fd;
}

static void
write_down(struct relay *relay, struct str line)
{
    pthread_mutex_lock(&relay->lock);
    relay->lines =
        mem_grow(relay->lines, &relay->capacity, relay->count + 1, sizeof *relay->lines);
    relay->lines[relay->count++] = mem_text_length(line.at, line.length);
    pthread_mutex_unlock(&relay->lock);
}

/* The head is whole: its first line, and how long the body behind it is. */
static void
take_head(struct relay *relay, struct pair *pair)
{
    struct str rest = buf_str(&pair->head), line;
    int64_t length = 0;

    str_split(&rest, '\n', &line);
    write_down(relay, line);
    while (str_split(&rest, '\n', &line))
        if (line.length > 15 && !strncasecmp(line.at, "content-length:", 15)) {
            struct str value = { line.at + 15, line.length - 15 };

            if (str_ends(value, "\r"))
                value.length--;
            str_to_i64(str_trim(value), &length);
        }
    pair->body_left = (size_t)length;
    buf_clear(&pair->head);
}

static void
listen_in(struct relay *relay, struct pair *pair, const char *at, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (pair->body_left) {
            pair->body_left--;
            continue;
        }
        buf_add_char(&pair->head, at[i]);
        if (str_ends(buf_str(&pair->head), "\r\n\r\n"))
            take_head(relay, pair);
    }
}

static void
pair_end(struct pair *pair)
{
    close(pair->client);
    close(pair->hub);
    buf_release(&pair->head);
    *pair = (struct pair){ 0 };
}

static void
pair_begin(struct relay *relay)
{
    struct sockaddr_un address;
    struct pair *pair = relay->pairs;
    int client = accept(relay->listener, NULL, NULL);

    while (pair < relay->pairs + PAIRS && pair->used)
        pair++;
    if (client < 0 || pair == relay->pairs + PAIRS)
        broken("relay: accept");
    *pair = (struct pair){ .used = true, .client = client };
    pair->hub = unix_socket(relay->hub_path, &address);
    if (connect(pair->hub, (struct sockaddr *)&address, sizeof address))
        pair_end(pair);
}

/* What there is, from one side to the other. False: that side is done. */
static bool
pass_on(struct relay *relay, struct pair *pair, bool up)
{
    char chunk[16384];
    ssize_t length = read(up ? pair->client : pair->hub, chunk, sizeof chunk);
    ssize_t done = 0, sent;

    if (length <= 0)
        return false;
    if (up)
        listen_in(relay, pair, chunk, (size_t)length);
    for (; done < length; done += sent) {
        sent = send(up ? pair->hub : pair->client, chunk + done, (size_t)(length - done),
            MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
    }
    return true;
}

static void *
run(void *user)
{
    struct relay *relay = user;

    for (;;) {
        struct pollfd fds[2 + 2 * PAIRS];

        fds[0] = (struct pollfd){ relay->stop[0], POLLIN, 0 };
        fds[1] = (struct pollfd){ relay->listener, POLLIN, 0 };
        for (int i = 0; i < PAIRS; i++) {
            struct pair *pair = &relay->pairs[i];

            fds[2 + 2 * i] = (struct pollfd){ pair->used ? pair->client : -1, POLLIN, 0 };
            fds[3 + 2 * i] = (struct pollfd){ pair->used ? pair->hub : -1, POLLIN, 0 };
        }
        if (poll(fds, 2 + 2 * PAIRS, -1) < 0)
            broken("relay: poll");
        if (fds[0].revents)
            return NULL;
        for (int i = 0; i < PAIRS; i++) {
            struct pair *pair = &relay->pairs[i];
            bool ok = !fds[2 + 2 * i].revents || pass_on(relay, pair, true);

            if (!ok || (fds[3 + 2 * i].revents && !pass_on(relay, pair, false)))
                pair_end(pair);
        }
        if (fds[1].revents)
            pair_begin(relay);
    }
}

struct relay *
relay_new(const char *path, const char *hub_path)
{
    struct relay *relay = mem_zero(1, sizeof *relay);
    struct sockaddr_un address;

    snprintf(relay->hub_path, sizeof relay->hub_path, "%s", hub_path);
    relay->listener = unix_socket(path, &address);
    if (bind(relay->listener, (struct sockaddr *)&address, sizeof address) ||
        listen(relay->listener, PAIRS) || pipe(relay->stop))
        broken("relay");
    pthread_mutex_init(&relay->lock, NULL);
    if (pthread_create(&relay->thread, NULL, run, relay))
        broken("relay: thread");
    return relay;
}

void
relay_free(struct relay *relay)
{
    if (write(relay->stop[1], "", 1) != 1)
        broken("relay: stop");
    pthread_join(relay->thread, NULL);
    for (int i = 0; i < PAIRS; i++)
        if (relay->pairs[i].used)
            pair_end(&relay->pairs[i]);
    close(relay->listener);
    close(relay->stop[0]);
    close(relay->stop[1]);
    for (size_t i = 0; i < relay->count; i++)
        free(relay->lines[i]);
    free(relay->lines);
    pthread_mutex_destroy(&relay->lock);
    free(relay);
}

size_t
relay_count(struct relay *relay, const char *start)
{
    size_t count = 0;

    pthread_mutex_lock(&relay->lock);
    for (size_t i = 0; i < relay->count; i++)
        count += str_starts(str_from(relay->lines[i]), start);
    pthread_mutex_unlock(&relay->lock);
    return count;
}
