/* intern: each text once, by number. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "fleet/intern.h"

static void
the_same_text_has_one_number(void **state)
{
    struct intern *intern = intern_new();
    uint32_t west = intern_touch(intern, STR("west-coast"));

    (void)state;
    assert_int_not_equal(west, 0);
    assert_int_equal(intern_touch(intern, STR("west-coast")), west);
    assert_int_not_equal(intern_touch(intern, STR("mountain")), west);
    assert_string_equal(intern_text(intern, west), "west-coast");
    assert_int_equal(intern_count(intern), 2);
    intern_free(intern);
}

static void
no_text_is_zero_and_never_counted(void **state)
{
    struct intern *intern = intern_new();

    (void)state;
    assert_int_equal(intern_touch(intern, (struct str){ 0 }), 0);
    assert_int_equal(intern_touch(intern, STR("")), 0);
    intern_drop(intern, 0);
    assert_int_equal(intern_keep(intern, 0), 0);
    assert_string_equal(intern_text(intern, 0), "");
    assert_int_equal(intern_str(intern, 0).length, 0);
    assert_int_equal(intern_count(intern), 0);
    intern_free(intern);
}

static void
a_text_nobody_refers_to_is_gone(void **state)
{
    struct intern *intern = intern_new();
    uint32_t number = intern_touch(intern, STR("x"));
    size_t before, after;

    (void)state;
    intern_keep(intern, number);
    intern_drop(intern, number);
    assert_int_equal(intern_find(intern, STR("x")), number);
    before = intern_bytes(intern);
    intern_drop(intern, number);
    assert_int_equal(intern_find(intern, STR("x")), 0);
    assert_int_equal(intern_count(intern), 0);
    after = intern_bytes(intern);
    assert_true(after >= before - 16 && after <= before + 512);
    assert_int_equal(intern_reused(intern), 0);
    assert_int_equal(intern_touch(intern, STR("y")), number);
    assert_int_equal(intern_reused(intern), 1);
    intern_free(intern);
}

static void
setting_a_slot_says_whether_it_changed(void **state)
{
    struct intern *intern = intern_new();
    uint32_t slot = 0;

    (void)state;
    assert_false(intern_set(intern, &slot, STR("")));
    assert_true(intern_set(intern, &slot, STR("a")));
    assert_false(intern_set(intern, &slot, STR("a")));
    assert_true(intern_set(intern, &slot, STR("b")));
    assert_int_equal(intern_count(intern), 1);
    assert_true(intern_set(intern, &slot, STR("")));
    assert_int_equal(slot, 0);
    assert_int_equal(intern_count(intern), 0);
    intern_free(intern);
}

/* Against a plain array as the oracle: touched and dropped in an order that closes every
 * kind of gap. */
static void
many_texts_come_and_go(void **state)
{
    enum { COUNT = 5000 };
    struct intern *intern = intern_new();
    uint32_t numbers[COUNT] = { 0 };
    uint64_t dice = 1;
    char text[32];

    (void)state;
    for (int round = 0; round < 40000; round++) {
        int i;

        dice = dice * 6364136223846793005u + 1442695040888963407u;
        i = (int)((dice >> 33) % COUNT);
        snprintf(text, sizeof text, "text-%d", i);
        if (numbers[i]) {
            assert_int_equal(intern_find(intern, str_from(text)), numbers[i]);
            intern_drop(intern, numbers[i]);
            numbers[i] = 0;
        } else {
            assert_int_equal(intern_find(intern, str_from(text)), 0);
            numbers[i] = intern_touch(intern, str_from(text));
        }
    }
    for (int i = 0; i < COUNT; i++) {
        snprintf(text, sizeof text, "text-%d", i);
        assert_int_equal(intern_find(intern, str_from(text)), numbers[i]);
        if (numbers[i])
            assert_string_equal(intern_text(intern, numbers[i]), text);
    }
    intern_free(intern);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_text_has_one_number),
        cmocka_unit_test(no_text_is_zero_and_never_counted),
        cmocka_unit_test(a_text_nobody_refers_to_is_gone),
        cmocka_unit_test(setting_a_slot_says_whether_it_changed),
        cmocka_unit_test(many_texts_come_and_go),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
