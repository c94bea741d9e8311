/* term: a program on a pty, what its terminal shows, and how it is left behind. */
#include "helper/check.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "base/builtin.h"
#include "base/clock.h"
#include "base/mem.h"
#include "helper/vt.h"
#include "term/term.h"

/* ---- the child: shows the names of the keys it gets; some keys end it in their way ----
 */

struct child {
    struct term *term;
    struct canvas canvas;
    struct buf seen;
    bool quit;
};

static void
child_crash(void)
{
    raise(SIGSEGV);
}

static void
child_key(void *user, struct key key, struct str paste)
{
    struct child *child = user;

    buf_add_char(&child->seen, ' ');
    key_print(key, &child->seen);
    buf_add_str(&child->seen, paste);
    if (key.code != KEY_RUNE || key.modifiers)
        return;
    if (key.rune == 'q')
        child->quit = true;
    else if (key.rune == 'S')
        child_crash();
    else if (key.rune == 'A')
        abort();
    else if (key.rune == 'E')
        exit(7);
    else if (key.rune == 'Z') {
        term_suspend(child->term);
        if (write(STDOUT_FILENO, "at the shell\r\n", 14) != 14)
            abort();
        char go;
        while (read(STDIN_FILENO, &go, 1) != 1 || go != '\n')
            ;
        term_resume(child->term);
    } else if (key.rune == 'L')
        term_repaint(child->term);
}

static void
child_draw(struct child *child)
{
    int width, height;

    if (term_size(child->term, &width, &height))
        canvas_resize(&child->canvas, width, height);
    canvas_clear(&child->canvas);
    child->canvas.ascii = term_ascii(child->term);
    struct rect all = canvas_rect(&child->canvas);
    canvas_print(&child->canvas, all, 0, 0, STYLE(ROLE_DOWN), "✖ %dx%d", width, height);
    canvas_text(&child->canvas, all, 0, 1, STYLE(ROLE_TEXT), buf_str(&child->seen));
    canvas_text(&child->canvas, all, 0, height - 1,
        style_on(STYLE(ROLE_TEXT), ROLE_STRIP), STR("the end"));
    term_show(child->term, &child->canvas, -1);
}

static int
wait_ms(const struct term *term)
{
    if (term_escape_waiting(term))
        return 25;
    int64_t wake_ms = term_wake_ms(term), now_ms = clock_monotonic_ms();
    return wake_ms < 0 ? 100 : wake_ms <= now_ms ? 0 : (int)(wake_ms - now_ms);
}

static bool
child_turn(struct child *child)
{
    struct pollfd fd = { term_fd(child->term), POLLIN, 0 };

    child_draw(child);
    if (!term_ship(child->term, clock_monotonic_ms()))
        return false;
    if (term_wants_write(child->term))
        fd.events |= POLLOUT;
    int ready = poll(&fd, 1, wait_ms(child->term));
    if (ready > 0 && fd.revents & (POLLIN | POLLHUP))
        return term_read(child->term, clock_monotonic_ms());
    if (!ready && term_escape_waiting(child->term))
        term_escape_timeout(child->term);
    return true;
}

static int
child_main(void)
{
    const struct builtin *file = builtin_find("themes/dark.yaml");
    struct term_options options = { .depth = -1 };
    struct child child = { 0 };
    struct theme theme;
    struct err err = { 0 };

    if (!theme_parse(&theme, "dark", (struct str){ file->text, file->length }, &err))
        return 3;
    child.term = term_open(&options, &err);
    if (!child.term) {
        printf("error %s: %s\n", err_name(err.code), err.text);
        return 4;
    }
    canvas_init(&child.canvas, 1, 1);
    term_set_theme(child.term, &theme);
    term_on_key(child.term, child_key, &child);
    bool alive = true;
    while (alive && !child.quit)
        alive = child_turn(&child);
    term_close(child.term);
    canvas_release(&child.canvas);
    buf_release(&child.seen);
    printf("%s\n", alive ? "bye" : "gone");
    return alive ? 0 : 5;
}

/* ---- the tests ---- */

struct run {
    struct vt *vt;
    struct termios before;
};

static void
run_start(struct run *run, const char *term, const char *const *environment)
{
    char *argv[] = { (char *)"/proc/self/exe", (char *)"child", NULL };
    struct vt_spawn spawn = { 60, 10, term, argv, environment, false };

    run->vt = vt_spawn(&spawn);
    /* What it is before any program touched it: a pty of our own says so. */
    struct vt_spawn other = { 60, 10, term, (char *[]){ (char *)"/bin/true", NULL }, NULL,
        false };
    struct vt *fresh = vt_spawn(&other);
    tcgetattr(vt_fd(fresh), &run->before);
    vt_close(fresh, 0);
}

