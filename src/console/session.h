/*
 * session -- what the operator is doing: view, filter, cursor, marks, mode. No terminal
 * and no socket: keys go in, a scene comes out (frame.h), and what the outside must do
 * goes through struct world. So tests drive it with keys.
 *
 * The fleet is borrowed and changes beneath it: whoever changes it says so with
 * session_touch and session_gone.
 */
#ifndef CONSOLE_SESSION_H
#define CONSOLE_SESSION_H

#include "console/client.h"
#include "console/colour.h"
#include "console/form.h"
#include "console/keymap.h"
#include "console/line.h"
#include "console/selection.h"
#include "console/view.h"
#include "console/worst.h"
#include "fleet/selector.h"

#define SESSION_STEPS   32 /* that Esc can go back */
#define SESSION_KEYS    256
#define SESSION_CHOICES 24 /* of a completion */

struct world { /* what the outside does for the session; members may be NULL */
    bool (*send)(void *user, const struct client_request *request, struct err *err);
    void (*cancel)(void *user, const void *request_user); /* client_cancel */
    void (*copy)(void *user, struct str text);            /* to the clipboard */
    void (*retry)(void *user);
    void (*repaint)(void *user);
    void (*suspend)(void *user);
    bool (*theme)(void *user, struct str name, struct err *err);
    void *user;
};

enum mode { MODE_NORMAL, MODE_FILTER, MODE_COMMAND, MODE_FORM, MODE_ASK };

enum question { ASK_QUIT, ASK_TARGET, ASK_TARGET_END }; /* what MODE_ASK asks */

struct step { /* where Esc goes back to */
    const struct view *view;
    char *filter, *cursor; /* id, NULL for none */
};

struct session {
    const struct fleet *fleet;
    struct select *select;
    struct views views;
    struct keymap keymap;
    struct world world;
    const char *command; /* what `=` begins with: "nocturne --demo" */

    struct hello hello;
    bool has_hello, read_only_asked, ascii, mono, synced;
    struct link link;
    int64_t now_ms;

    const struct view *view, *home;
    char filter[SELECTOR_BYTES + 1];        /* in force, canonical */
    char filter_before[SELECTOR_BYTES + 1]; /* while one is typed: what Esc brings back */
    char filter_error[256];
    bool filter_on_sources; /* asks for `seen`: sources change its answer */
    struct dimension group[SCENE_LEVELS];
    bool group_auto, group_by_hand;         /* by neither: the view's */
    uint32_t grouped_sites, synced_sources; /* how many there were when it was chosen */
    bool worst_first;
    struct colouring colouring;
    bool colouring_stale;
    int64_t coloured_ms;
    struct dimension sort;
    bool sort_reverse;

    uint32_t cursor;                      /* slot */
    char cursor_id[CLUSTER_ID_BYTES + 1]; /* of it; also of one that is not there yet */
    char cursor_before[CLUSTER_ID_BYTES + 1]; /* when a filter began to be typed */
    uint32_t cursor_row;                      /* where it was: its neighbour takes over */
    uint8_t *marks;
    size_t mark_ceiling;
    uint32_t mark_count;
    uint32_t top, line; /* of lists */
    struct step steps[SESSION_STEPS];
    int step_count;

    struct worst worst;
    struct ticker ticker;
    bool ticker_stale, hints_stale;
    int64_t ticker_ms;         /* when it was last looked for */
    int64_t key_ms, ranked_ms; /* groups change places only while nobody looks */
    int64_t listed_ms;
    bool disordered; /* another picture: groups and the worst are put in order anew */

    enum mode mode;
    enum question question;
    struct line input;
    struct line_history commands, filters;
    char
        *keys[SESSION_KEYS]; /* tag keys while a filter is typed: a word may become one */
    uint32_t key_count;
    char *choices[SESSION_CHOICES];
    uint32_t choice_count, choice_at;
    size_t choice_from; /* bytes before the cursor that a choice replaces */
    struct form form;
    char message[512];
    bool message_bad;

    struct scene_details details;
    struct yaml *details_tree;
    int64_t details_asked_ms;
    struct scene_audit audit;
    int64_t audit_asked_ms;
    int64_t verified_ms;
    bool verifying; /* the hub computes the chain again */
    struct scene_help *help;
    uint32_t help_count;
    struct scene_hint *hints;
    uint32_t hint_count;

    struct rect body; /* of the panel with the list, as last drawn */
    int width, height;
    bool dirty, dirty_now; /* draw when data may, draw at once */
    bool quit;
};

struct session_options {
    const struct fleet *fleet;
    const struct world *world;            /* copied */
    const char *config_folder;            /* NULL: no files of the user's own */
    const char *view, *selector, *keymap; /* NULL: the shipped default */
    const char *command;
    bool read_only, ascii;
    bool mono; /* the theme or the terminal has no colours */
};

/* NULL: no such view, selector malformed. A broken file of the user's is a message. */
struct session *session_new(const struct session_options *options, struct err *err);
void session_free(struct session *session);

/* ---- what happens */
void session_key(struct session *session, struct key key, struct str paste);
void session_resize(struct session *session, int width, int height);
void session_touch(
    struct session *session, uint32_t slot); /* the cluster came or changed */
void session_gone(struct session *session, uint32_t slot); /* it is about to go */
void session_changed(struct session *session, unsigned what, const struct hello *hello,
    const struct link *link);
void session_tick(struct session *session,
    int64_t now_ms); /* hub time; before every drawing and once a second */

/* ---- for actions */
void session_say(struct session *session, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void session_complain(struct session *session, const struct err *err);
void session_show_view(
    struct session *session, const struct view *view); /* with a step back */
bool session_set_filter(struct session *session, struct str text, struct err *err);
void session_set_group(
    struct session *session, const struct dimension group[SCENE_LEVELS]);
void session_set_colour(struct session *session, const struct dimension *by);
void session_set_sort(struct session *session, const struct dimension *by, bool reverse);
void session_set_cursor(struct session *session, uint32_t slot);
void session_push(struct session *session); /* remember where Esc goes back to */
bool session_back(struct session *session); /* false: there is no step back */
void session_mark(struct session *session, uint32_t slot, bool mark);
void session_ask(struct session *session, enum question question);
void session_answer(struct session *session, struct key key); /* to the question */

/* Why writes are off; NULL: they are on. */
const char *session_read_only(const struct session *session);
/* The role could write at all; without it the verbs are gone. */
/* Is the picture still being put together? Who waits for it looks at it. */
bool session_is_loading(const struct session *session);

bool session_may_write(const struct session *session);
const struct cluster *session_cluster(
    const struct session *session); /* under the cursor, NULL */

#endif
