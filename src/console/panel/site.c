/* site -- the strip about the cluster under the cursor: state, since, why, where;
 * versions, nodes, GPUs. */
#include <math.h>
#include <stdio.h>

#include "base/text.h"
#include "console/panel/draw.h"
#include "console/panel/panel.h"

static void
draw_state(const struct scene *scene, const struct cluster *cluster, struct ink *ink)
{
    const struct intern *intern = scene->fleet->intern;
    char age[16];

    ink_rune(ink, style_of_state(cluster->state), rune_of_state(scene, cluster->state));
    ink_text(ink, STYLE(ROLE_TEXT), " ");
    ink_str(ink, BOLD(ROLE_TEXT), fleet_display_name(scene->fleet, cluster));
    print_age(scene, (int64_t)cluster->since_s * 1000, age);
    ink->x += 2;
    ink_print(ink, style_of_word(cluster), "%s %s", state_name(cluster->state), age);
    if (cluster->beneath != cluster->state)
        ink_print(
            ink, STYLE(ROLE_DIM), " over %s", state_name((enum state)cluster->beneath));
    ink_text(ink, STYLE(ROLE_TEXT), "  ");
    ink_reason(ink, scene, STYLE(ROLE_TEXT), cluster);
    if (cluster->place) {
        ink_text(ink, STYLE(ROLE_DIM), "   ");
        ink_str(ink, STYLE(ROLE_DIM), intern_str(intern, cluster->place));
    }
}

/* Silent clusters and silent sources say how old what is shown is; it is dim then. */
static enum role
draw_seen(const struct scene *scene, const struct cluster *cluster, struct ink *ink)
{
    char age[16];

    if (!cluster_is_old(scene, cluster, age))
        return ROLE_TEXT;
    ink_text(ink, STYLE(ROLE_DIM), "last heard ");
    ink_print(ink, STYLE(ROLE_OFFLINE), "%s   ", age[0] ? age : "never");
    return ROLE_DIM;
}

static void
draw_versions(const struct scene *scene, const struct cluster *cluster, enum role role,
    struct ink *ink)
{
    static const enum layer order[] = { LAYER_MODEL, LAYER_APP, LAYER_ADDONS,
        LAYER_KUBERNETES, LAYER_OS };
    const struct intern *intern = scene->fleet->intern;

    for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
        const struct versions *versions = &cluster->versions[order[i]];

        if (!versions->actual && !versions->desired)
            continue;
        ink_print(ink, STYLE(ROLE_DIM), "%s ", layer_name(order[i]));
        ink_str(ink, STYLE(role),
            versions->actual ? intern_str(intern, versions->actual) : STR("?"));
        if (versions->desired && versions->desired != versions->actual) {
            ink_text(ink, STYLE(ROLE_DIM), scene->ascii ? " -> " : " → ");
            ink_str(ink, STYLE(role == ROLE_TEXT ? ROLE_UPDATING : role),
                intern_str(intern, versions->desired));
        }
        ink_text(ink, STYLE(ROLE_DIM), "   ");
    }
}

static void
draw_hardware(const struct scene *scene, const struct cluster *cluster, enum role role,
    struct ink *ink)
{
    bool short_of = cluster->nodes_ready < cluster->nodes_total;

    if (cluster->nodes_total != UNKNOWN_COUNT) {
        ink_text(ink, STYLE(ROLE_DIM), "nodes ");
        ink_print(ink, STYLE(short_of && role == ROLE_TEXT ? ROLE_DEGRADED : role),
            "%d/%d   ", cluster->nodes_ready, cluster->nodes_total);
    }
    if (cluster->gpus == 0)
        ink_text(ink, STYLE(ROLE_DIM), "no GPU");
    else if (cluster->gpus != UNKNOWN_COUNT) {
        ink_text(ink, STYLE(ROLE_DIM), "GPU ");
        ink_print(ink, STYLE(role), "%d", cluster->gpus);
        if (cluster->gpu_model)
            ink_text(ink, STYLE(role), scene->ascii ? "x" : "×");
        ink_str(ink, STYLE(role), intern_str(scene->fleet->intern, cluster->gpu_model));
    }
}

static void
draw_tags(const struct scene *scene, const struct cluster *cluster, struct ink *ink)
{
    for (uint32_t i = 0; i < cluster->tag_count && ink_room(ink) > 8; i++) {
        struct str key = intern_str(scene->fleet->intern, cluster->tags[i].key);
        struct str value = intern_str(scene->fleet->intern, cluster->tags[i].value);

        ink_str(ink, STYLE(ROLE_DIM), key);
        ink_text(ink, STYLE(ROLE_DIM), "=");
        ink_str(ink, STYLE(ROLE_TEXT), value);
        ink_text(ink, STYLE(ROLE_DIM), "  ");
    }
}

void
panel_site_draw(const struct scene *scene, struct canvas *canvas, struct rect rect)
{
    const struct cluster *cluster =
        scene->cursor == FLEET_NONE ? NULL : fleet_at(scene->fleet, scene->cursor);
    struct rect inner = rect_inset(rect, 1, 0);
    struct ink ink = ink_at(canvas, inner, 0, 1);
    enum role role = ROLE_TEXT;

    canvas_hairline(canvas, rect, 0, 0, rect.width, STYLE(ROLE_FAINT));
    if (!cluster) {
        ink_text(&ink, STYLE(ROLE_DIM), "no site under the cursor");
        return;
    }
    draw_state(scene, cluster, &ink);
    ink = ink_at(canvas, inner, 2, 2);
    role = draw_seen(scene, cluster, &ink);
    draw_versions(scene, cluster, role, &ink);
    draw_hardware(scene, cluster, role, &ink);
    if (rect.height < 4) {
        ink_text(&ink, STYLE(ROLE_DIM), "   ");
        draw_tags(scene, cluster, &ink);
        return;
    }
    ink = ink_at(canvas, inner, 2, 3);
    draw_tags(scene, cluster, &ink);
}
