/* events -- a scanner that knows texts, escapes and nesting, and nothing else of JSON. */
#include "hub/source/events.h"

#include <string.h>

enum place { /* where in a list's document the next byte stands */
    PLACE_START,
    PLACE_KEY_DUE, /* or the end of the document's object */
    PLACE_KEY,
    PLACE_COLON,
    PLACE_VALUE_DUE,
    PLACE_SCALAR,   /* a number, true, false, null */
    PLACE_VALUE,    /* a text, list or object */
    PLACE_ITEM_DUE, /* or the end of the items */
    PLACE_END,
};

enum member { MEMBER_OTHER, MEMBER_METADATA, MEMBER_ITEMS };

void
events_init(struct events *events, enum events_kind kind)
{
    *events = (struct events){ .kind = kind };
    events->partial.limit = EVENTS_OBJECT_BYTES;
}

void
events_release(struct events *events)
{
    buf_release(&events->partial);
    events_init(events, events->kind);
}

void
events_give(struct events *events, struct str chunk)
{
    events->chunk = chunk;
}

static void
chunk_drop(struct events *events, size_t length)
{
    events->chunk.at += length;
    events->chunk.length -= length;
}

/* An object goes on in the next chunk: keep what is here, unless it has grown too long.
 */
static void
keep_partial(struct events *events, size_t length)
{
    if (!events->skipping && events->partial.length + length > EVENTS_OBJECT_BYTES) {
        events->skipping = true;
        buf_release(&events->partial);
        events->partial.limit = EVENTS_OBJECT_BYTES;
    }
    if (!events->skipping)
        buf_add(&events->partial, events->chunk.at, length);
    chunk_drop(events, length);
}

/* An object ends `length` bytes into the chunk: the whole of it, or that it was too long.
 */
static bool
finish_object(struct events *events, size_t length, struct str *object)
{
    bool whole = false;

    if (events->partial.length || events->skipping || length > EVENTS_OBJECT_BYTES) {
        keep_partial(events, length);
        *object = buf_str(&events->partial);
        events->taken = true;
    } else {
        *object = (struct str){ events->chunk.at, length };
        chunk_drop(events, length);
    }
    whole = !events->skipping;
    if (!whole)
        events->skipped++;
    events->skipping = false;
    return whole;
}

static enum events_item
break_off(struct events *events)
{
    events->broken = true;
    return EVENTS_BROKEN;
}

static bool
is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static enum events_item
take_line(struct events *events, struct str *object)
{
    while (events->chunk.length) {
        const char *end = memchr(events->chunk.at, '\n', events->chunk.length);
        size_t length = end ? (size_t)(end - events->chunk.at) : events->chunk.length;

        if (!events->partial.length && !events->skipping &&
            is_blank(events->chunk.at[0])) {
            chunk_drop(events, 1);
            continue;
        }
        if (!events->partial.length && !events->skipping && events->chunk.at[0] != '{')
            return break_off(events);
        if (!end) {
            keep_partial(events, length);
            break;
        }
        return finish_object(events, length, object) ? EVENTS_OBJECT : EVENTS_SKIPPED;
    }
    return EVENTS_NONE;
}

/* How far the value goes on in these bytes; *done if it ends there. Starts before its
 * first byte at depth 0. */
static size_t
scan_value(struct events *events, struct str bytes, bool *done)
{
    size_t at = 0;

    while (at < bytes.length) {
        char c = bytes.at[at++];

        if (events->in_text) {
            if (events->escaped)
                events->escaped = false;
            else if (c == '\\')
                events->escaped = true;
            else if (c == '"')
                events->in_text = false;
            else
                continue;
        } else if (c == '"')
            events->in_text = true;
        else if (c == '{' || c == '[')
            events->depth++;
        else if ((c == '}' || c == ']') && events->depth > 0)
            events->depth--;
        else
            continue;
        if (events->depth == 0 && !events->in_text) {
            *done = true;
            return at;
        }
    }
    return at;
}

static enum member
member_named(const struct events *events)
{
    struct str key = { events->key, events->key_length };

    if (str_is(key, "items"))
        return MEMBER_ITEMS;
    return str_is(key, "metadata") ? MEMBER_METADATA : MEMBER_OTHER;
}

