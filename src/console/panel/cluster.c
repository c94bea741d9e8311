/*
 * cluster -- all that is known of the cluster under the cursor: axes with reasons and
 * ages, layers, hardware, place, tags, and what the hub's details add. A list of lines,
 * so that it scrolls on any screen.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "console/panel/draw.h"
#include "console/panel/panel.h"

#define LABEL_WIDTH  16
#define VALUE_WIDTH  26
#define DETAIL_DEPTH 4

/* Lines are drawn or only counted: one walk for both, so that the two cannot disagree. */
struct lines {
    const struct scene *scene;
    struct canvas *canvas; /* NULL: only count */
    struct rect rect;
    uint32_t at;
    char old[16]; /* how old what the site itself told is; "" while it is heard */
};

/* A ink on the next line; false if that line is not on the screen. */
static bool
next_line(struct lines *lines, struct ink *ink)
{
    uint32_t line = lines->at++;

    if (!lines->canvas || line < lines->scene->line ||
        line - lines->scene->line >= (uint32_t)lines->rect.height)
        return false;
    *ink = ink_at(lines->canvas, lines->rect, 1, (int)(line - lines->scene->line));
    return true;
}

static void
heading(struct lines *lines, const char *text)
{
    struct ink ink;

    next_line(lines, &ink);
    if (!next_line(lines, &ink))
        return;
    ink_text(&ink, BOLD(ROLE_TEXT), text);
    if (ink_room(&ink) > 4)
        canvas_hairline(lines->canvas, lines->rect, ink.x + 1, ink.y, ink_room(&ink) - 2,
            STYLE(ROLE_FAINT));
}

/* label, value, age, why: in columns. */
static void
fact(struct lines *lines, struct str label, struct style style, struct str value,
    const char *age, struct str why)
{
    struct ink ink;
    struct ink part;

    if (!next_line(lines, &ink))
        return;
    ink.x = 2;
    part = ink;
    part.rect.width = 2 + LABEL_WIDTH;
    ink_str(&part, STYLE(ROLE_DIM), label);
    ink.x = 2 + LABEL_WIDTH + 1;
    part = ink;
    if (age[0] || why.length)
        part.rect.width = ink.x + VALUE_WIDTH;
    ink_str(&part, style, value);
    canvas_text_right(lines->canvas, lines->rect, ink.x + VALUE_WIDTH + 6, ink.y,
        STYLE(ROLE_DIM), str_from(age));
    ink.x += VALUE_WIDTH + 8;
    ink_str(&ink, STYLE(ROLE_TEXT), why);
}

/* A fact that the site itself told: while nothing is heard of it, dim and with its age.
 */
static void
told(struct lines *lines, struct str label, struct style style, struct str value,
    const char *age, struct str why)
{
    char text[640];

    if (!lines->old[0]) {
        fact(lines, label, style, value, age, why);
        return;
    }
    snprintf(text, sizeof(text), "%.*s (%s old)", STR_ARG(value), lines->old);
    fact(lines, label, STYLE(ROLE_DIM), str_from(text), age, why);
}

/* What is not known has no age. */
static void
not_known(struct lines *lines, struct str label)
{
    fact(lines, label, STYLE(ROLE_FAINT), STR("not known"), "", STR(""));
}

static enum role
axis_role(enum axis axis, uint8_t value)
{
    if (axis == AXIS_HEALTH && value == HEALTH_FAILING)
        return ROLE_DOWN;
    if (axis == AXIS_HEALTH && value == HEALTH_DEGRADED)
        return ROLE_DEGRADED;
    if (axis == AXIS_CONNECTIVITY && value == CONNECTIVITY_DISCONNECTED)
        return ROLE_OFFLINE;
    if (axis == AXIS_SYNC && (value == SYNC_BLOCKED || value == SYNC_REVERTED))
        return ROLE_DEGRADED;
    return ROLE_TEXT;
}

