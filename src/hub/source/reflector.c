/* reflector -- list and watch as a step machine. reflector_enter alone changes the phase.
 */
#include "hub/source/reflector.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"

const char *
reflector_phase_name(enum reflector_phase phase)
{
    static const char *const names[] = { "stopped", "streaming", "paging", "watching",
        "waiting" };

    return names[phase];
}

void
reflector_init(struct reflector *reflector, const struct reflector_calls *calls,
    void *user, const char *path, const char *name)
{
    *reflector = (struct reflector){ .calls = calls, .user = user };
    reflector->path = mem_text(path);
    reflector->name = mem_text(name);
    reflector->body.limit = REFUSAL_BODY_BYTES;
    events_init(&reflector->events, EVENTS_WATCH);
}

void
reflector_release(struct reflector *reflector)
{
    events_release(&reflector->events);
    buf_release(&reflector->body);
    buf_release(&reflector->scratch);
    outline_free(reflector->event);
    free(reflector->path);
    free(reflector->name);
    free(reflector->token);
}

struct outline *
reflector_outline(struct reflector *reflector)
{
    static const char *const read[][4] = {
        { "metadata", "resourceVersion" },
        { "metadata", "annotations", "k8s.io/initial-events-end" },
        /* of an ERROR's Status: */
        { "metadata", "continue" },
        { "code" },
        { "reason" },
        { "message" },
        { "details" },
    };

    outline_free(reflector->event);
    reflector->event = outline_new();
    reflector->object = outline_member(reflector->event, STR("object"), false);
    outline_whole(outline_member(reflector->event, STR("type"), false));
    for (size_t i = 0; i < sizeof(read) / sizeof(read[0]); i++)
        outline_names(reflector->object, read[i]);
    return reflector->object;
}

static void
ask(struct reflector *reflector, enum events_kind kind, const char *query, int64_t now_ms)
{
    char *path = mem_print("%s?%s", reflector->path, query);

    events_release(&reflector->events);
    events_init(&reflector->events, kind);
    buf_clear(&reflector->body);
    reflector->in_flight = true;
    reflector->spoiled = reflector->refused = false;
    reflector->status = 0;
    reflector->retry_after_ms = -1;
    reflector->delivered = 0;
    reflector->asked_ms = reflector->heard_ms = now_ms;
    reflector->calls->request(reflector->user, path, kind == EVENTS_LIST);
    free(path);
}

static void
ask_watch(struct reflector *reflector, const char *from, int64_t now_ms)
{
    struct buf query = { 0 };

    buf_print(&query, "watch=true&%s", from);
    if (reflector->phase == REFLECTOR_WATCHING)
        http_encode(&query, str_from(reflector->version));
    buf_print(&query, "&allowWatchBookmarks=true&timeoutSeconds=%" PRIu64,
        REFLECTOR_WATCH_S + backoff_random(&reflector->backoff, REFLECTOR_WATCH_S));
    ask(reflector, EVENTS_WATCH, query.at, now_ms);
    buf_release(&query);
}

static void
ask_page(struct reflector *reflector, int64_t now_ms)
{
    struct buf query = { 0 };

    buf_print(&query, "limit=%d", REFLECTOR_PAGE);
    if (reflector->token) {
        buf_add_text(&query, "&continue=");
        http_encode(&query, str_from(reflector->token));
    }
    ask(reflector, EVENTS_LIST, query.at, now_ms);
    buf_release(&query);
}

/* The one place where the phase changes; asks what the new phase needs. */
static void
reflector_enter(struct reflector *reflector, enum reflector_phase phase, int64_t now_ms)
{
    log_line(LOG_DEBUG, "%s: %s -> %s%s%s", reflector->name,
        reflector_phase_name(reflector->phase), reflector_phase_name(phase),
        reflector->fault[0] ? ": " : "", reflector->fault);
    reflector->phase = phase;
    switch (phase) {
    case REFLECTOR_STREAMING:
        ask_watch(reflector, "sendInitialEvents=true&resourceVersionMatch=NotOlderThan",
            now_ms);
        break;
    case REFLECTOR_PAGING:
        ask_page(reflector, now_ms);
        break;
    case REFLECTOR_WATCHING:
        if (!reflector->in_flight)
            ask_watch(reflector, "resourceVersion=", now_ms);
        break;
    case REFLECTOR_STOPPED:
    case REFLECTOR_WAITING:
        break;
    }
    reflector->calls->changed(reflector->user);
}

