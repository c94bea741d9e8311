/*
 * form -- the one write of this console: a maintenance window over a frozen set, started
 * or ended.
 *
 * Edit → the hub's own dry run → count and list → (above FORM_TYPED clusters: the count
 * typed) → the act, with an idempotency key that stays the same through retries. If the
 * live filter has moved since the preview, who joined and who left is shown, and the
 * operator accepts the frozen set or looks again. Nothing here decides: the hub does.
 */
#ifndef CONSOLE_FORM_H
#define CONSOLE_FORM_H

#include "console/line.h"
#include "console/panel/scene.h"
#include "wire/maintenance.h"

#define FORM_TYPED 10  /* above so many clusters the count is typed */
#define FORM_NAMES 400 /* shown of the set */
#define FORM_ACCEPTS                                                                     \
    6 /* of a live hash, once the operator has said so; then he is asked again */

struct session;

enum form_input { FORM_DURATION, FORM_REASON, FORM_TYPED_COUNT, FORM_INPUTS };

struct form {
    struct session *session; /* whose it is: callbacks know the form alone */
    enum form_phase phase;
    bool start; /* otherwise it ends windows */
    struct maintenance_request request;
    char target[SCENE_TARGET_BYTES]; /* in words */
    struct line inputs[FORM_INPUTS];
    enum form_input edited;
    struct maintenance_answer preview;
    const char *names[FORM_NAMES];
    uint32_t name_count;
    char key[40];                       /* idempotency key of the act */
    char accept[DIGEST_HEX_LENGTH + 1]; /* live hash of a `moved` */
    char left[DIGEST_HEX_LENGTH + 1];   /* hash of those that it told had left */
    int accepts;                        /* sent since the operator accepted */
    bool wrong;                         /* a field: the notice says why */
    char notice[512], warning[512];
    char confirm[24];
};

/* Over names (NULL: none) or else what the selector selects. Takes the ids. */
void form_open(
    struct session *session, bool start, struct frozen *ids, struct str selector);
void form_close(struct session *session);
void form_key(struct session *session, struct key key, struct str paste);
void form_print(const struct session *session, struct scene_form *out);
void form_release(struct form *form);

#endif