static void
draw_state(struct lines *lines, const struct cluster *cluster)
{
    const struct scene *scene = lines->scene;
    const struct intern *intern = scene->fleet->intern;
    struct ink ink;
    char age[16];

    print_age(scene, (int64_t)cluster->since_s * 1000, age);
    if (next_line(lines, &ink)) {
        ink_rune(
            &ink, style_of_state(cluster->state), rune_of_state(scene, cluster->state));
        ink_text(&ink, STYLE(ROLE_TEXT), " ");
        ink_str(&ink, BOLD(ROLE_TEXT), fleet_display_name(scene->fleet, cluster));
        ink_print(
            &ink, style_of_word(cluster), "  %s %s", state_name(cluster->state), age);
        if (cluster->beneath != cluster->state)
            ink_print(&ink, STYLE(ROLE_DIM), " over %s",
                state_name((enum state)cluster->beneath));
        ink_text(&ink, STYLE(ROLE_TEXT), "  ");
        ink_str(&ink, STYLE(ROLE_TEXT), intern_str(intern, cluster->reason));
    }
    heading(lines, "axes");
    for (int axis = 0; axis < AXES; axis++) {
        const struct axis_fact *it = &cluster->axes[axis];

        print_age(scene, (int64_t)it->since_s * 1000, age);
        (axis == AXIS_CONNECTIVITY ? fact : told)(lines,
            str_from(axis_name((enum axis)axis)),
            STYLE(axis_role((enum axis)axis, it->value)),
            str_from(axis_value_name((enum axis)axis, it->value)), age,
            intern_str(intern, it->reason));
    }
    print_age(scene, fleet_seen_ms(scene->fleet, cluster), age);
    fact(lines, STR("last heard"), STYLE(ROLE_TEXT), str_from(age[0] ? age : "never"), "",
        STR(""));
    if (cluster->maintenance)
        fact(lines, STR("maintenance"), STYLE(ROLE_MAINTENANCE),
            intern_str(intern, cluster->maintenance), "", STR(""));
}

static void
draw_layers(struct lines *lines, const struct cluster *cluster)
{
    const struct intern *intern = lines->scene->fleet->intern;

    heading(lines, "layers");
    for (int layer = 0; layer < LAYERS; layer++) {
        const struct versions *it = &cluster->versions[layer];
        char text[600];

        if (!it->actual && !it->desired) {
            not_known(lines, str_from(layer_name((enum layer)layer)));
            continue;
        }
        if (!it->desired || it->desired == it->actual)
            snprintf(text, sizeof(text), "%s", intern_text(intern, it->actual));
        else
            snprintf(text, sizeof(text), "%s %s %s",
                it->actual ? intern_text(intern, it->actual) : "?",
                lines->scene->ascii ? "->" : "→", intern_text(intern, it->desired));
        told(lines, str_from(layer_name((enum layer)layer)), STYLE(ROLE_TEXT),
            str_from(text), "", STR(""));
    }
}

static void
draw_counts(struct lines *lines, const struct cluster *cluster)
{
    char text[300];

    snprintf(
        text, sizeof(text), "%d of %d ready", cluster->nodes_ready, cluster->nodes_total);
    if (cluster->nodes_total == UNKNOWN_COUNT)
        not_known(lines, STR("nodes"));
    else
        told(lines, STR("nodes"),
            STYLE(
                cluster->nodes_ready < cluster->nodes_total ? ROLE_DEGRADED : ROLE_TEXT),
            str_from(text), "", STR(""));
    snprintf(text, sizeof(text), "%d %s", cluster->gpus,
        intern_text(lines->scene->fleet->intern, cluster->gpu_model));
    if (cluster->gpus == UNKNOWN_COUNT)
        not_known(lines, STR("GPUs"));
    else
        told(lines, STR("GPUs"), STYLE(ROLE_TEXT), str_from(text), "", STR(""));
}

static void
draw_hardware(struct lines *lines, const struct cluster *cluster)
{
    const struct intern *intern = lines->scene->fleet->intern;
    char text[300];

    heading(lines, "hardware and place");
    draw_counts(lines, cluster);
    if (!isnan(cluster->latitude)) {
        snprintf(text, sizeof(text), "%.4f, %.4f", (double)cluster->latitude,
            (double)cluster->longitude);
        fact(lines, STR("coordinates"), STYLE(ROLE_TEXT), str_from(text), "", STR(""));
    }
    if (cluster->place)
        fact(lines, STR("place"), STYLE(ROLE_TEXT), intern_str(intern, cluster->place),
            "", STR(""));
    if (cluster->timezone)
        fact(lines, STR("time zone"), STYLE(ROLE_TEXT),
            intern_str(intern, cluster->timezone), "", STR(""));
    fact(lines, STR("source"), STYLE(ROLE_TEXT), intern_str(intern, cluster->source), "",
        STR(""));
    fact(lines, STR("id"), STYLE(ROLE_DIM), intern_str(intern, cluster->id), "", STR(""));
}

