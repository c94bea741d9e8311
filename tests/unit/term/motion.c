/* motion: the shortest bytes from a spot to another. */
#include "helper/check.h"

#include <string.h>

#include "term/motion.h"

static void
assert_motion(struct spot from, struct spot to, const char *redraw, const char *wanted)
{
    struct buf out = { 0 };

    motion_print(&out, from, to, redraw ? str_from(redraw) : (struct str){ NULL, 0 });
    buf_add_char(&out, '\0');
    assert_string_equal(out.at, wanted);
    buf_release(&out);
}

static void
from_nowhere_it_is_absolute(void **state)
{
    (void)state;
    assert_motion((struct spot){ -1, -1 }, (struct spot){ 0, 0 }, NULL, "\033[H");
    assert_motion((struct spot){ -1, 3 }, (struct spot){ 0, 4 }, NULL, "\033[5H");
    assert_motion((struct spot){ -1, 3 }, (struct spot){ 9, 0 }, NULL, "\033[;10H");
    assert_motion((struct spot){ -1, 3 }, (struct spot){ 99, 49 }, NULL, "\033[50;100H");
    assert_motion((struct spot){ -1, 3 }, (struct spot){ 5, 3 }, "xy", "\033[4;6H");
}

static void
along_a_row_it_is_short(void **state)
{
    (void)state;
    assert_motion((struct spot){ 3, 7 }, (struct spot){ 4, 7 }, NULL, "\033[C");
    assert_motion((struct spot){ 3, 7 }, (struct spot){ 43, 7 }, NULL, "\033[40C");
    assert_motion((struct spot){ 43, 7 }, (struct spot){ 41, 7 }, NULL, "\b\b");
    assert_motion((struct spot){ 43, 7 }, (struct spot){ 20, 7 }, NULL, "\033[23D");
    assert_motion((struct spot){ 43, 7 }, (struct spot){ 0, 7 }, NULL, "\r");
    assert_motion((struct spot){ 143, 7 }, (struct spot){ 1, 7 }, NULL, "\r\033[C");
}

static void
a_gap_is_drawn_again_if_that_is_shorter(void **state)
{
    (void)state;
    assert_motion((struct spot){ 3, 7 }, (struct spot){ 5, 7 }, "ab", "ab");
    assert_motion((struct spot){ 3, 7 }, (struct spot){ 9, 7 }, "abcdef", "\033[6C");
    assert_motion((struct spot){ 3, 7 }, (struct spot){ 4, 8 }, "a", "\na");
}

static void
between_rows_it_uses_line_feeds(void **state)
{
    (void)state;
    assert_motion((struct spot){ 3, 7 }, (struct spot){ 0, 8 }, NULL, "\r\n");
    assert_motion((struct spot){ 3, 7 }, (struct spot){ 3, 9 }, NULL, "\n\n");
    assert_motion((struct spot){ 3, 7 }, (struct spot){ 3, 6 }, NULL, "\033[A");
    assert_motion((struct spot){ 3, 7 }, (struct spot){ 3, 27 }, NULL, "\033[20B");
    assert_motion((struct spot){ 50, 7 }, (struct spot){ 2, 8 }, NULL, "\033[9;3H");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(from_nowhere_it_is_absolute),
        cmocka_unit_test(along_a_row_it_is_short),
        cmocka_unit_test(a_gap_is_drawn_again_if_that_is_shorter),
        cmocka_unit_test(between_rows_it_uses_line_feeds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
