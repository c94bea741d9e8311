/*
 * view -- a screen as a file: what it shows and how its panels share the room between
 * title and hints (docs/views.md). Plain data after parsing. A user's file replaces the
 * shipped one of its name whole; a broken one is a line with file, line, column and hint,
 * and the shipped one is shown.
 */
#ifndef CONSOLE_VIEW_H
#define CONSOLE_VIEW_H

#include "base/err.h"
#include "console/panel/panel.h"

#define VIEW_ROWS   16
#define VIEW_PANELS 6 /* in a row */
#define VIEWS       64

struct view_panel {
    const struct panel_class *class;
    int width, share; /* columns, or a share of what is left; one of them is 0 */
    int min_width, min_height;
    int drop; /* 1 leaves first on a small screen; 0 never */
    struct table_options table;
};

struct view_row {
    int height, share;
    struct view_panel panels[VIEW_PANELS];
    int count;
};

struct view {
    char name[32], title[64], help[128];
    int digit;        /* the key that picks it, -1 none */
    char filter[512]; /* what it starts with */
    bool has_filter, has_group, has_colour,
        has_sort; /* the file says so: otherwise what was chosen stays */
    bool group_auto;
    struct dimension group[SCENE_LEVELS];
    struct dimension colour;
    struct dimension sort; /* none: worst first */
    bool sort_reverse;
    struct view_row rows[VIEW_ROWS];
    int count;
};

/* *view is undefined after a failure. */
bool view_parse(struct view *view, const char *file, struct str text, struct err *err);

struct views {
    struct view
        *list[VIEWS]; /* shipped ones in the order of digits, then the user's own */
    int count;
};

/* The shipped views, and those of `folder` (NULL: none). What is broken goes to
 * `problem`, one line each. */
void views_load(struct views *views, const char *folder,
    void (*problem)(void *user, const struct err *err), void *user);
void views_release(struct views *views);
const struct view *views_find(const struct views *views, struct str name); /* NULL */
const char *views_suggest(const struct views *views, struct str name); /* nearest, NULL */
const struct view *views_digit(const struct views *views, int digit);  /* NULL */

/* A panel where it stands. */
struct placed {
    const struct view_panel *panel;
    struct rect rect;
};

#define PLACED (VIEW_ROWS * VIEW_PANELS)

/* Lay the view into a rectangle. False if it is too small even for what never leaves:
 * then *width and *height say what it takes. */
bool view_layout(const struct view *view, struct rect rect, struct placed placed[PLACED],
    int *count, int *width, int *height);

/* The panel whose list the cursor moves over, NULL without. */
const struct panel_class *view_list(const struct view *view);

#endif
