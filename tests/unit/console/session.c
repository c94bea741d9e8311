/* session -- keys in, what is selected and asked for out. */
#include "console/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "console/frame.h"
#include "console/memory.h"
#include "console/palette.h"
#include "helper/check.h"
#include "helper/stores.h"

struct outside { /* what the session asked the world for */
    int sends, writes;
    char path[600], body[4096], copied[600];
    void (*done)(void *user, const struct client_answer *answer);
    void *user;
};

static bool
outside_send(void *user, const struct client_request *request, struct err *err)
{
    struct outside *outside = user;

    (void)err;
    outside->sends++;
    outside->writes += request->method && strcmp(request->method, "GET") != 0;
    snprintf(outside->path, sizeof(outside->path), "%s", request->path);
    snprintf(outside->body, sizeof(outside->body), "%.*s", STR_ARG(request->body));
    outside->done = request->done;
    outside->user = request->user;
    return true;
}

static void
outside_copy(void *user, struct str text)
{
    struct outside *outside = user;

    snprintf(outside->copied, sizeof(outside->copied), "%.*s", STR_ARG(text));
}

struct scenery {
    struct outside outside;
    struct world world;
    struct fleet *fleet;
    struct session *session;
};

static struct scenery *
scenery(uint32_t count, const char *view, const char *role)
{
    struct scenery *scenery = calloc(1, sizeof(*scenery));

    scenery->world = (struct world){
        .send = outside_send, .copy = outside_copy, .user = &scenery->outside
    };
    scenery->fleet = stores_new(count);
    scenery->session = stores_session(scenery->fleet, view, role, false, &scenery->world);
    return scenery;
}

static void
scenery_free(struct scenery *scenery)
{
    session_free(scenery->session);
    fleet_free(scenery->fleet);
    free(scenery);
}

static void
screen_has(struct scenery *scenery, const char *text)
{
    char *screen = stores_text(scenery->session, 120, 36);

    if (!strstr(screen, text))
        fail_msg("no '%s' in\n%s", text, screen);
    free(screen);
}

static void
screen_lacks(struct scenery *scenery, const char *text)
{
    char *screen = stores_text(scenery->session, 120, 36);

    if (strstr(screen, text))
        fail_msg("'%s' in\n%s", text, screen);
    free(screen);
}

static uint32_t
shown(struct scenery *scenery)
{
    return select_view(scenery->session->select)->count;
}

static void
each_keystroke_filters(void **test)
{
    struct scenery *it = scenery(1200, "map", NULL);

    (void)test;
    stores_press(it->session, "/");
    stores_type(it->session, "region=west");
    assert_int_equal(shown(it), 0);
    stores_type(it->session, "-coast");
    assert_true(shown(it) > 200 && shown(it) < 300);
    stores_type(it->session, " state!=healthy");
    assert_true(shown(it) < 30);
    stores_press(it->session, "enter");
    assert_string_equal(it->session->filter, "region=west-coast,state!=healthy");
    screen_has(it, "/ region=west-coast,state!=healthy");
    stores_press(it->session, "esc");
    assert_string_equal(it->session->filter, "");
    assert_int_equal(shown(it), 1200);
    scenery_free(it);
}

static void
a_filter_half_typed_leaves_the_last_answer(void **test)
{
    struct scenery *it = scenery(300, "map", NULL);
    uint32_t before = 0;

    (void)test;
    stores_press(it->session, "/");
    stores_type(it->session, "size=rural");
    before = shown(it);
    stores_type(it->session, ",hours in (");
    assert_int_equal(shown(it), before);
    assert_true(it->session->filter_error[0]);
    stores_press(it->session, "enter");
    assert_int_equal(it->session->mode, MODE_FILTER);
    stores_press(it->session, "esc");
    assert_int_equal(it->session->mode, MODE_NORMAL);
    assert_int_equal(shown(it), 300);
    scenery_free(it);
}

static void
a_filter_that_is_left_gives_the_cursor_back_its_site(void **test)
{
    struct scenery *it = scenery(300, "table", NULL);
    char before[CLUSTER_ID_BYTES + 1];

    (void)test;
    stores_press(it->session, "down down");
    memcpy(before, it->session->cursor_id, sizeof(before));
    stores_press(it->session, "/");
    stores_type(it->session, "~store-0299");
    assert_string_not_equal(it->session->cursor_id, before);
    stores_press(it->session, "esc");
    assert_string_equal(it->session->cursor_id, before);
    stores_press(it->session, "/");
    stores_type(it->session, "~store-0299");
    stores_press(it->session, "enter");
    assert_string_equal(it->session->cursor_id, "demo:store-0299");
    stores_press(it->session, "esc");
    assert_string_equal(it->session->cursor_id, before);
    scenery_free(it);
}

