/* multi -- curl's multi_socket interface on the loop. */
#include "net/multi.h"

#include <stdlib.h>
#include <sys/ioctl.h>

#include "base/mem.h"

#define MULTI_MUCH_BYTES 65536

struct channel { /* one socket of curl's */
    struct multi *multi;
    struct watch_fd *watch;
    curl_socket_t fd;
    int asked;
    bool resting; /* what comes waits in the kernel until the rest is over */
    struct channel *next;
};

struct multi {
    struct loop *loop;
    CURLM *curl;
    struct timer *clock;  /* curl's own timeout */
    struct timer *finish; /* a transfer ended: tell, outside of curl */
    struct timer *rest;   /* runs while a channel rests */
    int64_t pace_ms;
    struct channel *channels;
    size_t count;
    void (*finished)(void *user, CURL *easy, CURLcode code);
    void *user;
};

/* What curl did may have ended transfers; they are told in a callback of their own. The
 * timer also keeps the loop running when the last socket has gone. */
static void
multi_act(struct multi *multi, curl_socket_t fd, int events)
{
    int running = 0;

    curl_multi_socket_action(multi->curl, fd, events, &running);
    if ((size_t)running < multi->count)
        timer_start(multi->finish, 0, 0);
}

static void
clock_fired(void *user)
{
    multi_act(user, CURL_SOCKET_TIMEOUT, 0);
}

static void
finish_fired(void *user)
{
    struct multi *multi = user;
    CURLMsg *message;
    int left;

    while ((message = curl_multi_info_read(multi->curl, &left))) {
        CURL *easy = message->easy_handle;
        CURLcode code = message->data.result;

        if (message->msg != CURLMSG_DONE)
            continue;
        multi_remove(multi, easy); /* the message is gone with it */
        multi->finished(multi->user, easy, code);
    }
}

static int
watch_events(int what)
{
    return (what & CURL_POLL_IN ? FD_READABLE : 0) |
           (what & CURL_POLL_OUT ? FD_WRITABLE : 0);
}

static void
channel_watch(struct channel *channel)
{
    watch_fd_set(channel->watch, channel->asked & ~(channel->resting ? FD_READABLE : 0));
}

static void
channels_wake(struct multi *multi)
{
    timer_stop(multi->rest);
    for (struct channel *channel = multi->channels; channel; channel = channel->next) {
        if (channel->resting) {
            channel->resting = false;
            channel_watch(channel);
        }
    }
}

static void
rest_over(void *user)
{
    channels_wake(user);
}

static void
channel_rest(struct channel *channel)
{
    channel->resting = true;
    channel_watch(channel);
    if (!timer_active(channel->multi->rest))
        timer_start(channel->multi->rest, channel->multi->pace_ms, 0);
}

static bool
much_waits(curl_socket_t fd)
{
    int bytes = 0;

    return ioctl(fd, FIONREAD, &bytes) == 0 && bytes >= MULTI_MUCH_BYTES;
}

static void
channel_ready(void *user, int events)
{
    struct channel *channel = user;
    struct multi *multi = channel->multi;
    curl_socket_t fd = channel->fd;
    bool rest = multi->pace_ms > 0 && (events & FD_READABLE) && !much_waits(fd);
    int theirs = 0;

    if (events & FD_READABLE)
        theirs |= CURL_CSELECT_IN;
    if (events & FD_WRITABLE)
        theirs |= CURL_CSELECT_OUT;
    if (events & FD_CLOSED)
        theirs |= CURL_CSELECT_ERR;
    multi_act(multi, fd, theirs);
    for (channel = multi->channels; channel && channel->fd != fd; channel = channel->next)
        ;
    if (!channel)
        return; /* curl is done with the socket */
    if (events & FD_CLOSED)
        channel_watch(channel); /* the loop stopped the watch, curl still wants it */
    else if (rest && multi->pace_ms > 0)
        channel_rest(channel);
}

static void
channel_free(struct multi *multi, struct channel *channel)
{
    for (struct channel **at = &multi->channels; *at; at = &(*at)->next) {
        if (*at == channel) {
            *at = channel->next;
            break;
        }
    }
    watch_fd_free(channel->watch);
    free(channel);
}

static int
socket_changed(CURL *easy, curl_socket_t fd, int what, void *user, void *at)
{
    struct multi *multi = user;
    struct channel *channel = at;

    (void)easy;
    if (what == CURL_POLL_REMOVE) {
        if (channel)
            channel_free(multi, channel);
        curl_multi_assign(multi->curl, fd, NULL);
        return 0;
    }
    if (!channel) {
        channel = mem_zero(1, sizeof(*channel));
        channel->multi = multi;
        channel->fd = fd;
        channel->watch = watch_fd_new(multi->loop, fd, channel_ready, channel);
        if (!channel->watch) {
            free(channel);
            return -1;
        }
        channel->next = multi->channels;
        multi->channels = channel;
        curl_multi_assign(multi->curl, fd, channel);
    }
    channel->asked = watch_events(what);
    channel_watch(channel);
    return 0;
}

/* Even a timeout of 0 goes through the timer: curl must not be called from here. */
static int
timeout_changed(CURLM *curl, long timeout_ms, void *user)
{
    struct multi *multi = user;

    (void)curl;
    if (timeout_ms < 0)
        timer_stop(multi->clock);
    else
        timer_start(multi->clock, timeout_ms, 0);
    return 0;
}

struct multi *
multi_new(struct loop *loop, void (*finished)(void *user, CURL *easy, CURLcode code),
    void *user)
{
    struct multi *multi = mem_zero(1, sizeof(*multi));

    curl_global_init(CURL_GLOBAL_DEFAULT); /* counted */
    multi->loop = loop;
    multi->finished = finished;
    multi->user = user;
    multi->clock = timer_new(loop, clock_fired, multi);
    multi->finish = timer_new(loop, finish_fired, multi);
    multi->rest = timer_new(loop, rest_over, multi);
    multi->curl = curl_multi_init();
    if (!multi->curl)
        abort();
    curl_multi_setopt(multi->curl, CURLMOPT_SOCKETFUNCTION, socket_changed);
    curl_multi_setopt(multi->curl, CURLMOPT_SOCKETDATA, multi);
    curl_multi_setopt(multi->curl, CURLMOPT_TIMERFUNCTION, timeout_changed);
    curl_multi_setopt(multi->curl, CURLMOPT_TIMERDATA, multi);
    return multi;
}

void
multi_free(struct multi *multi)
{
    if (!multi)
        return;
    curl_multi_cleanup(multi->curl);
    while (multi->channels)
        channel_free(multi, multi->channels);
    timer_free(multi->clock);
    timer_free(multi->finish);
    timer_free(multi->rest);
    free(multi);
    curl_global_cleanup();
}

bool
multi_add(struct multi *multi, CURL *easy)
{
    if (curl_multi_add_handle(multi->curl, easy) != CURLM_OK)
        return false;
    multi->count++;
    return true;
}

void
multi_remove(struct multi *multi, CURL *easy)
{
    curl_multi_remove_handle(multi->curl, easy);
    multi->count--;
}

size_t
multi_count(const struct multi *multi)
{
    return multi->count;
}

void
multi_pace(struct multi *multi, int64_t pace_ms)
{
    multi->pace_ms = pace_ms;
    if (pace_ms == 0)
        channels_wake(multi);
}
