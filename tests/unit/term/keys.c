/* keys: what terminals send for what people press. */
#include "term/keys.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct seen {
    struct buf text; /* names of keys, parted by blanks */
    struct keys *keys;
};

static void
saw_key(void *user, struct key key)
{
    struct seen *seen = user;

    if (seen->text.length)
        buf_add_char(&seen->text, ' ');
    key_print(key, &seen->text);
}

static void
saw_paste(void *user, struct str text)
{
    struct seen *seen = user;

    buf_print(&seen->text, "<%zu:", text.length);
    buf_add_str(&seen->text, text.length < 40 ? text : (struct str){ text.at, 40 });
    buf_add_char(&seen->text, '>');
}

static void
saw_position(void *user, int row, int column)
{
    struct seen *seen = user;

    buf_print(&seen->text, "@%d,%d", row, column);
}

static void
seen_start(struct seen *seen)
{
    struct keys_calls calls = { saw_key, saw_paste, saw_position };

    *seen = (struct seen){ .keys = keys_new(&calls, seen) };
}

static void
seen_end(struct seen *seen, const char *bytes, const char *wanted)
{
    buf_add_char(&seen->text, '\0');
    if (strcmp(seen->text.at, wanted))
        fail_msg("%s: wanted '%s', got '%s'", bytes[0] == 27 ? bytes + 1 : bytes, wanted,
            seen->text.at);
    buf_release(&seen->text);
    keys_free(seen->keys);
}

/* Whole, then byte by byte: the same keys, and nothing left waiting. */
static void
assert_keys_of(struct str bytes, const char *wanted)
{
    struct seen seen;

    seen_start(&seen);
    keys_feed(seen.keys, bytes.at, bytes.length);
    keys_timeout(seen.keys);
    seen_end(&seen, bytes.at, wanted);
    seen_start(&seen);
    for (size_t i = 0; i < bytes.length; i++)
        keys_feed(seen.keys, bytes.at + i, 1);
    keys_timeout(seen.keys);
    assert_false(keys_waiting(seen.keys));
    seen_end(&seen, bytes.at, wanted);
}

static void
assert_keys(const char *bytes, const char *wanted)
{
    assert_keys_of(str_from(bytes), wanted);
}

static void
text_and_controls(void **state)
{
    (void)state;
    assert_keys("aG? é漢", "a G ? space é 漢");
    assert_keys("\x01\x03\x1a\x1f\x1c", "ctrl-a ctrl-c ctrl-z ctrl-_ ctrl-\\");
    assert_keys("\r\t\x7f\x08\n", "enter tab backspace backspace ctrl-j");
    assert_keys_of((struct str){ "\0", 1 }, "ctrl-space");
}

static void
arrows_of_every_kind(void **state)
{
    (void)state;
    assert_keys("\033[A\033[B\033[C\033[D", "up down right left");
    assert_keys("\033OA\033OB\033OC\033OD", "up down right left");
    assert_keys("\033[1;5A\033[1;2B\033[1;3C\033[1;8D",
        "ctrl-up shift-down alt-right ctrl-alt-shift-left");
    assert_keys("\033[a\033[d\033Oa\033Od", "shift-up shift-left ctrl-up ctrl-left");
    assert_keys("\033O5A", "ctrl-up");
    assert_keys("\033[1;65A", "up"); /* caps lock is no modifier */
}

static void
home_end_and_their_neighbours(void **state)
{
    (void)state;
    assert_keys("\033[H\033[F\033OH\033OF\033[1~\033[4~\033[7~\033[8~",
        "home end home end home end home end");
    assert_keys("\033[2~\033[3~\033[5~\033[6~", "insert delete page-up page-down");
    assert_keys("\033[3;5~\033[5;2~", "ctrl-delete shift-page-up");
    assert_keys("\033[3$\033[3^\033[3@", "shift-delete ctrl-delete ctrl-shift-delete");
    assert_keys("\033[Z", "shift-tab");
}

static void
function_keys(void **state)
{
    (void)state;
    assert_keys("\033OP\033OQ\033OR\033OS", "f1 f2 f3 f4");
    assert_keys("\033[11~\033[15~\033[17~\033[24~", "f1 f5 f6 f12");
    assert_keys("\033[[A\033[[E", "f1 f5");
    assert_keys("\033[1;2P\033[15;5~", "shift-f1 ctrl-f5");
    assert_keys("\033[R", "f3");
    assert_keys("\033[:5A\033[;;;;;;5A\033[1;:2B", "up up down"); /* odd, but no harm */
}

static void
the_keypad(void **state)
{
    (void)state;
    assert_keys("\033OM\033Oj\033Ok\033Om\033Op\033Oy\033OX", "enter * + - 0 9 =");
}

static void
alt_is_an_escape_before(void **state)
{
    (void)state;
    assert_keys("\033x\033X\033\r\033\x7f", "alt-x alt-X alt-enter alt-backspace");
    assert_keys("\033é", "alt-é");
    assert_keys("\033\x01", "ctrl-alt-a");
    assert_keys("\033", "esc");
    assert_keys("\033\033", "esc esc");
    assert_keys("\033\033[A", "esc up");
}

