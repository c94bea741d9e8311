/*
 * scene -- everything a panel may read, at one moment. The console owns all of it; panels
 * draw it and change nothing. Times are hub time. Slots are those of the fleet.
 */
#ifndef CONSOLE_PANEL_SCENE_H
#define CONSOLE_PANEL_SCENE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "base/yaml.h"
#include "console/panel/dimension.h"
#include "fleet/fleet.h"
#include "fleet/sentence.h"
#include "ui/canvas.h"

#define SCENE_WORST        12 /* lines of what needs a look */
#define SCENE_LEVELS       2  /* grouping is this deep */
#define SCENE_COLUMNS      24 /* of a table */
#define SCENE_LEGEND       9  /* entries: eight colours and "other" */
#define SCENE_TARGET_BYTES 256

/* Clusters that share the values of what the fleet is grouped by. */
struct group {
    char *labels[SCENE_LEVELS]; /* values; NULL where the cluster has none, or the level
                                   is not in use */
    bool known[SCENE_LEVELS];
    uint32_t parent; /* number of its first-level value, for two levels side by side */
    uint32_t
        first; /* its clusters are selection.members[first .. first + sentence.total) */
    struct sentence sentence; /* of what the filter selects */
};

/* What the filter selects, in the orders that views show. */
struct selection {
    struct group *groups;
    uint32_t *ranked; /* numbers of the groups that are not empty, in the order shown */
    uint32_t ranked_count;
    uint32_t *
        members; /* slots, group by group, each by natural name: sites keep their place */
    uint32_t *rows; /* slots in the table's order */
    uint32_t count; /* of members and of rows */
    struct sentence sentence;
    struct sentence visible; /* without the filter: all that the subject may see */
};

enum scene_link_phase { SCENE_CONNECTING, SCENE_LOADING, SCENE_LIVE, SCENE_STALE };

struct scene_link {
    enum scene_link_phase phase;
    int64_t silent_ms; /* since its last byte; the hub beats every 15 s */
    int64_t stale_ms;  /* how long it has been stale */
    int64_t retry_ms;  /* until the next attempt, -1 none planned */
    const char *fault; /* "" without */
};

struct legend_entry {
    char text[64];
    enum role role;
    uint32_t count;
};

/* What colours mean right now. */
struct colouring {
    struct dimension by; /* none or `state`: the states' own colours */
    bool is_state;
    bool is_ramp; /* of a number or an age: low and high span it */
    double low, high;
    struct legend_entry entries[SCENE_LEGEND];
    uint32_t entry_count;
    uint32_t
        values[SCENE_LEGEND]; /* of a tag: numbers of the values that have a colour */
};

struct table_options { /* what a view file's `with` gave the table */
    struct dimension columns[SCENE_COLUMNS];
    uint32_t column_count;
};

struct scene_hint {
    char keys[24];
    const char *label;
    bool stays; /* however narrow the screen */
};

struct scene_help { /* one row of the help: an action, or a heading if keys and name are
                       empty */
    char keys[48];
    const char *name;
    const char *help;
};

enum scene_fetch { FETCH_NONE, FETCH_WAITING, FETCH_DONE, FETCH_FAILED };

struct audit_entry {
    int64_t time_ms, count;
    char who[64], from[64], verb[48], target[256], reason[256];
    char outcome[32], fault[256]; /* why it failed, "" if it did not */
    bool refused;
};

struct scene_audit {
    enum scene_fetch fetch;
    char fault[256];
    struct audit_entry *entries; /* newest first */
    uint32_t count;
    char chain[256]; /* what the hub found when it computed the chain again; "" not yet */
    bool broken;     /* it was tampered with */
};

struct scene_details { /* what GET /v1/clusters/ID said of the cluster under the cursor */
    enum scene_fetch fetch;
    char id[CLUSTER_ID_BYTES + 1];
    char fault[256];
    const struct yaml *tree; /* the answer, NULL without one */
    int64_t at_ms;           /* when it came */
};

enum form_phase {
    FORM_CLOSED,
    FORM_EDIT,
    FORM_ASKING,
    FORM_CONFIRM,
    FORM_SENDING,
    FORM_MOVED,
    FORM_CONFLICT,
    FORM_DONE
};

struct form_field {
    const char *label;
    const char *text;
    int cursor_column; /* -1: not the one being edited */
};

struct scene_form { /* maintenance over a frozen set */
    enum form_phase phase;
    bool start;
    const char *target; /* the selector in words */
    struct form_field fields[3];
    uint32_t field_count;
    uint32_t count;           /* frozen */
    bool counted;             /* the hub has said the count */
    const char *const *names; /* the first of them */
    uint32_t name_count;
    const char *notice; /* fault, who joined and left, what conflicts; "" */
    const char *hint;   /* what the keys do now */
    char confirm[24];   /* what must be typed, "" if nothing */
};

struct ticker {
    bool any;
    uint32_t slot; /* FLEET_NONE: the text stands alone */
    int64_t since_ms;
    char text[256]; /* of a source's mass loss; otherwise the cluster's reason is shown */
};

struct scene {
    const struct fleet *fleet;
    const struct selection *selection;
    const struct colouring *colouring;
    int64_t now_ms;
    bool ascii;
    bool mono; /* no colour reaches the eye: shapes must say it all */

    const char *fleet_name, *view_name, *view_title;
    const char *subject, *role, *scope;
    const char *read_only; /* why writes are off; NULL: they are on */
    bool simulated;
    struct scene_link link;

    struct str filter;        /* in force */
    const char *filter_error; /* of what is being typed, "" */

    struct dimension group[SCENE_LEVELS];
    bool worst_first;      /* groups; otherwise by name */
    struct dimension sort; /* none: worst first */
    bool sort_reverse;

    uint32_t cursor;       /* slot, or FLEET_NONE */
    const char *cursor_id; /* also of one that is not there; "" none */
    const uint8_t *marks;  /* by slot, mark_ceiling long */
    uint32_t mark_ceiling, mark_count;
    uint32_t top;  /* first line of the view's list, groups or rows */
    uint32_t line; /* the line under the cursor in lists that are not clusters: sources,
                      audit, help */
    const uint32_t *worst; /* slots, what a map lists below */
    uint32_t worst_count;  /* as many as there is room for */
    bool marks_shown;      /* the colouring can be seen: the map has marks, not lines */
    struct ticker ticker;
    uint8_t stale_sources[FLEET_SOURCES]; /* 1: nothing new is heard of it */

    const struct scene_hint *hints;
    uint32_t hint_count;
    const struct scene_help *help;
    uint32_t help_count;
    const struct scene_audit *audit;
    const struct scene_details *details;
    const struct scene_form *form;
    const struct table_options *table; /* of the panel being drawn */

    /* The bottom line while something is typed or said. */
    const char *prompt; /* ":" or "/", or a question; NULL: hints are shown */
    struct str input;
    int input_column;    /* of the cursor within the input, in columns */
    const char *message; /* NULL without */
    bool message_bad;
    const char *const *choices;       /* completion, shown above the line */
    uint32_t choice_count, choice_at; /* choice_at = choice_count: none chosen */
};

#endif
