/* details -- see details.h. */
#include "console/panel/details.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"

#define DEPTH 4

/* Told by the row, or by a section of its own. */
static const char *const told_elsewhere[] = { "time", "cluster", "held_health", "source",
    "window", "facets", "audit", NULL };

/* The answer about this cluster; NULL: another's, or none yet. */
static const struct yaml *
tree_of(const struct lines *lines, const struct cluster *cluster)
{
    const struct scene_details *details = lines->scene->details;

    if (!details ||
        !str_is(intern_str(lines->scene->fleet->intern, cluster->id), details->id))
        return NULL;
    return details->tree;
}

static const char *
text_of(const struct yaml *map, const char *key)
{
    const struct yaml *at = yaml_get(map, key);

    return at && at->kind == YAML_SCALAR ? at->text : "";
}

/* A time as an age, "" if it is none. */
static const char *
age_of(const struct scene *scene, const char *time, char age[16])
{
    int64_t time_ms = 0;

    age[0] = '\0';
    if (clock_parse_rfc3339(str_from(time), &time_ms))
        print_age(scene, time_ms, age);
    return age;
}

void
details_window(struct lines *lines, const struct cluster *cluster)
{
    const struct scene *scene = lines->scene;
    const struct yaml *window = yaml_get(tree_of(lines, cluster), "window");
    int64_t until_ms = (int64_t)cluster->maintenance_until_s * 1000;
    char text[64], clock[16], age[16], left[24];

    if (!cluster->maintenance)
        return;
    lines_heading(lines, "maintenance");
    clock_print_local(clock, until_ms);
    print_left(scene, until_ms, left);
    snprintf(text, sizeof(text), "in %s, at %.5s", left, clock);
    lines_fact(lines, STR("ends"), STYLE(ROLE_MAINTENANCE),
        str_from(until_ms ? text : "when someone ends it"), "", STR(""));
    if (window) {
        lines_fact(lines, STR("by"), STYLE(ROLE_TEXT), str_from(text_of(window, "by")),
            age_of(scene, text_of(window, "started"), age), STR(""));
        lines_text(
            lines, STR("reason"), STYLE(ROLE_TEXT), str_from(text_of(window, "reason")));
    }
    snprintf(text, sizeof(text), "%s%s%s",
        intern_text(scene->fleet->intern, cluster->maintenance),
        window ? ", sites in it: " : "", window ? text_of(window, "count") : "");
    lines_fact(lines, STR("window"), STYLE(ROLE_DIM), str_from(text), "", STR(""));
}

/* "name node-a, ready true" of a map of scalars; false if there is more in it. */
static bool
flat(const struct yaml *map, char *text, size_t room)
{
    size_t used = 0;

    text[0] = '\0';
    for (const struct yaml *at = map->first; at; at = at->next) {
        if (at->kind != YAML_SCALAR || used >= room)
            return false;
        used += (size_t)snprintf(text + used, room - used, "%s%s%s%s", used ? ", " : "",
            at->key ? at->key : "", at->key ? " " : "", at->text);
    }
    return used < room;
}

static void
draw_node(struct lines *lines, const struct yaml *at, struct str label, bool *deeper)
{
    char text[200], age[16];

    *deeper = false;
    if (at->kind == YAML_SCALAR) {
        age_of(lines->scene, at->text, age);
        snprintf(
            text, sizeof(text), "%s%s", age[0] ? age : at->text, age[0] ? " ago" : "");
    } else if (!at->first)
        snprintf(text, sizeof(text), "none");
    else if (at->key || !flat(at, text, sizeof(text))) {
        text[0] = '\0';
        *deeper = true;
    }
    lines_fact(lines, label, STYLE(ROLE_TEXT), str_from(text), "", STR(""));
}

/* A tree of the hub's as indented lines: whatever it knows is shown, whatever its shape.
 * Without recursion. */
static void
draw_tree(struct lines *lines, const struct yaml *first)
{
    const struct yaml *stack[DEPTH] = { first };
    int depth = 0;

    while (depth >= 0) {
        const struct yaml *at = stack[depth];
        char label[80];
        bool deeper = false;

        if (!at) {
            depth--;
            continue;
        }
        stack[depth] = at->next;
        snprintf(label, sizeof(label), "%*s%s", depth * 2, "", at->key ? at->key : "-");
        draw_node(lines, at, str_from(label), &deeper);
        if (deeper && depth + 1 < DEPTH)
            stack[++depth] = at->first;
    }
}

/* What the upstream says beyond the row, and what this console does not know by name. */
static void
draw_rest(struct lines *lines, const struct yaml *tree)
{
    for (const struct yaml *at = tree->first; at; at = at->next) {
        if (at->kind == YAML_SCALAR || (at->key && str_among(at->key, told_elsewhere)))
            continue;
        draw_tree(lines, at->first);
    }
}

/* Resource, object, and how long ago it was read. */
static void
draw_facets(struct lines *lines, const struct yaml *facets)
{
    char age[16];

    if (!facets || !facets->first)
        return;
    lines_heading(lines, "learned from");
    for (const struct yaml *at = facets->first; at; at = at->next)
        lines_fact(lines, str_from(text_of(at, "source")), STYLE(ROLE_TEXT),
            str_from(text_of(at, "resource")),
            age_of(lines->scene, text_of(at, "observed_at"), age),
            str_from(text_of(at, "object")));
}

/* Newest first; what has an outcome is told by it. */
static void
draw_audit(struct lines *lines, const struct yaml *audit)
{
    bool headed = false;
    char age[16], why[400];

    for (const struct yaml *at = audit ? audit->first : NULL; at; at = at->next) {
        if (strcmp(text_of(at, "kind"), "intent") == 0)
            continue;
        if (!headed)
            lines_heading(lines, "who did what");
        headed = true;
        snprintf(
            why, sizeof(why), "%s  %s", text_of(at, "result"), text_of(at, "reason"));
        lines_fact(lines, str_from(text_of(at, "subject")), STYLE(ROLE_TEXT),
            str_from(text_of(at, "verb")), age_of(lines->scene, text_of(at, "time"), age),
            str_from(why));
    }
}

/* Which of waiting and failed it is; nothing when the answer is there. */
static void
draw_fetch(struct lines *lines, const struct scene_details *details)
{
    struct ink ink;

    if (details->fetch == FETCH_FAILED)
        lines_text(
            lines, STR("the hub said"), STYLE(ROLE_WARNING), str_from(details->fault));
    else if (!details->tree && lines_next(lines, &ink)) {
        ink.x = 2;
        ink_text(&ink, STYLE(ROLE_DIM), "asking the hub");
    }
}

void
details_draw(struct lines *lines, const struct cluster *cluster)
{
    const struct scene *scene = lines->scene;
    const struct scene_details *details = scene->details;
    const struct yaml *tree = tree_of(lines, cluster);
    char age[16], heading[40];

    if (!details || details->fetch == FETCH_NONE ||
        !str_is(intern_str(scene->fleet->intern, cluster->id), details->id))
        return;
    print_age(scene, details->at_ms, age);
    snprintf(heading, sizeof(heading), "details%s%s%s", tree ? ", asked " : "",
        tree ? age : "", tree ? " ago" : "");
    lines_heading(lines, heading);
    draw_fetch(lines, details);
    if (!tree)
        return;
    draw_rest(lines, tree);
    draw_facets(lines, yaml_get(tree, "facets"));
    draw_audit(lines, yaml_get(tree, "audit"));
}