static void
a_bare_word_is_resolved_when_committed(void **test)
{
    struct scenery *it = scenery(300, "table", NULL);

    (void)test;
    stores_press(it->session, "/");
    stores_type(it->session, "store-02");
    stores_press(it->session, "enter");
    assert_string_equal(it->session->filter, "~store-02");
    assert_int_equal(shown(it), 100);
    stores_press(it->session, "=");
    assert_string_equal(
        it->outside.copied, "nocturne --demo get clusters -l '~store-02'");
    scenery_free(it);
}

static void
enter_opens_and_esc_comes_back_to_the_same_cluster(void **test)
{
    struct scenery *it = scenery(300, "table", NULL);
    char before[CLUSTER_ID_BYTES + 1];

    (void)test;
    stores_press(it->session, "down down down");
    memcpy(before, it->session->cursor_id, sizeof(before));
    stores_press(it->session, "enter");
    assert_string_equal(it->session->view->name, "cluster");
    assert_non_null(strstr(it->outside.path, "/v1/clusters/demo"));
    stores_press(it->session, "esc");
    assert_string_equal(it->session->view->name, "table");
    assert_string_equal(it->session->cursor_id, before);
    stores_press(it->session, "esc esc esc");
    assert_false(it->session->quit);
    scenery_free(it);
}

static void
leaving_asks_first(void **test)
{
    struct scenery *it = scenery(50, "map", NULL);

    (void)test;
    stores_press(it->session, "2 q");
    assert_string_equal(it->session->view->name, "map");
    assert_int_equal(it->session->mode, MODE_NORMAL);
    stores_press(it->session, "q n");
    assert_false(it->session->quit);
    stores_press(it->session, "ctrl-c");
    screen_has(it, "leave nocturne?");
    stores_press(it->session, "esc");
    assert_false(it->session->quit);
    stores_press(it->session, "/ ctrl-c y");
    assert_true(it->session->quit);
    scenery_free(it);
}

static void
the_cursor_keeps_its_cluster_through_everything(void **test)
{
    struct scenery *it = scenery(1200, "map", NULL);
    char before[CLUSTER_ID_BYTES + 1];
    static const int sizes[][2] = { { 80, 24 }, { 300, 100 }, { 40, 12 }, { 20, 5 },
        { 120, 36 } };

    (void)test;
    stores_press(it->session, "n n right down");
    memcpy(before, it->session->cursor_id, sizeof(before));
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        free(stores_text(it->session, sizes[i][0], sizes[i][1]));
        assert_string_equal(it->session->cursor_id, before);
    }
    stores_press(it->session, "2 1 g g c o");
    assert_string_equal(it->session->cursor_id, before);
    scenery_free(it);
}

static void
a_cluster_that_goes_gives_the_cursor_to_its_neighbour_and_takes_its_mark(void **test)
{
    struct scenery *it = scenery(50, "table", NULL);
    uint32_t slot = 0;

    (void)test;
    stores_press(it->session, "down space up");
    assert_int_equal(it->session->mark_count, 1);
    slot = it->session->cursor;
    session_gone(it->session, slot);
    fleet_remove(it->fleet, slot);
    fleet_reuse(it->fleet, slot);
    session_tick(it->session, STORES_NOW_MS + 1000);
    assert_int_equal(it->session->mark_count, 0);
    assert_int_not_equal(it->session->cursor, FLEET_NONE);
    assert_int_equal(shown(it), 49);
    scenery_free(it);
}

static void
who_reads_of_one_site_is_told_that_it_went(void **test)
{
    struct scenery *it = scenery(50, "table", NULL);
    char gone[CLUSTER_ID_BYTES + 1], text[CLUSTER_ID_BYTES + 40];
    uint32_t slot = 0;

    (void)test;
    stores_press(it->session, "down enter");
    assert_string_equal(it->session->view->name, "cluster");
    memcpy(gone, it->session->cursor_id, sizeof(gone));
    slot = it->session->cursor;
    session_gone(it->session, slot);
    fleet_remove(it->fleet, slot);
    fleet_reuse(it->fleet, slot);
    session_tick(it->session, STORES_NOW_MS + 1000);
    assert_string_equal(it->session->cursor_id, gone);
    snprintf(text, sizeof(text), "%s is no longer in the fleet", gone);
    screen_has(it, text);
    stores_press(it->session, "m");
    assert_int_equal(it->session->mode, MODE_NORMAL);
    stores_press(it->session, "esc");
    assert_string_equal(it->session->view->name, "table");
    assert_string_not_equal(it->session->cursor_id, gone);
    assert_int_not_equal(it->session->cursor, FLEET_NONE);
    scenery_free(it);
}