static void
what_could_start_a_sequence_waits(void **state)
{
    (void)state;
    assert_keys("\033[", "alt-[");
    assert_keys("\033O", "alt-O");
    assert_keys("\033]", "alt-]");
    assert_keys("\033P", "alt-P");
    assert_keys("\033[[", "alt-[");

    struct seen seen;
    seen_start(&seen);
    keys_feed(seen.keys, "a", 1);
    assert_false(keys_waiting(seen.keys));
    keys_timeout(seen.keys); /* without anything waiting it does nothing */
    keys_feed(seen.keys, "\033[1;5", 5);
    assert_false(keys_waiting(seen.keys)); /* surely a sequence: no timeout cuts it */
    keys_timeout(seen.keys);
    keys_feed(seen.keys, "A", 1);
    seen_end(&seen, "", "a ctrl-up");
}

static void
kitty_and_modify_other_keys(void **state)
{
    (void)state;
    assert_keys("\033[97u\033[97;5u\033[97;2u", "a ctrl-a A");
    assert_keys(
        "\033[13u\033[27u\033[9;2u\033[127;3u", "enter esc shift-tab alt-backspace");
    assert_keys("\033[49:33;2u", "!");
    assert_keys("\033[97;1:3u\033[1;1:3A\033[3;1:3~", ""); /* let go */
    assert_keys("\033[97;9u", "");                         /* super */
    assert_keys("\033[57441;2u", "");                      /* shift alone */
    assert_keys("\033[57399u\033[57408u\033[57414u\033[57419;5u", "0 9 enter ctrl-up");
    assert_keys("\033[27;5;105~\033[27;2;13~", "ctrl-i shift-enter");
}

static void
focus_and_position(void **state)
{
    (void)state;
    assert_keys("\033[I\033[O", "focus-in focus-out");
    assert_keys("\033[12;34R", "@12,34");
    assert_keys("\033[0;0R", "");
}

static void
mouse_reports_are_swallowed(void **state)
{
    (void)state;
    assert_keys("\033[<0;12;5M\033[<0;12;5mx", "x");
    assert_keys("\033[M !!x", "x");
    assert_keys("\033[32;10;10Mx", "x");
    assert_keys_of(STR("\033[M\x80\x1b\xffx"), "x");
}

static void
replies_are_swallowed(void **state)
{
    (void)state;
    assert_keys("\033]11;rgb:1111/2222/3333\033\\x", "x");
    assert_keys("\033]11;rgb:1111/2222/3333\ax", "x");
    assert_keys("\033P1+r544e=787465\033\\x", "x");
    assert_keys("\033[?62;22c\033[>0;276;0c\033[?2026;1$yx", "x");
    assert_keys("\033[?1ux", "x");
}

static void
a_broken_reply_does_not_eat_the_keyboard(void **state)
{
    (void)state;
    struct buf bytes = { 0 };

    assert_keys("\033]11;rgb\rx", "enter x");
    assert_keys("\033]11;rgb\x03", "ctrl-c");
    assert_keys("\033]11;rgb\033[A", "up");
    assert_keys("\033[12;\033[B", "down");
    assert_keys("\033[12;\rx", "enter x");
    buf_add_text(&bytes, "\033]");
    for (int i = 0; i <= KEYS_REPLY_BYTES; i++)
        buf_add_char(&bytes, 'z');
    buf_add_text(&bytes, "ab");
    assert_keys_of(buf_str(&bytes), "a b");
    buf_clear(&bytes);
    buf_add_text(&bytes, "\033[");
    for (int i = 0; i < 300; i++)
        buf_add_char(&bytes, '1');
    buf_add_text(&bytes, "Ab");
    assert_keys_of(buf_str(&bytes), "b");
    buf_release(&bytes);
}

static void
a_paste_comes_whole(void **state)
{
    (void)state;
    assert_keys(
        "\033[200~two\nlines \033[A\033[20\033[201~x", "<17:two\nlines \033[A\033[20> x");
    assert_keys("\033[200~\033[201~", "<0:>");
    assert_keys("\033[200~\033\033[201~q", "<1:\033> q");
}

static void
a_paste_is_cut_at_its_ceiling(void **state)
{
    (void)state;
    struct buf bytes = { 0 };
    struct seen seen;

    buf_add_text(&bytes, "\033[200~");
    buf_add_repeat(&bytes, 'p', KEYS_PASTE_BYTES + 1000);
    buf_add_text(&bytes, "\033[201~");
    seen_start(&seen);
    keys_feed(seen.keys, bytes.at, bytes.length);
    seen_end(&seen, "", "<65536:pppppppppppppppppppppppppppppppppppppppp>");
    buf_release(&bytes);
}

static void
bytes_that_are_no_text_are_dropped(void **state)
{
    (void)state;
    assert_keys_of(STR("a\x80\xff\xc0z"), "a z");
    assert_keys_of(STR("\xe6\xbcx"), "x");
    assert_keys_of(STR("\xe2\x80\xaex"), "x"); /* a bidi mark */
    assert_keys_of(STR("\xe6\xbc\033[A"), "up");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_and_controls),
        cmocka_unit_test(arrows_of_every_kind),
        cmocka_unit_test(home_end_and_their_neighbours),
        cmocka_unit_test(function_keys),
        cmocka_unit_test(the_keypad),
        cmocka_unit_test(alt_is_an_escape_before),
        cmocka_unit_test(what_could_start_a_sequence_waits),
        cmocka_unit_test(kitty_and_modify_other_keys),
        cmocka_unit_test(focus_and_position),
        cmocka_unit_test(mouse_reports_are_swallowed),
        cmocka_unit_test(replies_are_swallowed),
        cmocka_unit_test(a_broken_reply_does_not_eat_the_keyboard),
        cmocka_unit_test(a_paste_comes_whole),
        cmocka_unit_test(a_paste_is_cut_at_its_ceiling),
        cmocka_unit_test(bytes_that_are_no_text_are_dropped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
