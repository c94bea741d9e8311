/*
 * stores -- a made-up fleet for tests of what is drawn: always the same for the same
 * count, with trouble in it.
 */
#ifndef HELPER_STORES_H
#define HELPER_STORES_H

#include "console/session.h"
#include "fleet/fleet.h"

#define STORES_NOW_MS INT64_C(1795528800000) /* 2026-11-24T14:00:00Z */

/* Clusters demo:store-0001 …, tags region, hours, size; about 2 in 100 need a look. */
struct fleet *stores_new(uint32_t count);

/* Give one of them other axes: state, reason and since follow. */
void stores_set(struct fleet *fleet, uint32_t slot, enum axis axis, uint8_t value,
    const char *reason, int64_t since_ms);

/* A session over it with the link up, as an operator; `role` NULL: operator. */
struct session *stores_session(struct fleet *fleet, const char *view, const char *role,
    bool ascii, const struct world *world);

/* Keys by name, blank between them: "/ r e g enter". */
void stores_press(struct session *session, const char *keys);
void stores_type(struct session *session, const char *text);

/* Draw at a size and compare with tests/screen/expected/NAME.screen; NOCTURNE_REWRITE=1
 * writes it instead. */
void stores_expect(struct session *session, int width, int height, const char *name);

/* The style of the first cell of `text`, ASCII, in the first row of the screen that has
 * `row` in it, behind that. */
struct style stores_style(
    struct session *session, int width, int height, const char *row, const char *text);

/* The screen as text, yours to free. */
char *stores_text(struct session *session, int width, int height);

#endif