static void
motions_cover_every_site_of_a_map(void **test)
{
    struct scenery *it = scenery(300, "map", NULL);
    uint8_t seen[512] = { 0 };
    uint32_t count = 0;

    (void)test;
    free(stores_text(it->session, 120, 36));
    stores_press(it->session, "t");
    for (int i = 0; i < 300; i++) {
        count += !seen[it->session->cursor];
        seen[it->session->cursor] = 1;
        stores_press(it->session, "right");
    }
    assert_int_equal(count, 300);
    stores_press(it->session, "G");
    for (int i = 0; i < 300; i++)
        stores_press(it->session, "left");
    stores_press(it->session, "t up left");
    for (int i = 0; i < 60; i++)
        stores_press(it->session, "down");
    stores_press(it->session, "page-up page-down");
    scenery_free(it);
}

static void
next_problem_goes_round(void **test)
{
    struct scenery *it = scenery(300, "map", NULL);
    const struct sentence *sentence = &select_view(it->session->select)->sentence;
    uint32_t problems = sentence->total - sentence->states[STATE_HEALTHY];
    char first[CLUSTER_ID_BYTES + 1];

    (void)test;
    stores_press(it->session, "n");
    memcpy(first, it->session->cursor_id, sizeof(first));
    for (uint32_t i = 0; i < problems; i++)
        stores_press(it->session, "n");
    assert_string_equal(it->session->cursor_id, first);
    stores_press(it->session, "N n");
    assert_string_equal(it->session->cursor_id, first);
    scenery_free(it);
}

static void
a_map_of_lines_zooms_into_the_group(void **test)
{
    struct scenery *it = scenery(1200, "map", NULL);

    (void)test;
    free(stores_text(it->session, 80, 24));
    stores_press(it->session, "t enter");
    assert_string_equal(it->session->view->name, "map");
    assert_non_null(strstr(it->session->filter, "region="));
    free(stores_text(it->session, 80, 24));
    stores_press(it->session, "enter");
    assert_string_equal(it->session->view->name, "cluster");
    stores_press(it->session, "esc esc");
    assert_string_equal(it->session->filter, "");
    scenery_free(it);
}

static void
a_mark_on_a_map_zoomed_out_is_for_all_that_is_seen_there(void **test)
{
    struct scenery *it = scenery(1200, "map", NULL);
    const struct selection *selection = select_view(it->session->select);
    const struct group *first = NULL;
    uint32_t total = 0;

    (void)test;
    free(stores_text(it->session, 80, 16)); /* lines */
    stores_press(it->session, "t");
    first = &selection->groups[selection->ranked[0]];
    total = first->sentence.total;
    stores_press(it->session, "space");
    assert_int_equal(it->session->mark_count, total);
    stores_press(it->session, "up space");
    assert_int_equal(it->session->mark_count, 0);
    stores_press(it->session, "space space");
    assert_int_equal(it->session->mark_count,
        selection->groups[selection->ranked[1]].sentence.total +
            selection->groups[selection->ranked[2]].sentence.total);
    stores_press(it->session, "u");
    free(stores_text(it->session, 80, 30)); /* tiles of 7 */
    stores_press(it->session, "t space");
    assert_int_equal(it->session->mark_count, 7);
    stores_press(it->session, "right space");
    assert_int_equal(it->session->mark_count, 14);
    stores_press(it->session, "G space");
    first = &selection->groups[selection->ranked[selection->ranked_count - 1]];
    assert_int_equal(it->session->mark_count, 14 + (first->sentence.total - 1) % 7 + 1);
    screen_has(it, "marked here, ");
    scenery_free(it);
}

static void
a_lost_link_keeps_the_picture_counts_and_refuses_writes(void **test)
{
    struct scenery *it = scenery(300, "map", NULL);
    struct link link = { .phase = LINK_STALE, .stale_ms = 42000, .retry_ms = 7600 };

    (void)test;
    session_changed(it->session, CLIENT_LINK, NULL, &link);
    session_tick(it->session, STORES_NOW_MS + 42000);
    screen_has(it, "stale 00:42 retry 8s");
    screen_has(it, "300 sites");
    stores_press(it->session, "m");
    screen_has(it, "refused: the hub has not answered for 00:42");
    link = (struct link){ .phase = LINK_LOADING };
    session_changed(it->session, CLIENT_LINK, NULL, &link);
    stores_press(it->session, "m");
    screen_has(it, "refused: the picture is not whole yet");
    assert_int_equal(it->outside.writes, 0);
    link = (struct link){ .phase = LINK_LIVE };
    session_changed(it->session, CLIENT_LINK, NULL, &link);
    screen_has(it, "live");
    scenery_free(it);
}

/* Every key, every command, with every argument that completion would offer. */
static void
drive_everything(struct scenery *it)
{
    const struct keymap *keymap = &it->session->keymap;

    for (int i = 0; i < keymap->count; i++) {
        session_key(it->session, keymap->bindings[i].key, STR(""));
        session_tick(it->session, STORES_NOW_MS);
        stores_press(it->session, "esc");
        it->session->mode = MODE_NORMAL;
    }
    for (const struct action *action = action_table; action->name; action++) {
        palette_run(it->session, str_from(action->name));
        session_tick(it->session, STORES_NOW_MS);
        stores_press(it->session, "a enter enter y enter");
        it->session->mode = MODE_NORMAL;
        it->session->quit = false;
    }
}

