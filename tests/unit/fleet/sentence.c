/* sentence: counts whose parts add up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "fleet/sentence.h"

static struct sentence
count(const uint32_t states[STATES])
{
    struct sentence sentence = { 0 };

    for (int state = 0; state < STATES; state++)
        for (uint32_t i = 0; i < states[state]; i++)
            sentence_add(&sentence, (enum state)state);
    return sentence;
}

static void
check(const struct sentence *sentence, const char *percent, const char *text)
{
    struct buf out = { 0 };
    char figure[8];

    sentence_print_percent(sentence, figure);
    assert_string_equal(figure, percent);
    sentence_print(sentence, &out);
    assert_string_equal(out.at, text);
    buf_release(&out);
}

static void
twelve_hundred_sites_add_up(void **state)
{
    const uint32_t states[STATES] = { [STATE_HEALTHY] = 1171,
        [STATE_DEGRADED] = 9,
        [STATE_DOWN] = 4,
        [STATE_OFFLINE] = 6,
        [STATE_MAINTENANCE] = 10 };
    struct sentence sentence = count(states);

    (void)state;
    assert_int_equal(sentence.total, 1200);
    assert_int_equal(sentence.operational, 1180);
    check(&sentence, "98.3",
        "1,180 of 1,200 sites are operational (98.3 %): 1,171 healthy, 9 degraded, 4 "
        "down, 6 offline, 10 maintenance");
}

static void
all_eight_states_are_named(void **state)
{
    const uint32_t states[STATES] = { 1, 2, 3, 4, 5, 6, 7, 8 };
    struct sentence sentence = count(states);

    (void)state;
    assert_int_equal(sentence.total, 36);
    /* degraded 2, catching-up 5, updating 6, healthy 8 */
    check(&sentence, "58.3",
        "21 of 36 sites are operational (58.3 %): 8 healthy, 2 degraded, 1 down, 3 "
        "offline, 5 catching-up, 6 updating, 7 maintenance, 4 unknown");
}

static void
one_in_ten_thousand_is_not_a_hundred_percent(void **state)
{
    uint32_t states[STATES] = { [STATE_HEALTHY] = 99999, [STATE_OFFLINE] = 1 };
    struct sentence sentence = count(states);
    char figure[8];

    (void)state;
    sentence_print_percent(&sentence, figure);
    assert_string_equal(figure, "99.9");
    states[STATE_OFFLINE] = 0;
    sentence = count(states);
    sentence_print_percent(&sentence, figure);
    assert_string_equal(figure, "100.0");
    assert_int_equal(sentence_permille(&sentence), 1000);
}

static void
an_empty_fleet_has_no_percentage(void **state)
{
    struct sentence sentence = { 0 };

    (void)state;
    assert_int_equal(sentence_permille(&sentence), -1);
    check(&sentence, "–", "no sites");
}

static void
one_site_is_one_site(void **state)
{
    const uint32_t states[STATES] = { [STATE_DOWN] = 1 };
    struct sentence sentence = count(states);

    (void)state;
    check(&sentence, "0.0", "0 of 1 site is operational (0.0 %): 1 down");
}

static void
counts_have_commas(void **state)
{
    char text[16];

    (void)state;
    count_print(text, 0);
    assert_string_equal(text, "0");
    count_print(text, 999);
    assert_string_equal(text, "999");
    count_print(text, 1200);
    assert_string_equal(text, "1,200");
    count_print(text, 1234567);
    assert_string_equal(text, "1,234,567");
    count_print(text, UINT64_MAX);
    assert_string_equal(text, "99,999,999,999");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(twelve_hundred_sites_add_up),
        cmocka_unit_test(all_eight_states_are_named),
        cmocka_unit_test(one_in_ten_thousand_is_not_a_hundred_percent),
        cmocka_unit_test(an_empty_fleet_has_no_percentage),
        cmocka_unit_test(one_site_is_one_site),
        cmocka_unit_test(counts_have_commas),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