static bool
begin_value(struct events *events, char c)
{
    events->member = (uint8_t)member_named(events);
    events->in_text = events->escaped = false;
    events->depth = 0;
    if (events->member == MEMBER_ITEMS) {
        events->saw_items = true;
        if (c == '[')
            events->place = PLACE_ITEM_DUE;
        else if (c == 'n')
            events->place = PLACE_SCALAR;
        else
            return false;
        chunk_drop(events, 1);
        return true;
    }
    events->place = c == '{' || c == '[' || c == '"' ? PLACE_VALUE : PLACE_SCALAR;
    return events->member != MEMBER_METADATA || c == '{';
}

/* One byte of what leads to a value. False: no list looks like that. */
static bool
step_key(struct events *events, char c)
{
    switch (events->place) {
    case PLACE_START:
        events->place = PLACE_KEY_DUE;
        return c == '{';
    case PLACE_KEY_DUE:
        events->key_length = 0;
        if (c == '"')
            events->place = PLACE_KEY;
        else if (c == '}')
            events->place = PLACE_END;
        return c == '"' || c == '}' || c == ',';
    case PLACE_KEY:
        if (c == '"')
            events->place = PLACE_COLON;
        else if (events->key_length < sizeof(events->key))
            events->key[events->key_length++] = c;
        return c != '\\';
    case PLACE_COLON:
        events->place = PLACE_VALUE_DUE;
        return c == ':';
    default:
        return false;
    }
}

/* One byte in the items, between two of them. */
static bool
step_item(struct events *events, char c)
{
    if (c == '{') {
        events->place = PLACE_VALUE;
        return true;
    }
    chunk_drop(events, 1);
    if (c == ']')
        events->place = PLACE_KEY_DUE;
    return c == ',' || c == ']';
}

static bool
step_scalar(struct events *events, char c)
{
    if (c == ',' || c == '}')
        events->place = PLACE_KEY_DUE;
    else
        chunk_drop(events, 1);
    return c != '"' && c != '{' && c != '[' && c != ']';
}

/* One byte outside of any value. */
static bool
step_between(struct events *events, char c)
{
    if (is_blank(c) && events->place != PLACE_KEY) {
        chunk_drop(events, 1);
        return true;
    }
    if (events->place == PLACE_VALUE_DUE)
        return begin_value(events, c);
    if (events->place == PLACE_SCALAR)
        return step_scalar(events, c);
    if (events->place == PLACE_ITEM_DUE)
        return step_item(events, c);
    chunk_drop(events, 1);
    return step_key(events, c);
}

static enum events_item
take_from_list(struct events *events, struct str *object)
{
    while (events->chunk.length) {
        bool done = false, whole = true;
        size_t length;
        enum member member = (enum member)events->member;

        if (events->place != PLACE_VALUE) {
            if (!step_between(events, events->chunk.at[0]))
                return break_off(events);
            continue;
        }
        length = scan_value(events, events->chunk, &done);
        if (done)
            events->place = member == MEMBER_ITEMS ? PLACE_ITEM_DUE : PLACE_KEY_DUE;
        if (member == MEMBER_OTHER)
            chunk_drop(events, length);
        else if (!done)
            keep_partial(events, length);
        else
            whole = finish_object(events, length, object);
        if (!done || member == MEMBER_OTHER)
            continue;
        if (!whole)
            return EVENTS_SKIPPED;
        return member == MEMBER_ITEMS ? EVENTS_OBJECT : EVENTS_METADATA;
    }
    return EVENTS_NONE;
}

enum events_item
events_take(struct events *events, struct str *object)
{
    *object = (struct str){ 0 };
    if (events->taken) {
        buf_clear(&events->partial);
        events->taken = false;
    }
    if (events->broken)
        return EVENTS_BROKEN;
    return events->kind == EVENTS_WATCH ? take_line(events, object)
                                        : take_from_list(events, object);
}

bool
events_finished(const struct events *events)
{
    if (events->broken || events->skipping)
        return false;
    if (events->kind == EVENTS_WATCH)
        return events->taken || !events->partial.length;
    return events->place == PLACE_END && events->saw_items;
}