static void
without_the_role_no_write_is_reachable(void **test)
{
    struct scenery *it = scenery(30, "map", "viewer");

    (void)test;
    drive_everything(it);
    assert_int_equal(it->outside.writes, 0);
    stores_press(it->session, "0");
    screen_lacks(it, "maintenance");
    screen_has(it, "read-only");
    stores_press(it->session, "1 : tab");
    for (uint32_t i = 0; i < it->session->choice_count; i++)
        assert_null(strstr(it->session->choices[i], "maintenance"));
    scenery_free(it);
}

static void
read_only_has_no_write_either(void **test)
{
    struct scenery *it = scenery(30, "map", "admin");

    (void)test;
    it->session->read_only_asked = true;
    it->session->hints_stale = true;
    drive_everything(it);
    assert_int_equal(it->outside.writes, 0);
    stores_press(it->session, "0");
    screen_lacks(it, "maintenance");
    scenery_free(it);
}

static void
an_operator_does_reach_the_write(void **test)
{
    struct scenery *it = scenery(30, "map", "operator");

    (void)test;
    stores_press(it->session, "m t");
    stores_type(it->session, "");
    stores_press(it->session, "enter");
    stores_type(it->session, "swap node");
    stores_press(it->session, "enter");
    assert_int_equal(it->outside.writes, 1);
    assert_non_null(strstr(it->outside.body, "\"dry_run\":true"));
    assert_string_equal(it->outside.path, "/v1/maintenance");
    scenery_free(it);
}

static void
simulated_and_the_link_never_leave_the_title(void **test)
{
    struct scenery *it = scenery(100, "map", NULL);
    static const char *const views[] = { "map", "table", "cluster", "sources", "audit",
        "help" };

    (void)test;
    stores_press(it->session, "/");
    stores_type(it->session, "region!=nowhere,size!=nothing,hours!=never,state!=down");
    stores_press(it->session, "enter");
    for (size_t i = 0; i < sizeof(views) / sizeof(views[0]); i++) {
        session_show_view(
            it->session, views_find(&it->session->views, str_from(views[i])));
        for (int width = 40; width <= 300; width += 13) {
            char *screen = stores_text(it->session, width, 24);

            assert_non_null(strstr(screen, "SIMULATED"));
            assert_non_null(strstr(screen, "live"));
            assert_true(strchr(screen, '\n') > strstr(screen, "SIMULATED"));
            free(screen);
        }
    }
    scenery_free(it);
}

static void
commands_are_actions_views_and_prefixes(void **test)
{
    struct scenery *it = scenery(100, "map", NULL);

    (void)test;
    palette_run(it->session, STR("table"));
    assert_string_equal(it->session->view->name, "table");
    palette_run(it->session, STR("view map"));
    assert_string_equal(it->session->view->name, "map");
    palette_run(it->session, STR("veiw map"));
    screen_has(it, "no command 'veiw'; did you mean 'view'?");
    palette_run(it->session, STR("view mpa"));
    screen_has(it, "did you mean 'map'?");
    palette_run(it->session, STR("group size hours"));
    screen_has(it, "urban · 24h");
    palette_run(it->session, STR("group since"));
    screen_has(it, "cannot group by 'since'");
    palette_run(it->session, STR("cluster store-0042"));
    assert_string_equal(it->session->cursor_id, "demo:store-0042");
    assert_string_equal(it->session->view->name, "cluster");
    palette_run(it->session, STR("q"));
    assert_int_equal(it->session->mode, MODE_ASK);
    scenery_free(it);
}

static void
tab_completes_names_tags_and_values(void **test)
{
    struct scenery *it = scenery(100, "map", NULL);

    (void)test;
    stores_press(it->session, "/");
    stores_type(it->session, "reg");
    stores_press(it->session, "tab");
    assert_string_equal(it->session->input.text, "region");
    stores_type(it->session, "=west");
    stores_press(it->session, "tab enter");
    assert_string_equal(it->session->filter, "region=west-coast");
    stores_press(it->session, ":");
    stores_type(it->session, "colo");
    stores_press(it->session, "tab");
    assert_string_equal(it->session->input.text, "colour");
    stores_press(it->session, "esc : up");
    scenery_free(it);
}

static void
a_choice_with_an_unreadable_byte_takes_away_only_what_it_put_there(void **test)
{
    struct scenery *it = scenery(3, "map", NULL);
    static const char *const values[] = { "xa\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd",
        "xb\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" };

    (void)test;
    for (uint32_t slot = 0; slot < 2; slot++)
        assert_true(cluster_set_tag(fleet_at(it->fleet, slot), it->fleet->intern,
            STR("z"), str_from(values[slot])));
    stores_press(it->session, "/");
    stores_type(it->session, "z=x");
    for (int turn = 0; turn < 4; turn++) {
        stores_press(it->session, "tab");
        assert_true(str_starts(line_text(&it->session->input), "z=x"));
        assert_true(it->session->input.length <= 4);
    }
    scenery_free(it);
}