static enum reflector_phase
load_phase(const struct reflector *reflector)
{
    return reflector->no_stream || reflector->page_once ? REFLECTOR_PAGING
                                                        : REFLECTOR_STREAMING;
}

static bool
is_loading(const struct reflector *reflector)
{
    return reflector->phase == REFLECTOR_STREAMING ||
           reflector->phase == REFLECTOR_PAGING;
}

static void
forget_pages(struct reflector *reflector)
{
    free(reflector->token);
    reflector->token = NULL;
    reflector->page_version[0] = '\0';
    reflector->page_tries = 0;
}

static void
open_load(struct reflector *reflector)
{
    if (reflector->open)
        return;
    reflector->open = true;
    reflector->unsure = false;
    reflector->warning[0] = '\0';
    reflector->calls->begin(reflector->user);
}

static void
abort_load(struct reflector *reflector)
{
    forget_pages(reflector);
    if (!reflector->open)
        return;
    reflector->open = false;
    reflector->calls->abort(reflector->user);
}

/* Something was left out, so the fleet may differ from what the server holds: look again,
 * soon at first. */
static void
plan_doubt(struct reflector *reflector)
{
    int64_t wait_ms = REFLECTOR_DOUBT_MS;

    for (uint32_t i = 0; i < reflector->doubts && wait_ms < REFLECTOR_DOUBT_MOST_MS; i++)
        wait_ms *= 2;
    if (wait_ms > REFLECTOR_DOUBT_MOST_MS)
        wait_ms = REFLECTOR_DOUBT_MOST_MS;
    reflector->doubt_ms = reflector->heard_ms + wait_ms;
}

/* The load came to its end; from `version` on the watch goes. */
static void
end_load(struct reflector *reflector, const char *version)
{
    snprintf(reflector->version, sizeof(reflector->version), "%s", version);
    reflector->open = false;
    reflector->loaded = true;
    reflector->page_once = false;
    reflector->doubts = reflector->unsure ? reflector->doubts + 1 : 0;
    reflector->doubt_ms = 0;
    if (reflector->unsure)
        plan_doubt(reflector);
    reflector->calls->end(reflector->user, !reflector->unsure);
    forget_pages(reflector);
}

/* All is well with this request: what was wrong before is over. */
static void
clear_fault(struct reflector *reflector)
{
    reflector->trouble_ms = 0;
    reflector->missing = false;
    if (!reflector->fault[0])
        return;
    reflector->fault[0] = '\0';
    reflector->calls->changed(reflector->user);
}

