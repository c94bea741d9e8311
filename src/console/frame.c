/* frame -- from session to cells. */
#include "console/frame.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "console/panel/map_plan.h"

#define FORM_HEIGHT 16

static enum scene_link_phase
link_phase(enum link_phase phase)
{
    switch (phase) {
    case LINK_IDLE:
    case LINK_CONNECTING:
        return SCENE_CONNECTING;
    case LINK_LOADING:
        return SCENE_LOADING;
    case LINK_LIVE:
        return SCENE_LIVE;
    case LINK_STALE:
        return SCENE_STALE;
    }
    return SCENE_CONNECTING;
}

/* The hub is heard, but while a source is on its way to its first picture the sum is not
 * that of the fleet. */
static void
scene_sources(const struct session *session, struct scene *scene)
{
    for (uint32_t i = 0; i < session->fleet->source_count && i < FLEET_SOURCES; i++) {
        const struct fleet_source *source = &session->fleet->sources[i];

        if (source->simulated)
            scene->simulated = true;
        scene->stale_sources[i] = source_is_silent(source, session->now_ms);
        if (scene->link.phase == SCENE_LIVE && !source->synced &&
            !scene->stale_sources[i])
            scene->link.phase = SCENE_LOADING;
    }
}

static void
scene_who(const struct session *session, struct scene *scene)
{
    const struct hello *hello = &session->hello;

    scene->fleet_name = hello->fleet[0] ? hello->fleet : hello->hub;
    scene->subject = hello->subject;
    scene->role = hello->role;
    scene->scope = hello->scope;
    scene->simulated = hello->simulated;
    scene->read_only = session_read_only(session);
    scene->link.phase = link_phase(session->link.phase);
    scene->link.stale_ms = session->link.stale_ms;
    scene->link.silent_ms = session->link.heard_ms_ago;
    scene->link.retry_ms = session->link.retry_ms;
    scene->link.fault =
        session->link.fault.code == ERR_NONE ? "" : session->link.fault.text;
    scene_sources(session, scene);
}

static void
scene_input(const struct session *session, struct scene *scene)
{
    scene->message = session->message[0] ? session->message : NULL;
    scene->message_bad = session->message_bad;
    scene->filter_error = session->filter_error;
    if (session->mode == MODE_FILTER || session->mode == MODE_COMMAND) {
        scene->prompt = session->mode == MODE_FILTER ? "/" : ":";
        scene->input = line_text(&session->input);
        scene->input_column = line_column(&session->input);
        scene->choices = (const char *const *)session->choices;
        scene->choice_count = session->choice_count;
        scene->choice_at = session->choice_at;
    }
    if (session->mode == MODE_FILTER && session->filter_error[0]) {
        scene->message = session->filter_error;
        scene->message_bad = true;
    }
}

void
frame_scene(const struct session *session, struct scene *scene, struct scene_form *form)
{
    memset(scene, 0, sizeof(*scene));
    scene->fleet = session->fleet;
    scene->selection = select_view(session->select);
    scene->colouring = &session->colouring;
    scene->now_ms = session->now_ms;
    scene->ascii = session->ascii;
    scene->mono = session->mono;
    scene->view_name = session->view->name;
    scene->view_title = session->view->title;
    scene->filter = str_from(session->filter);
    memcpy(scene->group, session->group, sizeof(scene->group));
    scene->worst_first = session->worst_first;
    scene->sort = session->sort;
    scene->sort_reverse = session->sort_reverse;
    scene->cursor = session->cursor;
    scene->cursor_id = session->cursor_id;
    scene->marks = session->marks;
    scene->mark_ceiling = (uint32_t)session->mark_ceiling;
    scene->mark_count = session->mark_count;
    scene->top = session->top;
    scene->line = session->line;
    scene->worst = session->worst.lines;
    scene->ticker = session->ticker;
    scene->hints = session->hints;
    scene->hint_count = session->hint_count;
    scene->help = session->help;
    scene->help_count = session->help_count;
    scene->audit = &session->audit;
    scene->details = &session->details;
    form_print(session, form);
    scene->form = form;
    scene_who(session, scene);
    scene_input(session, scene);
}

static struct rect
body_of(const struct session *session)
{
    return (struct rect){ 0, 1, session->width, session->height - 2 };
}

bool
frame_list(
    const struct session *session, const struct panel_class **class, struct rect *rect)
{
    struct placed placed[PLACED];
    int count = 0, width = 0, height = 0;

    if (!view_layout(session->view, body_of(session), placed, &count, &width, &height))
        return false;
    for (int i = 0; i < count; i++)
        if (placed[i].panel->class->list != LIST_NONE) {
            *class = placed[i].panel->class;
            *rect = placed[i].rect;
            return true;
        }
    return false;
}

/* The smallest shift of the window [top, top + page) that has `at` in it. */
static uint32_t
window(uint32_t top, uint32_t page, uint32_t at, uint32_t count)
{
    if (page == 0 || count <= page)
        return 0;
    if (at < top)
        top = at;
    if (at >= top + page)
        top = at - page + 1;
    return top > count - page ? count - page : top;
}