static void
a_value_that_needs_quotes_is_completed_with_them(void **test)
{
    struct scenery *it = scenery(30, "map", NULL);

    (void)test;
    assert_true(cluster_set_tag(
        fleet_at(it->fleet, 4), it->fleet->intern, STR("city"), STR("San Jose, CA")));
    stores_press(it->session, "/");
    stores_type(it->session, "city=San");
    stores_press(it->session, "tab");
    assert_string_equal(it->session->input.text, "city=\"San Jose, CA\"");
    stores_press(it->session, "enter");
    assert_int_equal(shown(it), 1);
    scenery_free(it);
}

static void
paste(struct scenery *it, const char *text)
{
    session_key(it->session, (struct key){ .code = KEY_PASTE }, str_from(text));
    session_tick(it->session, STORES_NOW_MS);
}

static void
a_paste_comes_whole_as_one_line_or_is_refused(void **test)
{
    struct scenery *it = scenery(30, "map", NULL);
    char *longest = calloc(1, LINE_BYTES + 1);

    (void)test;
    memset(longest, 'x', LINE_BYTES);
    stores_press(it->session, ":");
    paste(it, "\ngroup\r\nsize\t\033\003hours\n");
    assert_string_equal(it->session->input.text, "group size hours");
    assert_int_equal(it->session->mode, MODE_COMMAND);
    paste(it, longest);
    assert_string_equal(it->session->input.text, "group size hours");
    screen_has(it, "too long to paste: a line has at most 4096 bytes");
    stores_press(it->session, "ctrl-u");
    paste(it, longest);
    assert_int_equal(it->session->input.length, LINE_BYTES);
    free(longest);
    scenery_free(it);
}

static void
a_filter_that_does_not_fit_when_written_out_is_refused(void **test)
{
    struct scenery *it = scenery(30, "map", NULL);
    struct buf text = { 0 };
    struct err err = { 0 };

    (void)test;
    for (int i = 0; i < 16; i++) {
        buf_add_char(&text, i ? ' ' : 'q');
        buf_add_repeat(&text, 'q', SELECTOR_BYTES / 16 - 1);
    }
    assert_false(session_set_filter(it->session, buf_str(&text), &err));
    assert_string_equal(it->session->filter, "");
    assert_int_equal(shown(it), 30);
    buf_release(&text);
    scenery_free(it);
}

static void
history_comes_back_with_up(void **test)
{
    struct scenery *it = scenery(30, "map", NULL);

    (void)test;
    stores_press(it->session, ":");
    stores_type(it->session, "table");
    stores_press(it->session, "enter :");
    stores_type(it->session, "ma");
    stores_press(it->session, "up");
    assert_string_equal(it->session->input.text, "table");
    stores_press(it->session, "down");
    assert_string_equal(it->session->input.text, "ma");
    scenery_free(it);
}

static void
the_selection_is_there_again_after_a_restart(void **test)
{
    struct scenery *it = scenery(300, "map", NULL), *next = NULL;
    char folder[] = "/tmp/nocturne-memory-XXXXXX", path[64];
    struct buf text = { 0 };
    struct err err = { 0 };

    (void)test;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/console.yaml", folder);
    stores_press(it->session, "2");
    palette_run(it->session, STR("filter region=west-coast"));
    palette_run(it->session, STR("group size"));
    palette_run(it->session, STR("sort -"));
    palette_run(it->session, STR("sort seen"));
    session_tick(it->session, STORES_NOW_MS);
    stores_press(it->session, "down down");
    memory_print(it->session, &text);
    assert_true(file_write(path, text.at, text.length, &err));
    next = scenery(300, "map", NULL);
    assert_true(memory_load(next->session, path));
    session_tick(next->session, STORES_NOW_MS);
    assert_string_equal(next->session->view->name, "table");
    assert_string_equal(next->session->filter, "region=west-coast");
    assert_string_equal(next->session->group[0].name, "size");
    assert_string_equal(next->session->sort.name, "seen");
    assert_string_equal(next->session->cursor_id, it->session->cursor_id);
    assert_true(file_write(path, "view: [", 7, &err));
    assert_false(memory_load(next->session, path));
    assert_false(memory_load(next->session, "/nowhere/at/all"));
    buf_release(&text);
    remove(path);
    remove(folder);
    scenery_free(it);
    scenery_free(next);
}

