/*
 * cluster -- all that is known of the cluster under the cursor: axes with reasons and
 * ages, layers, hardware, place, tags, and what the hub's details add. A list of lines,
 * so that it scrolls on any screen.
 */
#include <math.h>
#include <stdio.h>

#include "base/text.h"
#include "console/panel/details.h"
#include "console/panel/lines.h"
#include "console/panel/panel.h"

/* What is not known has no age. */
static void
not_known(struct lines *lines, struct str label)
{
    lines_fact(lines, label, STYLE(ROLE_FAINT), STR("not known"), "", STR(""));
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
    if (lines_next(lines, &ink)) {
        ink_rune(
            &ink, style_of_state(cluster->state), rune_of_state(scene, cluster->state));
        ink_text(&ink, STYLE(ROLE_TEXT), " ");
        ink_str(&ink, BOLD(ROLE_TEXT), fleet_display_name(scene->fleet, cluster));
        ink.x += 2;
        ink_print(&ink, style_of_word(cluster), "%s %s", state_name(cluster->state), age);
        if (cluster->beneath != cluster->state)
            ink_print(&ink, STYLE(ROLE_DIM), " over %s",
                state_name((enum state)cluster->beneath));
        ink_text(&ink, STYLE(ROLE_TEXT), "  ");
        if (cluster->state != STATE_MAINTENANCE) /* below, in full */
            ink_reason(&ink, scene, STYLE(ROLE_TEXT), cluster);
    }
    details_window(lines, cluster);
    lines_heading(lines, "axes");
    for (int axis = 0; axis < AXES; axis++) {
        const struct axis_fact *it = &cluster->axes[axis];

        print_age(scene, (int64_t)it->since_s * 1000, age);
        (axis == AXIS_CONNECTIVITY ? lines_fact : lines_told)(lines,
            str_from(axis_name((enum axis)axis)),
            STYLE(axis_role((enum axis)axis, it->value)),
            str_from(axis_value_name((enum axis)axis, it->value)), age,
            it->reason == cluster->reason ? STR("") : intern_str(intern, it->reason));
    }
    print_age(scene, fleet_seen_ms(scene->fleet, cluster), age);
    lines_fact(lines, STR("last heard"), STYLE(ROLE_TEXT),
        str_from(age[0] ? age : "never"), "", STR(""));
}

static void
draw_layers(struct lines *lines, const struct cluster *cluster)
{
    const struct intern *intern = lines->scene->fleet->intern;

    lines_heading(lines, "layers");
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
        lines_told(lines, str_from(layer_name((enum layer)layer)), STYLE(ROLE_TEXT),
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
        lines_told(lines, STR("nodes"),
            STYLE(
                cluster->nodes_ready < cluster->nodes_total ? ROLE_DEGRADED : ROLE_TEXT),
            str_from(text), "", STR(""));
    snprintf(text, sizeof(text), "%d %s", cluster->gpus,
        intern_text(lines->scene->fleet->intern, cluster->gpu_model));
    if (cluster->gpus == UNKNOWN_COUNT)
        not_known(lines, STR("GPUs"));
    else
        lines_told(lines, STR("GPUs"), STYLE(ROLE_TEXT), str_from(text), "", STR(""));
}

static void
draw_hardware(struct lines *lines, const struct cluster *cluster)
{
    const struct intern *intern = lines->scene->fleet->intern;
    char text[300];

    lines_heading(lines, "hardware and place");
    draw_counts(lines, cluster);
    if (!isnan(cluster->latitude)) {
        snprintf(text, sizeof(text), "%.4f, %.4f", (double)cluster->latitude,
            (double)cluster->longitude);
        lines_fact(
            lines, STR("coordinates"), STYLE(ROLE_TEXT), str_from(text), "", STR(""));
    }
    if (cluster->place)
        lines_fact(lines, STR("place"), STYLE(ROLE_TEXT),
            intern_str(intern, cluster->place), "", STR(""));
    if (cluster->timezone)
        lines_fact(lines, STR("time zone"), STYLE(ROLE_TEXT),
            intern_str(intern, cluster->timezone), "", STR(""));
    lines_fact(
        lines, STR("id"), STYLE(ROLE_TEXT), intern_str(intern, cluster->id), "", STR(""));
}

static void
draw_tags(struct lines *lines, const struct cluster *cluster)
{
    const struct intern *intern = lines->scene->fleet->intern;

    lines_heading(lines, "tags");
    for (uint32_t i = 0; i < cluster->tag_count; i++)
        lines_fact(lines, intern_str(intern, cluster->tags[i].key), STYLE(ROLE_TEXT),
            intern_str(intern, cluster->tags[i].value), "", STR(""));
}

static void
draw_all(struct lines *lines)
{
    const struct scene *scene = lines->scene;
    const struct cluster *cluster =
        scene->cursor == FLEET_NONE ? NULL : fleet_at(scene->fleet, scene->cursor);
    struct ink ink;

    if (!cluster) {
        if (!lines_next(lines, &ink))
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
    details_draw(lines, cluster);
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
    struct lines lines = {
        .scene = scene, .canvas = canvas, .rect = rect, .first = scene->line
    };

    draw_all(&lines);
    if (lines.at > scene->line + (uint32_t)rect.height)
        draw_lines_more(scene, canvas, rect,
            lines.at - scene->line - (uint32_t)rect.height + 1, "line");
}
