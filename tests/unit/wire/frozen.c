/* frozen: sets of ids, their hash, and how two differ. */
#include "helper/check.h"

#include <string.h>

#include "wire/frozen.h"

static struct frozen
set_of(const char *ids)
{
    struct frozen set = { 0 };
    struct str rest = str_from(ids), id;

    while (rest.length && str_split(&rest, ' ', &id))
        frozen_add(&set, id);
    frozen_seal(&set);
    return set;
}

static void
assert_ids(struct frozen *set, const char *wanted)
{
    struct buf text = { 0 };

    for (size_t i = 0; i < set->count; i++)
        buf_print(&text, "%s%s", i ? " " : "", set->ids[i]);
    assert_string_equal(text.at ? text.at : "", wanted);
    buf_release(&text);
    frozen_release(set);
}

static void
sealing_sorts_by_bytes_and_drops_repeats(void **state)
{
    struct frozen set = set_of("b a-10 a-9 b a B \xc3\xa9");

    (void)state;
    assert_ids(&set, "B a a-10 a-9 b \xc3\xa9");
}

static void
the_hash_is_of_sorted_lines(void **state)
{
    struct frozen set = set_of("b a"), none = set_of("");
    char hash[DIGEST_HEX_LENGTH + 1];

    (void)state;
    digest_hex("a\nb\n", 4, hash);
    assert_string_equal(set.hash, hash);
    /* Known to everybody: SHA-256 of nothing. */
    assert_string_equal(
        none.hash, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    frozen_release(&set);
    frozen_release(&none);
}

static void
two_sets_are_told_apart(void **state)
{
    struct frozen a = set_of("a b c"), b = set_of("b c d e");
    struct frozen only_a = { 0 }, only_b = { 0 }, both = { 0 };

    (void)state;
    frozen_compare(&a, &b, &only_a, &only_b, &both);
    assert_true(frozen_has(&a, STR("c")));
    assert_false(frozen_has(&a, STR("d")));
    assert_false(frozen_has(&a, STR("")));
    assert_ids(&only_a, "a");
    assert_ids(&only_b, "d e");
    assert_ids(&both, "b c");
    frozen_compare(&a, &b, NULL, NULL, NULL);
    frozen_release(&a);
    frozen_release(&b);
}

static void
lines_come_back_and_nothing_else_does(void **state)
{
    static const char *const bad[] = { "b\na\n", "a\na\n", "a", "a\n\n", "\n" };
    struct frozen set = set_of("a b"), back;
    struct buf lines = { 0 };

    (void)state;
    frozen_print_lines(&set, &lines);
    assert_true(frozen_parse_lines(&back, buf_str(&lines)));
    assert_string_equal(back.hash, set.hash);
    frozen_release(&back);
    assert_true(frozen_parse_lines(&back, STR("")));
    assert_int_equal(back.count, 0);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(frozen_parse_lines(&back, str_from(bad[i])));
    assert_false(frozen_parse_lines(&back, (struct str){ "a\0b\n", 4 }));
    frozen_release(&set);
    buf_release(&lines);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sealing_sorts_by_bytes_and_drops_repeats),
        cmocka_unit_test(the_hash_is_of_sorted_lines),
        cmocka_unit_test(two_sets_are_told_apart),
        cmocka_unit_test(lines_come_back_and_nothing_else_does),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