static void
the_newest_thing_that_needs_a_person_is_told(void **test)
{
    struct scenery *it = scenery(100, "map", NULL);

    (void)test;
    stores_set(
        it->fleet, 41, AXIS_HEALTH, HEALTH_FAILING, "power lost", STORES_NOW_MS + 1000);
    session_touch(it->session, 41);
    session_tick(it->session, STORES_NOW_MS + 2000);
    screen_lacks(it, "down  power lost"); /* what is told can be read first */
    session_tick(it->session, STORES_NOW_MS + 3000);
    screen_has(it, "store-0042  down  power lost");
    stores_set(it->fleet, 41, AXIS_HEALTH, HEALTH_HEALTHY, "", STORES_NOW_MS + 3000);
    session_touch(it->session, 41);
    session_tick(it->session, STORES_NOW_MS + 3100); /* but only while it is true */
    screen_lacks(it, "power lost");
    snprintf(it->fleet->sources[0].suspect, 64, "30 of 100 lost at once");
    session_changed(it->session, CLIENT_SOURCES, NULL, NULL);
    session_tick(it->session, STORES_NOW_MS + 3200); /* a source's news never waits */
    screen_has(it, "demo: 30 of 100 lost at once");
    scenery_free(it);
}

static void
the_ticker_waits_for_a_source_that_is_loading_and_says_so(void **test)
{
    struct scenery *it = scenery(100, "map", NULL);
    struct fleet_source *source = &it->fleet->sources[0];

    (void)test;
    source->synced = false;
    snprintf(source->phase, sizeof(source->phase), "loading");
    session_changed(it->session, CLIENT_SOURCES, NULL, NULL);
    session_tick(it->session, STORES_NOW_MS + 10000);
    screen_has(it, "not all sites are here yet");
    screen_lacks(it, "nothing needs a person");
    source->kept = true; /* what was last known is no half picture */
    session_changed(it->session, CLIENT_SOURCES, NULL, NULL);
    session_tick(it->session, STORES_NOW_MS + 20000);
    screen_lacks(it, "not all sites are here yet");
    source->kept = false;
    source->synced = true;
    snprintf(source->phase, sizeof(source->phase), "synced");
    session_changed(it->session, CLIENT_SOURCES, NULL, NULL);
    session_tick(it->session, STORES_NOW_MS + 30000);
    screen_has(it, "  degraded  node-b missed 2 heartbeats");
    scenery_free(it);
}

static void
a_source_that_is_not_heard_is_said_in_title_and_ticker(void **test)
{
    struct scenery *it = scenery(20, "map", NULL);
    struct fleet_source *source = &it->fleet->sources[0];

    (void)test;
    screen_has(it, "live");
    snprintf(source->phase, sizeof(source->phase), "retrying");
    snprintf(source->fault, sizeof(source->fault), "connection refused");
    source->since_ms = STORES_NOW_MS - 60000;
    source->fresh_ms = STORES_NOW_MS - 7 * 60000;
    session_changed(it->session, CLIENT_SOURCES, NULL, NULL);
    session_tick(it->session, STORES_NOW_MS + 1);
    screen_has(it, "demo silent 7m");
    screen_lacks(it, "live");
    screen_has(it, "demo: last heard 7m ago: connection refused");
    source->fault[0] = '\0';
    snprintf(source->phase, sizeof(source->phase), "synced");
    source->fresh_ms = STORES_NOW_MS;
    session_changed(it->session, CLIENT_SOURCES, NULL, NULL);
    session_tick(it->session, STORES_NOW_MS + 2);
    screen_has(it, "live");
    screen_lacks(it, "connection refused");
    scenery_free(it);
}

static void
without_any_site_the_faulty_source_is_named(void **test)
{
    struct scenery *it = scenery(0, "map", NULL);
    struct fleet_source *source = &it->fleet->sources[0];

    (void)test;
    screen_has(it, "the hub knows no site");
    snprintf(source->fault, sizeof(source->fault), "HTTP 403: forbidden");
    screen_has(it, "no site yet: demo: HTTP 403: forbidden");
    scenery_free(it);
}

static void
a_picture_is_loading_until_the_link_and_every_source_are_there(void **test)
{
    struct scenery *it = scenery(100, "map", NULL);
    struct link link = it->session->link;
    char *phase = it->fleet->sources[0].phase;

    (void)test;
    assert_false(session_is_loading(it->session));
    snprintf(phase, sizeof(it->fleet->sources[0].phase), "loading");
    assert_true(session_is_loading(it->session));
    snprintf(phase, sizeof(it->fleet->sources[0].phase), "retrying");
    assert_false(session_is_loading(it->session)); /* that may take for ever */
    link.phase = LINK_LOADING;
    session_changed(it->session, 0, NULL, &link);
    assert_true(session_is_loading(it->session));
    link.phase = LINK_STALE;
    session_changed(it->session, 0, NULL, &link);
    assert_false(session_is_loading(it->session));
    scenery_free(it);
}

static const char *
first_group(struct scenery *it)
{
    const struct selection *selection = select_view(it->session->select);

    return selection->groups[selection->ranked[0]].labels[0];
}

