/*
 * events -- the splitter: bytes as they come, out of which whole JSON objects are taken
 * one by one. No document is ever held or parsed as a whole.
 *
 *   EVENTS_WATCH  lines, each one object, as a watch sends them
 *   EVENTS_LIST   one document whose `items` are taken one by one; its `metadata` is
 * taken as well
 *
 * An object longer than EVENTS_OBJECT_BYTES is skipped, counted, and reported where it
 * stood; what follows is read on. Give a chunk, take until EVENTS_NONE, give the next:
 * what was taken is borrowed from chunk or splitter and gone at the next take.
 */
#ifndef HUB_SOURCE_EVENTS_H
#define HUB_SOURCE_EVENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

#define EVENTS_OBJECT_BYTES ((size_t)2 << 20)

enum events_kind { EVENTS_WATCH, EVENTS_LIST };

enum events_item {
    EVENTS_NONE,     /* give more bytes */
    EVENTS_OBJECT,   /* of a watch: the whole event; of a list: an item */
    EVENTS_METADATA, /* of the list */
    EVENTS_SKIPPED,  /* one too long */
    EVENTS_BROKEN,   /* this is no such stream; nothing more comes */
};

struct events {
    enum events_kind kind;
    struct str chunk;   /* what is left of the chunk given */
    struct buf partial; /* an object that began in an earlier chunk */
    bool skipping;      /* the object is too long: its bytes are dropped */
    bool taken;         /* partial was handed out */
    bool broken;
    uint64_t skipped;
    /* a list's own: */
    uint8_t place;  /* enum place of events.c */
    uint8_t member; /* enum member of events.c: whose value is being read */
    bool in_text, escaped, saw_items;
    uint32_t depth; /* inside of the value being read */
    char key[16];   /* of the top level, cut */
    uint8_t key_length;
};

void events_init(struct events *events, enum events_kind kind);
void events_release(struct events *events);

void events_give(
    struct events *events, struct str chunk); /* borrowed until EVENTS_NONE */
enum events_item events_take(struct events *events, struct str *object);

/* Did the stream end where it may: between two lines, or behind a list's last brace with
 * its items? */
bool events_finished(const struct events *events);

#endif
