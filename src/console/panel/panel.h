/*
 * panel -- the one table of what a view file may put on a screen: draw(scene, canvas,
 * rect), and nothing else. A panel changes nothing, waits for nothing, and never touches
 * the terminal.
 */
#ifndef CONSOLE_PANEL_PANEL_H
#define CONSOLE_PANEL_PANEL_H

#include "console/panel/scene.h"

enum panel_list {
    LIST_NONE,
    LIST_CLUSTERS,
    LIST_LINES
}; /* what the cursor moves over in it */

struct panel_class {
    const char *name;
    const char *help;
    int min_width, min_height;
    bool frame; /* on every screen already: no view may name it */
    enum panel_list list;
    bool scrolls;               /* scene.line is the first line shown, not a cursor */
    const char *const *options; /* keys that `with` may have, NULL-ended; NULL: none */
    void (*draw)(const struct scene *scene, struct canvas *canvas, struct rect rect);
    int (*page)(const struct scene *scene,
        struct rect rect); /* lines of its list that fit; NULL: no list */
    uint32_t (*lines)(
        const struct scene *scene); /* LIST_LINES: how many there are; NULL otherwise */
};

extern const struct panel_class panel_classes[];             /* ends with a NULL name */
const struct panel_class *panel_class_find(struct str name); /* NULL */

/* One file each. */
void panel_title_draw(const struct scene *scene, struct canvas *canvas, struct rect rect);
void panel_fleet_bar_draw(
    const struct scene *scene, struct canvas *canvas, struct rect rect);
void panel_legend_draw(
    const struct scene *scene, struct canvas *canvas, struct rect rect);
void panel_map_draw(const struct scene *scene, struct canvas *canvas, struct rect rect);
void panel_site_draw(const struct scene *scene, struct canvas *canvas, struct rect rect);
void panel_table_draw(const struct scene *scene, struct canvas *canvas, struct rect rect);
int panel_table_page(const struct scene *scene, struct rect rect);
void panel_cluster_draw(
    const struct scene *scene, struct canvas *canvas, struct rect rect);
int panel_cluster_page(const struct scene *scene, struct rect rect);
uint32_t panel_cluster_lines(const struct scene *scene);
void panel_sources_draw(
    const struct scene *scene, struct canvas *canvas, struct rect rect);
int panel_sources_page(const struct scene *scene, struct rect rect);
uint32_t panel_sources_lines(const struct scene *scene);
void panel_audit_draw(const struct scene *scene, struct canvas *canvas, struct rect rect);
int panel_audit_page(const struct scene *scene, struct rect rect);
uint32_t panel_audit_lines(const struct scene *scene);
void panel_help_draw(const struct scene *scene, struct canvas *canvas, struct rect rect);
int panel_help_page(const struct scene *scene, struct rect rect);
uint32_t panel_help_lines(const struct scene *scene);
void panel_ticker_draw(
    const struct scene *scene, struct canvas *canvas, struct rect rect);
void panel_hints_draw(const struct scene *scene, struct canvas *canvas, struct rect rect);
/* Lines it needs so that nothing of a message is cut: 1 and more. */
int panel_hints_height(const struct scene *scene, int width);
void panel_form_draw(const struct scene *scene, struct canvas *canvas, struct rect rect);

#endif