static void
settle_lines(struct session *session, const struct scene *scene,
    const struct panel_class *class, uint32_t page)
{
    uint32_t count = class->lines(scene);
    uint32_t last =
        class->scrolls ? (count > page ? count - page : 0) : (count ? count - 1 : 0);

    if (session->line > last)
        session->line = last;
    if (!class->scrolls)
        session->top = window(session->top, page, session->line, count);
}

static void
settle_clusters(struct session *session, const struct panel_class *class,
    struct rect rect, uint32_t page)
{
    const struct selection *selection = select_view(session->select);
    uint32_t at = 0, place = 0;

    if (class->page) {
        at = select_row_of(session->select, session->cursor);
        if (at != FLEET_NONE)
            session->top = window(session->top, page, at, selection->count);
        return;
    }
    if (rect.height < 2 || selection->ranked_count <= (uint32_t)rect.height)
        session->top = 0;
    else if (map_plan_find(selection, session->cursor, &at, &place))
        session->top =
            window(session->top, (uint32_t)rect.height - 1, at, selection->ranked_count);
}

/* What room a map leaves below lists what needs a look, under a heading. */
static void
settle_worst(struct session *session, struct scene *scene, struct rect rect)
{
    struct map_plan plan = map_plan(scene, rect);
    int room = rect.height - plan.used - 2;

    scene->marks_shown = plan.zoom != MAP_LINES;
    worst_update(&session->worst, session->fleet, select_view(session->select),
        room < 2 ? 0 : (uint32_t)room);
    scene->worst_count = session->worst.count;
}

/* The list shows what the cursor is on. */
static void
settle_list(struct session *session, struct scene *scene)
{
    const struct panel_class *class = NULL;
    struct rect rect;
    int page = 0;

    if (!frame_list(session, &class, &rect))
        return;
    session->body = rect;
    if (class->page)
        page = class->page(scene, rect);
    if (page < 0)
        page = 0;
    if (class->list == LIST_LINES)
        settle_lines(session, scene, class, (uint32_t)page);
    else
        settle_clusters(session, class, rect, (uint32_t)page);
    scene->top = session->top;
    scene->line = session->line;
    if (class->list == LIST_CLUSTERS && !class->page)
        settle_worst(session, scene, rect);
}

static void
draw_too_small(const struct session *session, struct canvas *canvas, struct rect rect,
    int width, int height)
{
    if (width < FRAME_LEAST_WIDTH)
        width = FRAME_LEAST_WIDTH;
    if (height + 2 < FRAME_LEAST_HEIGHT)
        height = FRAME_LEAST_HEIGHT - 2;
    canvas_print(canvas, rect, 0, 0, STYLE(ROLE_WARNING), "too small: %dx%d",
        session->width, session->height);
    canvas_print(canvas, rect, 0, 1, STYLE(ROLE_TEXT), "%s needs %dx%d",
        session->view->name, width, height + 2);
}

static void
draw_choices(const struct scene *scene, struct canvas *canvas, struct rect rect)
{
    int x = 1;

    if (scene->choice_count == 0)
        return;
    rect.y += rect.height - 1;
    rect.height = 1;
    canvas_fill(canvas, rect, (struct style){ ROLE_TEXT, ROLE_STRIP, 0 });
    for (uint32_t i = 0; i < scene->choice_count && x < rect.width - 4; i++) {
        struct style style = { ROLE_DIM, ROLE_STRIP, 0 };

        if (i == scene->choice_at)
            style = (struct style){ ROLE_ACCENT, ROLE_SELECTION, ATTRIBUTE_BOLD };
        x += canvas_text(canvas, rect, x, 0, style, str_from(scene->choices[i])) + 2;
    }
}

static void
draw_form(const struct scene *scene, struct canvas *canvas, struct rect body)
{
    int height = body.height < FORM_HEIGHT ? body.height : FORM_HEIGHT;
    struct rect rect = { body.x, body.y + body.height - height, body.width, height };

    if (scene->form->phase != FORM_CLOSED)
        panel_form_draw(scene, canvas, rect);
}

void
frame_draw(struct session *session, struct canvas *canvas)
{
    struct placed placed[PLACED];
    struct scene scene;
    struct scene_form form;
    struct rect body;
    int count = 0, width = 0, height = 0;

    session_resize(session, canvas->width, canvas->height);
    canvas->ascii = session->ascii;
    canvas_clear(canvas);
    canvas->cursor_x = canvas->cursor_y = canvas->focus_y = -1;
    body = body_of(session);
    frame_scene(session, &scene, &form);
    settle_list(session, &scene);
    panel_title_draw(&scene, canvas, (struct rect){ 0, 0, canvas->width, 1 });
    if (!view_layout(session->view, body, placed, &count, &width, &height) ||
        canvas->width < FRAME_LEAST_WIDTH || canvas->height < FRAME_LEAST_HEIGHT) {
        draw_too_small(session, canvas, body, width, height);
        count = 0;
    }
    for (int i = 0; i < count; i++) {
        scene.table = &placed[i].panel->table;
        placed[i].panel->class->draw(&scene, canvas, placed[i].rect);
    }
    draw_form(&scene, canvas, body);
    draw_choices(&scene, canvas, body);
    height = panel_hints_height(&scene, canvas->width);
    panel_hints_draw(&scene, canvas,
        (struct rect){ 0, canvas->height - height, canvas->width, height });
    session->dirty = session->dirty_now = false;
}