static void
groups_are_in_order_when_a_load_has_ended_and_then_keep_their_places(void **test)
{
    struct scenery *it = scenery(100, "map", NULL);
    char *phase = it->fleet->sources[0].phase, first[64];
    uint32_t slot = 0;

    (void)test;
    session_tick(it->session, STORES_NOW_MS + 1);
    snprintf(first, sizeof(first), "%s", first_group(it));
    for (int turn = 0; turn < 2; turn++) {
        snprintf(phase, sizeof(it->fleet->sources[0].phase), turn ? "loading" : "synced");
        for (uint32_t i = 0; i < it->fleet->ceiling;
             i++) { /* another region breaks down */
            struct str region = intern_str(
                it->fleet->intern, cluster_tag(fleet_at(it->fleet, i),
                                       intern_find(it->fleet->intern, STR("region")))
                                       ->value);

            if (str_is(region, first))
                continue;
            stores_set(it->fleet, i, AXIS_HEALTH, HEALTH_FAILING, "", STORES_NOW_MS);
            session_touch(it->session, i);
            slot = i;
        }
        session_tick(it->session, STORES_NOW_MS + 2 + 2 * turn);
        session_tick(it->session, STORES_NOW_MS + 3 + 2 * turn);
        if (turn)
            assert_string_not_equal(first_group(it), first);
        else
            assert_string_equal(first_group(it), first);
    }
    assert_int_not_equal(slot, 0);
    scenery_free(it);
}

static void
a_source_on_its_way_to_its_first_picture_is_loading_not_live(void **test)
{
    struct scenery *it = scenery(20, "map", NULL);
    struct fleet_source *source = fleet_touch_source(it->fleet, STR("late"));

    (void)test;
    snprintf(source->phase, sizeof(source->phase), "discovering");
    screen_has(it, "loading 20");
    screen_lacks(it, "live");
    snprintf(source->phase, sizeof(source->phase), "failed");
    screen_has(it, "late not heard"); /* that may take for ever */
    screen_lacks(it, "loading");
    snprintf(source->phase, sizeof(source->phase), "synced");
    source->synced = true;
    screen_has(it, "live");
    scenery_free(it);
}

/* As if the hub's sources had only now loaded them. */
static void
fill(struct fleet *fleet, uint32_t from, uint32_t count, const char *key)
{
    for (uint32_t i = from; i < from + count; i++) {
        char id[32];

        snprintf(id, sizeof(id), "demo:late-%u", i);
        cluster_set_tag(fleet_at(fleet, fleet_touch(fleet, str_from(id))), fleet->intern,
            str_from(key), i % 2 ? STR("a") : STR("b"));
    }
}

static void
groups_are_chosen_when_the_sites_come_late(void **test)
{
    struct scenery *it = scenery(0, "map", NULL);
    struct fleet_source *source = &it->fleet->sources[0];

    (void)test;
    source->synced = false;
    session_changed(it->session, CLIENT_SOURCES, NULL, NULL);
    assert_string_equal(it->session->group[0].name, "");
    fill(it->fleet, 0, 4, "rack");
    session_changed(it->session, CLIENT_CLUSTERS, NULL, NULL);
    assert_string_equal(it->session->group[0].name, "rack");
    fill(it->fleet, 4, 90, "region");
    session_changed(it->session, CLIENT_CLUSTERS, NULL, NULL);
    assert_string_equal(it->session->group[0].name, "rack"); /* nothing jumps meanwhile */
    source->synced = true;
    session_changed(it->session, CLIENT_SOURCES, NULL, NULL);
    assert_string_equal(it->session->group[0].name, "region");
    scenery_free(it);
}

static void
a_grouping_chosen_by_hand_is_left_alone(void **test)
{
    struct scenery *it = scenery(100, "map", NULL);
    struct fleet_source *source = &it->fleet->sources[0];

    (void)test;
    palette_run(it->session, STR("group size"));
    source->synced = false;
    session_changed(it->session, CLIENT_SOURCES, NULL, NULL);
    source->synced = true;
    session_changed(it->session, CLIENT_SOURCES | CLIENT_SYNCED, NULL, NULL);
    assert_string_equal(it->session->group[0].name, "size");
    stores_press(it->session, "2 1");
    assert_string_equal(it->session->group[0].name, "size");
    scenery_free(it);
}

static void
colours_go_through_what_tells_sites_apart(void **test)
{
    static const char *const turns[] = { "connectivity", "health", "sync", "seen",
        "state" }; /* all run the same versions on the same GPUs */
    struct scenery *it = scenery(1200, "map", NULL);

    (void)test;
    for (size_t i = 0; i < sizeof(turns) / sizeof(turns[0]); i++) {
        stores_press(it->session, "c");
        assert_string_equal(it->session->colouring.by.name, turns[i]);
    }
    scenery_free(it);
}

