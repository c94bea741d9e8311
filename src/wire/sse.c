/* sse -- server-sent events, both ways. */
#include "wire/sse.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define EVENT_BYTES 64
#define ID_BYTES    256

struct sse {
    struct sse_calls calls;
    void *user;
    size_t line_limit;
    struct buf line; /* one that came in pieces */
    char event[EVENT_BYTES];
    char id[ID_BYTES];
    bool has_data;
    bool after_return; /* the last byte was CR: an LF that follows belongs to it */
    bool started;      /* a byte order mark may only come first */
};

struct sse *
sse_new(size_t line_limit, const struct sse_calls *calls, void *user)
{
    struct sse *sse = mem_zero(1, sizeof *sse);

    sse->calls = *calls;
    sse->user = user;
    sse->line_limit = line_limit;
    sse->line.limit = line_limit + 1;
    return sse;
}

void
sse_free(struct sse *sse)
{
    if (!sse)
        return;
    buf_release(&sse->line);
    free(sse);
}

static struct str
event_name(const struct sse *sse)
{
    return sse->event[0] ? str_from(sse->event) : STR("message");
}

static bool
refused(struct err *err)
{
    err_set(err, ERR_INPUT, "event stream: the reader refused an event");
    return false;
}

static bool
end_event(struct sse *sse, struct err *err)
{
    bool whole = sse->has_data;
    bool ok = true;

    if (whole && sse->calls.event)
        ok = sse->calls.event(sse->user, event_name(sse), str_from(sse->id));
    sse->event[0] = sse->id[0] = '\0';
    sse->has_data = false;
    return ok || refused(err);
}

static bool
keep(char *to, size_t size, struct str value, const char *what, struct err *err)
{
    if (value.length >= size) {
        err_set(
            err, ERR_LIMIT, "event stream: %s has more than %zu bytes", what, size - 1);
        return false;
    }
    if (value.length && memchr(value.at, '\0', value.length))
        return true; /* the standard: such an id is ignored */
    if (value.length)
        memcpy(to, value.at, value.length);
    to[value.length] = '\0';
    return true;
}

static bool
take_line(struct sse *sse, struct str line, struct err *err)
{
    const char *colon;
    struct str name = line, value = { 0 };

    if (!line.length)
        return end_event(sse, err);
    if (line.at[0] == ':') {
        if (sse->calls.comment)
            sse->calls.comment(sse->user);
        return true;
    }
    colon = memchr(line.at, ':', line.length);
    if (colon) {
        name.length = (size_t)(colon - line.at);
        value = (struct str){ colon + 1, line.length - name.length - 1 };
        if (value.length && value.at[0] == ' ')
            value = (struct str){ value.at + 1, value.length - 1 };
    }
    if (str_is(name, "data")) {
        sse->has_data = true;
        return !sse->calls.line || sse->calls.line(sse->user, event_name(sse), value) ||
               refused(err);
    }
    if (str_is(name, "event"))
        return keep(sse->event, sizeof sse->event, value, "an event's name", err);
    if (str_is(name, "id"))
        return keep(sse->id, sizeof sse->id, value, "an id", err);
    return true; /* retry and what is unknown are ignored, as the standard says */
}

/* Where the line ends; length if it does not. */
static size_t
line_length(const char *at, size_t length)
{
    const char *feed = memchr(at, '\n', length);
    size_t end = feed ? (size_t)(feed - at) : length;
    const char *carriage = end ? memchr(at, '\r', end) : NULL;

    return carriage ? (size_t)(carriage - at) : end;
}

static bool
too_long(const struct sse *sse, struct err *err)
{
    err_set(
        err, ERR_LIMIT, "event stream: a line has more than %zu bytes", sse->line_limit);
    return false;
}

/* A line that is whole; its beginning may have come before. */
static bool
finish_line(struct sse *sse, const char *at, size_t length, struct err *err)
{
    struct str line = { at, length };
    bool ok;

    if (sse->line.length + length > sse->line_limit)
        return too_long(sse, err);
    if (sse->line.length) {
        buf_add(&sse->line, at, length);
        line = buf_str(&sse->line);
    }
    if (!sse->started && str_starts(line, "\xef\xbb\xbf"))
        line = (struct str){ line.at + 3, line.length - 3 };
    sse->started = true;
    ok = take_line(sse, line, err);
    buf_clear(&sse->line);
    return ok;
}

bool
sse_feed(struct sse *sse, const char *at, size_t length, struct err *err)
{
    while (length) {
        size_t end;

        if (sse->after_return && *at == '\n') {
            sse->after_return = false;
            at++;
            length--;
            continue;
        }
        sse->after_return = false;
        end = line_length(at, length);
        if (end == length) {
            if (sse->line.length + length > sse->line_limit)
                return too_long(sse, err);
            buf_add(&sse->line, at, length);
            return true;
        }
        if (!finish_line(sse, at, end, err))
            return false;
        sse->after_return = at[end] == '\r';
        at += end + 1;
        length -= end + 1;
    }
    return true;
}

void
sse_begin(struct buf *out, const char *event)
{
    buf_add_text(out, "event: ");
    buf_add_text(out, event);
    buf_add_char(out, '\n');
}

void
sse_data(struct buf *out, struct str line)
{
    buf_add_text(out, "data: ");
    buf_add_str(out, line);
    buf_add_char(out, '\n');
}

void
sse_end(struct buf *out, const char *id)
{
    if (id) {
        buf_add_text(out, "id: ");
        buf_add_text(out, id);
        buf_add_char(out, '\n');
    }
    buf_add_char(out, '\n');
}

void
sse_comment(struct buf *out)
{
    buf_add_text(out, ":\n\n");
}