static void set_fault(struct reflector *reflector, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void
set_fault(struct reflector *reflector, const char *format, ...)
{
    char raw[2 * REFLECTOR_FAULT_BYTES];
    struct buf safe = { 0 };
    struct str text;
    size_t columns;
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(raw, sizeof(raw), format, arguments);
    va_end(arguments);
    text_safe(&safe, str_from(raw));
    text = buf_str(&safe);
    while (text.length >= sizeof(reflector->fault))
        text = text_fit(text, text_width(text) - 1, &columns);
    snprintf(reflector->fault, sizeof(reflector->fault), "%s", "");
    memcpy(reflector->fault, text.length ? text.at : "", text.length);
    reflector->fault[text.length] = '\0';
    buf_release(&safe);
}

/* Something failed, fault says what: try `next` after a while. */
static void
fail(struct reflector *reflector, enum reflector_phase next, int64_t asked_ms,
    int64_t now_ms)
{
    bool first = backoff_rested(&reflector->backoff, now_ms);
    int64_t delay_ms = backoff_next(&reflector->backoff, asked_ms, now_ms);

    reflector->errors++;
    if (!reflector->trouble_ms)
        reflector->trouble_ms = now_ms;
    /* A resume point that was forgotten is no trouble of the server's: the first time the
     * load begins at once. */
    if (reflector->phase == REFLECTOR_WATCHING && next != REFLECTOR_WATCHING && first)
        delay_ms = 0;
    reflector->next = next;
    reflector->wake_ms = now_ms + delay_ms;
    reflector_enter(reflector, REFLECTOR_WAITING, now_ms);
    if (delay_ms == 0)
        reflector_tick(reflector, now_ms);
}

/* Where to go on: a load page by page keeps what it has for a while, a stream starts
 * anew. */
static enum reflector_phase
retry_phase(struct reflector *reflector)
{
    if (reflector->phase == REFLECTOR_WATCHING)
        return REFLECTOR_WATCHING;
    if (reflector->phase == REFLECTOR_PAGING &&
        ++reflector->page_tries < REFLECTOR_PAGE_TRIES)
        return REFLECTOR_PAGING;
    abort_load(reflector);
    return load_phase(reflector);
}

static void
load_anew(struct reflector *reflector, int64_t now_ms)
{
    reflector->version[0] = '\0';
    abort_load(reflector);
    fail(reflector, load_phase(reflector), -1, now_ms);
}

static void
page_expired(struct reflector *reflector, const struct refusal *refusal, int64_t now_ms)
{
    bool same = reflector->token && strcmp(reflector->token, refusal->token) == 0;

    if (!refusal->token[0] || same || ++reflector->page_tries > REFLECTOR_PAGE_TRIES) {
        set_fault(reflector, "the list changed faster than it could be read: once more");
        load_anew(reflector, now_ms);
        return;
    }
    /* From the next key on at the latest version: the watch from the first page's version
     * mends what this skews. */
    free(reflector->token);
    reflector->token = mem_text(refusal->token);
    reflector_enter(reflector, REFLECTOR_PAGING, now_ms);
}

static void
cannot_stream(struct reflector *reflector, int64_t now_ms)
{
    reflector->no_stream = true;
    abort_load(reflector);
    reflector_enter(reflector, REFLECTOR_PAGING, now_ms);
}

static bool
refuses_streams(const struct reflector *reflector, const struct refusal *refusal)
{
    return reflector->phase == REFLECTOR_STREAMING &&
           (refusal->code == 400 || refusal->code == 405 || refusal->code == 422);
}

static void
act_on_refusal(struct reflector *reflector, const struct refusal *refusal, int64_t now_ms)
{
    struct buf why = { 0 };
    bool long_trouble =
        reflector->trouble_ms && now_ms - reflector->trouble_ms > REFLECTOR_TROUBLE_MS;

    if (refuses_streams(reflector, refusal)) {
        cannot_stream(reflector, now_ms);
        return;
    }
    if (reflector->phase == REFLECTOR_PAGING && refusal_is_expired(refusal)) {
        page_expired(reflector, refusal, now_ms);
        return;
    }
    if (refusal_is_expired(refusal)) {
        set_fault(reflector, "the server no longer knows our place (410): loading anew");
        load_anew(reflector, now_ms);
        return;
    }
    if (refusal->too_large) {
        set_fault(reflector, "the server went back in time: loading anew");
        load_anew(reflector, now_ms);
        return;
    }
    refusal_explain(refusal, reflector->name, &why);
    set_fault(reflector, "%s", why.at);
    buf_release(&why);
    reflector->missing = refusal->code == 404;
    if (reflector->phase == REFLECTOR_WATCHING && refusal->code == 500 && long_trouble) {
        load_anew(reflector, now_ms);
        return;
    }
    fail(reflector, retry_phase(reflector), refusal->retry_after_ms, now_ms);
}

/* What is wrong with the request is known: the rest of it is not looked at. */
static void
spoil(struct reflector *reflector)
{
    reflector->spoiled = true;
}

/* A page for people. What else calls itself oddly is told by its first byte. */
static bool
is_page(const struct http_head *head)
{
    return head->content_type &&
           str_contains_folded(str_from(head->content_type), STR("html"));
}

void
reflector_head(struct reflector *reflector, const struct http_head *head, int64_t now_ms)
{
    reflector->heard_ms = now_ms;
    reflector->status = head->status;
    reflector->retry_after_ms = head->retry_after_ms;
    if (head->status != 200)
        return;
    if (is_page(head)) {
        set_fault(reflector,
            "the answer is %s and no JSON: a login page or a proxy in between?",
            head->content_type);
        spoil(reflector);
        return;
    }
    if (is_loading(reflector))
        open_load(reflector);
    else
        clear_fault(reflector);
}

static void
leave_out(struct reflector *reflector, const char *why)
{
    reflector->errors++;
    reflector->unsure = true;
    if (!reflector->doubt_ms && !is_loading(reflector))
        plan_doubt(reflector);
    snprintf(reflector->warning, sizeof(reflector->warning),
        "an object of %s was left out: %s", reflector->name, why);
    reflector->calls->changed(reflector->user);
}

static const char *
version_of(const json_t *metadata)
{
    const char *version = json_string_value(json_object_get(metadata, "resourceVersion"));

    return version && strlen(version) < REFLECTOR_VERSION_BYTES ? version : "";
}

static void
take_bookmark(struct reflector *reflector, const json_t *metadata)
{
    const char *end = json_string_value(json_object_get(
        json_object_get(metadata, "annotations"), "k8s.io/initial-events-end"));

    if (reflector->phase != REFLECTOR_STREAMING || !end || strcmp(end, "true") != 0)
        return;
    end_load(reflector, version_of(metadata));
    clear_fault(reflector);
    reflector_enter(reflector, REFLECTOR_WATCHING, reflector->heard_ms);
}

static void
take_change(struct reflector *reflector, const char *type, const json_t *object)
{
    const json_t *metadata = json_object_get(object, "metadata");
    const char *version = version_of(metadata);
    bool ok = true;

    if (strcmp(type, "ADDED") == 0 || strcmp(type, "MODIFIED") == 0)
        ok = reflector->calls->put(reflector->user, object);
    else if (strcmp(type, "DELETED") == 0)
        ok = reflector->calls->drop(reflector->user, object);
    else if (strcmp(type, "BOOKMARK") == 0)
        take_bookmark(reflector, metadata);
    else
        return;
    if (!ok)
        leave_out(reflector, "it has no usable name");
    if (reflector->phase == REFLECTOR_WATCHING && version[0])
        snprintf(reflector->version, sizeof(reflector->version), "%s", version);
}

static void
take_event(struct reflector *reflector, const json_t *event)
{
    const char *type = json_string_value(json_object_get(event, "type"));
    const json_t *object = json_object_get(event, "object");

    if (!type || !json_is_object(object)) {
        leave_out(reflector, "the event has no type or no object");
        return;
    }
    if (strcmp(type, "ERROR") == 0) {
        refusal_from(&reflector->refusal, object);
        reflector->refused = true;
        spoil(reflector);
        return;
    }
    reflector->objects++;
    reflector->delivered++;
    take_change(reflector, type, object);
}

static void
take_metadata(struct reflector *reflector, const json_t *metadata)
{
    const char *token = json_string_value(json_object_get(metadata, "continue"));

    if (!reflector->page_version[0])
        snprintf(reflector->page_version, sizeof(reflector->page_version), "%s",
            version_of(metadata));
    free(reflector->token);
    reflector->token = NULL;
    if (token && token[0] && strlen(token) < REFUSAL_TOKEN_BYTES)
        reflector->token = mem_text(token);
}

/* One whole JSON object of the stream or of the list. */
static void
take_object(struct reflector *reflector, enum events_item item, struct str text)
{
    const struct outline *outline =
        reflector->events.kind == EVENTS_WATCH ? reflector->event : reflector->object;
    json_t *json;

    if (outline && item == EVENTS_OBJECT)
        text = outline_cut(outline, text, &reflector->scratch);
    json = json_loadb(text.at, text.length, 0, NULL);
    if (!json) {
        leave_out(reflector, "it is no JSON");
        return;
    }
    if (item == EVENTS_METADATA)
        take_metadata(reflector, json);
    else if (reflector->events.kind == EVENTS_WATCH)
        take_event(reflector, json);
    else {
        reflector->objects++;
        if (!reflector->calls->put(reflector->user, json))
            leave_out(reflector, "it has no usable name");
    }
    json_decref(json);
}

bool
reflector_data(struct reflector *reflector, struct str bytes, int64_t now_ms)
{
    enum events_item item;
    struct str text;

    reflector->heard_ms = now_ms;
    if (reflector->spoiled)
        return false;
    if (reflector->status != 200) {
        buf_add_str(&reflector->body, bytes);
        return true;
    }
    events_give(&reflector->events, bytes);
    while (!reflector->spoiled) {
        item = events_take(&reflector->events, &text);
        if (item == EVENTS_NONE)
            break;
        if (item == EVENTS_SKIPPED)
            leave_out(reflector, "it is larger than 2 MiB");
        else if (item != EVENTS_BROKEN)
            take_object(reflector, item, text);
        else {
            set_fault(reflector,
                "the answer is not what a Kubernetes API server says: a login page or a "
                "proxy in between?");
            spoil(reflector);
        }
    }
    return !reflector->spoiled;
}

static void
page_done(struct reflector *reflector, int64_t now_ms)
{
    reflector->page_tries = 0;
    if (reflector->token) {
        reflector_enter(reflector, REFLECTOR_PAGING, now_ms);
        return;
    }
    if (!reflector->page_version[0]) {
        set_fault(reflector, "the list has no resourceVersion to watch from");
        load_anew(reflector, now_ms);
        return;
    }
    end_load(reflector, reflector->page_version);
    clear_fault(reflector);
    reflector_enter(reflector, REFLECTOR_WATCHING, now_ms);
}

/* The answer came whole and was good. */
static void
answer_ended(struct reflector *reflector, int64_t now_ms)
{
    bool finished = events_finished(&reflector->events);

    if (!finished)
        set_fault(reflector, "the answer ended in the middle");
    else if (reflector->phase == REFLECTOR_PAGING) {
        page_done(reflector, now_ms);
        return;
    } else if (reflector->phase == REFLECTOR_STREAMING)
        set_fault(reflector, "the stream ended before the list was complete");
    else if (!reflector->delivered && now_ms - reflector->asked_ms < REFLECTOR_SHORT_MS)
        set_fault(reflector, "the server ends every watch at once");
    else {
        reflector_enter(reflector, REFLECTOR_WATCHING, now_ms);
        return;
    }
    fail(reflector, retry_phase(reflector), -1, now_ms);
}

void
reflector_done(struct reflector *reflector, const struct err *err, int64_t now_ms)
{
    reflector->in_flight = false;
    if (reflector->refused)
        act_on_refusal(reflector, &reflector->refusal, now_ms);
    else if (reflector->spoiled)
        fail(reflector, retry_phase(reflector), -1, now_ms);
    else if (err->code != ERR_NONE) {
        set_fault(reflector, "%s", err->text);
        fail(reflector, retry_phase(reflector), -1, now_ms);
    } else if (reflector->status != 200) {
        refusal_parse(&reflector->refusal, reflector->status, buf_str(&reflector->body));
        if (reflector->retry_after_ms >= 0)
            reflector->refusal.retry_after_ms = reflector->retry_after_ms;
        act_on_refusal(reflector, &reflector->refusal, now_ms);
    } else
        answer_ended(reflector, now_ms);
}

void
reflector_start(struct reflector *reflector, int64_t now_ms)
{
    assert(reflector->phase == REFLECTOR_STOPPED);
    reflector_enter(reflector, load_phase(reflector), now_ms);
}

static void
cancel(struct reflector *reflector)
{
    reflector->in_flight = false;
    reflector->calls->cancel(reflector->user);
}

void
reflector_stop(struct reflector *reflector)
{
    if (reflector->in_flight)
        cancel(reflector);
    abort_load(reflector);
    reflector->phase = REFLECTOR_STOPPED;
}

static int64_t
silence_limit(const struct reflector *reflector)
{
    if (is_loading(reflector))
        return REFLECTOR_LOAD_SILENCE_MS;
    return reflector->silence_ms ? reflector->silence_ms : REFLECTOR_SILENCE_MS;
}

int64_t
reflector_due(const struct reflector *reflector)
{
    int64_t due_ms;

    if (reflector->phase == REFLECTOR_WAITING)
        return reflector->wake_ms;
    if (!reflector->in_flight)
        return INT64_MAX;
    due_ms = reflector->heard_ms + silence_limit(reflector);
    if (reflector->phase == REFLECTOR_WATCHING && reflector->doubt_ms &&
        reflector->doubt_ms < due_ms)
        return reflector->doubt_ms;
    return due_ms;
}

void
reflector_tick(struct reflector *reflector, int64_t now_ms)
{
    if (now_ms < reflector_due(reflector))
        return;
    if (reflector->phase == REFLECTOR_WAITING) {
        reflector_enter(reflector, reflector->next, now_ms);
        return;
    }
    cancel(reflector);
    if (now_ms - reflector->heard_ms < silence_limit(reflector)) {
        reflector->doubt_ms = 0;
        reflector->version[0] = '\0';
        reflector_enter(reflector, load_phase(reflector), now_ms);
        return;
    }
    set_fault(reflector, "no byte for %" PRId64 " s: connecting anew",
        (now_ms - reflector->heard_ms) / 1000);
    /* Some proxies hold back streams, not pages. */
    if (reflector->phase == REFLECTOR_STREAMING)
        reflector->page_once = true;
    fail(reflector, retry_phase(reflector), -1, now_ms);
}
