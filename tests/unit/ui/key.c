/* key: names both ways. */
#include "ui/key.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
assert_name(const char *given, const char *wanted)
{
    struct buf text = { 0 };
    struct key key;

    assert_true(key_parse(str_from(given), &key));
    key_print(key, &text);
    buf_add_char(&text, '\0');
    assert_string_equal(text.at, wanted);
    buf_release(&text);
}

static void
a_name_comes_back_as_itself(void **state)
{
    (void)state;
    static const char *const names[] = { "a", "G", "?", "-", "é", "space", "enter", "esc",
        "tab", "backspace", "delete", "insert", "up", "down", "left", "right", "home",
        "end", "page-up", "page-down", "f1", "f12", "ctrl-c", "alt-x", "shift-tab",
        "ctrl--", "ctrl-alt-shift-up", "ctrl-space", "alt-enter", "alt-G" };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_name(names[i], names[i]);
}

static void
one_key_has_one_form(void **state)
{
    (void)state;
    assert_name("shift-a", "A");
    assert_name("ctrl-C", "ctrl-c");
    assert_name("shift-?", "?");
    assert_name("alt-ctrl-x", "ctrl-alt-x");
    assert_name("shift-space", "shift-space");
}

static void
what_is_no_key_is_refused(void **state)
{
    (void)state;
    static const char *const names[] = { "", " ", "ab", "ctrl-", "ctrl-ctrl-a", "pgup",
        "f13", "\033", "ctrl-\x80", "a ", "\xE2\x80\x8B", "rune" };
    struct key key = { KEY_UP, 0, 0 };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_false(key_parse(str_from(names[i]), &key));
    assert_int_equal(key.code, KEY_UP);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_comes_back_as_itself),
        cmocka_unit_test(one_key_has_one_form),
        cmocka_unit_test(what_is_no_key_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