static void
assert_given_back(struct run *run)
{
    struct termios after;

    assert_int_equal(tcgetattr(vt_fd(run->vt), &after), 0);
    assert_int_equal(after.c_lflag, run->before.c_lflag);
    assert_int_equal(after.c_iflag, run->before.c_iflag);
    assert_int_equal(after.c_oflag, run->before.c_oflag);
    assert_false(vt_alternate(run->vt));
    assert_true(vt_cursor(run->vt, NULL, NULL));
}

static void
it_shows_and_hears_and_leaves_no_trace(void **state)
{
    (void)state;
    struct run run;

    run_start(&run, NULL, NULL);
    assert_true(vt_wait(run.vt, "✖ 60x10"));
    assert_true(vt_alternate(run.vt));
    assert_false(vt_cursor(run.vt, NULL, NULL));
    assert_true(vt_wait(run.vt, "the end"));
    vt_press(run.vt, "down alt-x ctrl-up f5 esc é");
    assert_true(vt_wait(run.vt, " down alt-x ctrl-up f5"));
    assert_true(vt_wait(run.vt, "é"));
    vt_send(run.vt, "\033[200~pasted\033[201~");
    assert_true(vt_wait(run.vt, "pastepasted"));
    vt_press(run.vt, "q");
    assert_true(vt_wait(run.vt, "bye"));
    assert_given_back(&run);
    assert_int_equal(vt_close(run.vt, 0), 0);
}

static void
a_lone_escape_is_a_key(void **state)
{
    (void)state;
    struct run run;

    run_start(&run, NULL, NULL);
    assert_true(vt_wait(run.vt, "the end"));
    vt_press(run.vt, "esc");
    assert_true(vt_wait(run.vt, " esc"));
    vt_press(run.vt, "q");
    assert_int_equal(vt_close(run.vt, 0), 0);
}

static void
another_size_is_followed(void **state)
{
    (void)state;
    struct run run;
    int y = 0;

    run_start(&run, NULL, NULL);
    assert_true(vt_wait(run.vt, "✖ 60x10"));
    vt_resize(run.vt, 100, 30);
    vt_press(run.vt, "x"); /* the child asks when something happens */
    assert_true(vt_wait(run.vt, "✖ 100x30"));
    assert_true(vt_wait(run.vt, "the end"));
    assert_true(vt_find(run.vt, "the end", NULL, &y));
    assert_int_equal(y, 29);
    vt_resize(run.vt, 30, 4);
    vt_press(run.vt, "x");
    assert_true(vt_wait(run.vt, "✖ 30x4"));
    vt_press(run.vt, "q");
    assert_int_equal(vt_close(run.vt, 0), 0);
}

static void
assert_dies_clean(const char *key, int signal)
{
    struct run run;

    run_start(&run, NULL, NULL);
    assert_true(vt_wait(run.vt, "the end"));
    vt_press(run.vt, key);
    assert_true(vt_wait_end(run.vt));
    assert_given_back(&run);
    int status = vt_close(run.vt, 0);
    if (signal && WIFSIGNALED(status))
        assert_int_equal(WTERMSIG(status), signal);
    else
        assert_int_not_equal(status, 0);
}

static void
a_crash_gives_the_terminal_back(void **state)
{
    (void)state;
    assert_dies_clean("S", SIGSEGV);
    assert_dies_clean("A", SIGABRT);
}

static void
an_exit_gives_the_terminal_back(void **state)
{
    (void)state;
    assert_dies_clean("E", 0);
}

static void
suspended_it_is_the_shells_again(void **state)
{
    (void)state;
    struct run run;

    run_start(&run, NULL, NULL);
    assert_true(vt_wait(run.vt, "the end"));
    vt_press(run.vt, "Z");
    assert_true(vt_wait(run.vt, "at the shell"));
    assert_given_back(&run);
    vt_send(run.vt, "\n");
    assert_true(vt_wait(run.vt, "the end"));
    assert_true(vt_alternate(run.vt));
    vt_press(run.vt, "q");
    assert_true(vt_wait(run.vt, "bye"));
    assert_given_back(&run);
    assert_int_equal(vt_close(run.vt, 0), 0);
}

