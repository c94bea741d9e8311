/*
 * frame -- a session as a scene, and a scene on a canvas: title, the view's panels, the
 * bottom line, and what lies over them. Call session_tick first.
 */
#ifndef CONSOLE_FRAME_H
#define CONSOLE_FRAME_H

#include "console/session.h"

#define FRAME_LEAST_WIDTH  40
#define FRAME_LEAST_HEIGHT 8

/* Borrowed from the session until it changes. `form` is where the form goes. */
void frame_scene(
    const struct session *session, struct scene *scene, struct scene_form *form);

/* Where the view's list is on a screen of the session's size; false if it has none or is
 * too small. */
bool frame_list(
    const struct session *session, const struct panel_class **class, struct rect *rect);

void frame_draw(struct session *session, struct canvas *canvas);

#endif