static void
draw_tags(struct lines *lines, const struct cluster *cluster)
{
    const struct intern *intern = lines->scene->fleet->intern;

    heading(lines, "tags");
    for (uint32_t i = 0; i < cluster->tag_count; i++)
        fact(lines, intern_str(intern, cluster->tags[i].key), STYLE(ROLE_TEXT),
            intern_str(intern, cluster->tags[i].value), "", STR(""));
}

/* What the row has already said is not said twice. */
static bool
in_the_row(const char *key)
{
    static const char *const known[] = { "id", "name", "source", "tags", "connectivity",
        "health", "sync", "maintenance", "state", "beneath", "reason", "since", "seen",
        "versions", "nodes", "gpus", "location", NULL };

    for (int i = 0; known[i]; i++)
        if (strcmp(key, known[i]) == 0)
            return true;
    return false;
}

/* A tree of the hub's as indented lines: whatever it knows is shown, whatever its shape.
 * Without recursion. */
static void
draw_tree(struct lines *lines, const struct yaml *first)
{
    const struct yaml *stack[DETAIL_DEPTH] = { first };
    int depth = 0;

    while (depth >= 0) {
        const struct yaml *at = stack[depth];
        char label[80];

        if (!at) {
            depth--;
            continue;
        }
        stack[depth] = at->next;
        if (depth == 0 && at->key && in_the_row(at->key))
            continue;
        snprintf(label, sizeof(label), "%*s%s", depth * 2, "", at->key ? at->key : "-");
        fact(lines, str_from(label), STYLE(ROLE_TEXT),
            at->kind == YAML_SCALAR ? str_from(at->text) : STR(""), "", STR(""));
        if (at->kind != YAML_SCALAR && depth + 1 < DETAIL_DEPTH)
            stack[++depth] = at->first;
    }
}

static void
draw_details(struct lines *lines, const struct cluster *cluster)
{
    const struct scene *scene = lines->scene;
    const struct scene_details *details = scene->details;
    struct ink ink;
    char age[16];

    if (!details || !str_is(intern_str(scene->fleet->intern, cluster->id), details->id))
        return;
    heading(lines, "details");
    print_age(scene, details->at_ms, age);
    switch (details->fetch) {
    case FETCH_NONE:
        return;
    case FETCH_WAITING:
        if (!details->tree && next_line(lines, &ink))
            ink_text(&ink, STYLE(ROLE_DIM), "asking the hub");
        break;
    case FETCH_FAILED:
        if (next_line(lines, &ink))
            ink_print(&ink, STYLE(ROLE_WARNING), "the hub said: %s", details->fault);
        break;
    case FETCH_DONE:
        break;
    }
    if (details->tree) {
        fact(lines, STR("as of"), STYLE(ROLE_DIM), str_from(age), "", STR(""));
        draw_tree(lines, details->tree->first);
    }
}

static void
draw_all(struct lines *lines)
{
    const struct scene *scene = lines->scene;
    const struct cluster *cluster =
        scene->cursor == FLEET_NONE ? NULL : fleet_at(scene->fleet, scene->cursor);
    struct ink ink;

    if (!cluster) {
        if (!next_line(lines, &ink))
            return;
        if (scene->cursor_id[0])
            ink_print(&ink, STYLE(ROLE_WARNING), "%s is %s", scene->cursor_id,
                scene->link.phase == SCENE_LIVE ? "no longer in the fleet"
                                                : "not in what was heard so far");
        else
            ink_text(&ink, STYLE(ROLE_DIM), "no site under the cursor");
        return;
    }
    cluster_is_old(scene, cluster, lines->old);
    draw_state(lines, cluster);
    draw_layers(lines, cluster);
    draw_hardware(lines, cluster);
    draw_tags(lines, cluster);
    draw_details(lines, cluster);
}

int
panel_cluster_page(const struct scene *scene, struct rect rect)
{
    (void)scene;
    return rect.height;
}

uint32_t
panel_cluster_lines(const struct scene *scene)
{
    struct lines lines = { .scene = scene };

    draw_all(&lines);
    return lines.at;
}

void
panel_cluster_draw(const struct scene *scene, struct canvas *canvas, struct rect rect)
{
    struct lines lines = { .scene = scene, .canvas = canvas, .rect = rect };

    draw_all(&lines);
    if (lines.at > scene->line + (uint32_t)rect.height)
        draw_lines_more(scene, canvas, rect,
            lines.at - scene->line - (uint32_t)rect.height + 1, "line");
}