static void
a_repaint_mends_the_screen(void **state)
{
    (void)state;
    struct run run;

    run_start(&run, NULL, NULL);
    assert_true(vt_wait(run.vt, "the end"));
    vt_feed(run.vt, "\033[2J", 4);
    assert_false(vt_find(run.vt, "the end", NULL, NULL));
    vt_press(run.vt, "L");
    assert_true(vt_wait(run.vt, "the end"));
    vt_press(run.vt, "q");
    assert_int_equal(vt_close(run.vt, 0), 0);
}

static struct vt_cell
cross_cell(const char *term, const char *const *environment)
{
    struct run run;
    int x = 0, y = 0;

    run_start(&run, term, environment);
    assert_true(vt_wait(run.vt, "the end"));
    assert_true(vt_find(run.vt, "60x10", &x, &y));
    struct vt_cell cell = vt_cell(run.vt, 0, y);
    vt_press(run.vt, "q");
    assert_int_equal(vt_close(run.vt, 0), 0);
    return cell;
}

static void
colours_are_those_the_terminal_has(void **state)
{
    (void)state;
    struct vt_cell cell = cross_cell("xterm-256color", NULL);
    assert_int_equal(cell.fg.kind, VT_INDEX);
    assert_int_equal(cell.fg.value, 203);
    cell = cross_cell("xterm-256color", (const char *[]){ "COLORTERM=truecolor", NULL });
    assert_int_equal(cell.fg.kind, VT_RGB);
    assert_int_equal(cell.fg.value, 0xFF5D6C);
    cell = cross_cell("linux", NULL);
    assert_int_equal(cell.fg.value, 1);
    assert_true(cell.bold);
    cell = cross_cell(
        "xterm-256color", (const char *[]){ "NO_COLOR=1", "COLORTERM=truecolor", NULL });
    assert_int_equal(cell.fg.kind, VT_DEFAULT);
    assert_true(cell.bold);
    cell = cross_cell("vt100", NULL);
    assert_int_equal(cell.fg.kind, VT_DEFAULT);
    cell = cross_cell("no-such-terminal", NULL);
    assert_int_equal(cell.fg.kind, VT_INDEX);
}

static void
a_console_whose_font_has_no_glyphs_gets_ascii(void **state)
{
    (void)state;
    assert_int_equal(cross_cell("linux", NULL).rune, 'X');
    assert_int_equal(cross_cell("vt220", NULL).rune, 'X');
    assert_int_equal(cross_cell("xterm", NULL).rune, 0x2716);
}

static void
without_utf8_it_draws_ascii(void **state)
{
    (void)state;
    struct vt_cell cell = cross_cell(NULL, (const char *[]){ "LC_ALL=C", NULL });
    assert_int_equal(cell.rune, 'X');
    cell = cross_cell(NULL, NULL);
    assert_int_equal(cell.rune, 0x2716);
}

static void
a_dumb_terminal_is_refused(void **state)
{
    (void)state;
    struct run run;

    run_start(&run, "dumb", NULL);
    assert_true(vt_wait(run.vt, "error unsupported: terminal 'dumb' cannot place"));
    assert_given_back(&run);
    assert_int_equal(WEXITSTATUS(vt_close(run.vt, 0)), 4);
}

static void
without_a_terminal_it_says_so(void **state)
{
    (void)state;
    struct term_options options = { .depth = -1 };
    struct err err = { 0 };

    if (!setsid() && getsid(0) != getpid())
        skip();
    struct term *term = term_open(&options, &err);
    if (term) { /* a terminal that setsid could not shake off */
        term_close(term);
        skip();
    }
    assert_int_equal(err.code, ERR_UNAVAILABLE);
    assert_non_null(strstr(err.text, "no terminal"));
}

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_shows_and_hears_and_leaves_no_trace),
        cmocka_unit_test(a_lone_escape_is_a_key),
        cmocka_unit_test(another_size_is_followed),
        cmocka_unit_test(a_crash_gives_the_terminal_back),
        cmocka_unit_test(an_exit_gives_the_terminal_back),
        cmocka_unit_test(suspended_it_is_the_shells_again),
        cmocka_unit_test(a_repaint_mends_the_screen),
        cmocka_unit_test(colours_are_those_the_terminal_has),
        cmocka_unit_test(a_console_whose_font_has_no_glyphs_gets_ascii),
        cmocka_unit_test(without_utf8_it_draws_ascii),
        cmocka_unit_test(a_dumb_terminal_is_refused),
        cmocka_unit_test(without_a_terminal_it_says_so),
    };
    if (argc > 1 && !strcmp(argv[1], "child"))
        return child_main();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