static void
the_chain_is_verified_while_the_audit_is_shown(void **test)
{
    struct scenery *it = scenery(20, "audit", NULL);
    struct client_answer sound = { .body = STR("{\"verdict\":\"unproven\",\"entries\":7,"
                                               "\"head\":\"ab\",\"segment\":1}") };
    struct client_answer broken = { .body =
                                        STR("{\"verdict\":\"tampered\",\"entries\":7,"
                                            "\"at\":5,\"why\":\"its hash is another\","
                                            "\"head\":\"ab\",\"segment\":1}") };

    (void)test;
    assert_string_equal(it->outside.path, "/v1/audit/verify");
    it->outside.done(it->outside.user, &sound);
    screen_has(it, "chain: 7 entries, internally consistent");
    screen_lacks(it, "!");
    session_tick(it->session, STORES_NOW_MS + 60000);
    it->outside.done(it->outside.user, &broken);
    screen_has(it, "! chain: tampered at entry 5: its hash is another");
    scenery_free(it);
}

static void
hostile_texts_are_drawn_harmless(void **test)
{
    struct scenery *it = scenery(5, "table", NULL);
    char *screen = NULL;

    (void)test;
    stores_set(it->fleet, 2, AXIS_HEALTH, HEALTH_FAILING,
        "\033[2J\033]0;x\007\xff\xe2\x80\xae", STORES_NOW_MS);
    session_touch(it->session, 2);
    session_tick(it->session, STORES_NOW_MS + 1);
    screen = stores_text(it->session, 200, 50);
    assert_null(strchr(screen, '\033'));
    assert_null(strchr(screen, '\007'));
    assert_null(strstr(screen, "\xe2\x80\xae"));
    free(screen);
    scenery_free(it);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_keystroke_filters),
        cmocka_unit_test(a_filter_half_typed_leaves_the_last_answer),
        cmocka_unit_test(a_filter_that_is_left_gives_the_cursor_back_its_site),
        cmocka_unit_test(a_bare_word_is_resolved_when_committed),
        cmocka_unit_test(enter_opens_and_esc_comes_back_to_the_same_cluster),
        cmocka_unit_test(leaving_asks_first),
        cmocka_unit_test(the_cursor_keeps_its_cluster_through_everything),
        cmocka_unit_test(
            a_cluster_that_goes_gives_the_cursor_to_its_neighbour_and_takes_its_mark),
        cmocka_unit_test(who_reads_of_one_site_is_told_that_it_went),
        cmocka_unit_test(motions_cover_every_site_of_a_map),
        cmocka_unit_test(next_problem_goes_round),
        cmocka_unit_test(a_map_of_lines_zooms_into_the_group),
        cmocka_unit_test(a_mark_on_a_map_zoomed_out_is_for_all_that_is_seen_there),
        cmocka_unit_test(a_lost_link_keeps_the_picture_counts_and_refuses_writes),
        cmocka_unit_test(without_the_role_no_write_is_reachable),
        cmocka_unit_test(read_only_has_no_write_either),
        cmocka_unit_test(an_operator_does_reach_the_write),
        cmocka_unit_test(simulated_and_the_link_never_leave_the_title),
        cmocka_unit_test(commands_are_actions_views_and_prefixes),
        cmocka_unit_test(tab_completes_names_tags_and_values),
        cmocka_unit_test(
            a_choice_with_an_unreadable_byte_takes_away_only_what_it_put_there),
        cmocka_unit_test(a_value_that_needs_quotes_is_completed_with_them),
        cmocka_unit_test(a_paste_comes_whole_as_one_line_or_is_refused),
        cmocka_unit_test(a_filter_that_does_not_fit_when_written_out_is_refused),
        cmocka_unit_test(history_comes_back_with_up),
        cmocka_unit_test(the_selection_is_there_again_after_a_restart),
        cmocka_unit_test(the_newest_thing_that_needs_a_person_is_told),
        cmocka_unit_test(the_ticker_waits_for_a_source_that_is_loading_and_says_so),
        cmocka_unit_test(a_source_that_is_not_heard_is_said_in_title_and_ticker),
        cmocka_unit_test(without_any_site_the_faulty_source_is_named),
        cmocka_unit_test(a_picture_is_loading_until_the_link_and_every_source_are_there),
        cmocka_unit_test(
            groups_are_in_order_when_a_load_has_ended_and_then_keep_their_places),
        cmocka_unit_test(a_source_on_its_way_to_its_first_picture_is_loading_not_live),
        cmocka_unit_test(groups_are_chosen_when_the_sites_come_late),
        cmocka_unit_test(a_grouping_chosen_by_hand_is_left_alone),
        cmocka_unit_test(colours_go_through_what_tells_sites_apart),
        cmocka_unit_test(the_chain_is_verified_while_the_audit_is_shown),
        cmocka_unit_test(hostile_texts_are_drawn_harmless),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
