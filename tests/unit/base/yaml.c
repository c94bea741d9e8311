/* yaml: every error says where. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/yaml.h"
#include "helper/check.h"

static void
assert_refused(const char *text, const char *wanted)
{
    struct err err = { 0 };
    struct yaml *yaml = yaml_parse("f.yaml", str_from(text), &err);

    assert_null(yaml);
    assert_string_equal(err.text, wanted);
}

static void
values_keep_their_place_and_their_text(void **state)
{
    struct err err = { 0 };
    struct yaml *yaml =
        yaml_parse("f.yaml", STR("a: no\nb:\n  - 0o14\n  - \"null\"\nc: null\n"), &err);

    (void)state;
    assert_non_null(yaml);
    assert_string_equal(yaml_get(yaml, "a")->text, "no");
    const struct yaml *list = yaml_get(yaml, "b");
    assert_int_equal(list->kind, YAML_LIST);
    assert_string_equal(list->first->text, "0o14");
    assert_int_equal(list->first->line, 3);
    assert_int_equal(list->first->column, 5);
    assert_false(list->first->next->plain);
    assert_null(yaml_get(yaml, "c"));
    yaml_release(yaml);
}

static void
bad_documents_are_refused_with_line_and_column(void **state)
{
    (void)state;
    assert_refused("a: 1\na: 2\n", "f.yaml:2:1: 'a' is there already");
    assert_refused("a: &x 1\n", "f.yaml:1:4: anchors are not allowed");
    assert_refused("a: *x\n", "f.yaml:1:4: aliases are not allowed");
    assert_refused("? [a]\n: 1\n", "f.yaml:1:3: a key must be plain text");
    assert_refused("a: 1\n---\nb: 2\n", "f.yaml:2:1: a second document");
    assert_refused("", "f.yaml:1:1: nothing in it");
    assert_refused("a: [1,\n", "f.yaml:2:1: did not find expected node content");
    assert_refused("a: \xFF\n", "f.yaml:1:4: this is not UTF-8");
}

static void
nesting_has_a_ceiling(void **state)
{
    struct buf text = { 0 };

    (void)state;
    buf_add_repeat(&text, '[', 33);
    assert_refused(text.at, "f.yaml:1:33: nested deeper than 32");
    buf_release(&text);
}

static void
an_unknown_key_suggests_the_nearest(void **state)
{
    static const char *const keys[] = { "panels", "rows", NULL };
    struct err err = { 0 };
    struct yaml *yaml = yaml_parse("f.yaml", STR("rows: 1\npanel: 2\n"), &err);

    (void)state;
    assert_false(yaml_known("f.yaml", yaml, keys, &err));
    assert_string_equal(
        err.text, "f.yaml:2:1: unknown key 'panel' (did you mean 'panels'?)");
    yaml_release(yaml);
}

static void
typed_members_refuse_other_types(void **state)
{
    struct err err = { 0 };
    struct yaml *yaml =
        yaml_parse("f.yaml", STR("n: soon\nd: 5x\nb: yes\nl: [1]\n"), &err);
    int64_t number = 7;
    bool flag = false;
    const char *text = NULL;

    (void)state;
    assert_false(yaml_int("f.yaml", yaml, "n", &number, &err));
    assert_string_equal(err.text, "f.yaml:1:4: 'n' must be a whole number, not 'soon'");
    assert_false(yaml_duration("f.yaml", yaml, "d", &number, &err));
    assert_false(yaml_bool("f.yaml", yaml, "b", &flag, &err));
    assert_false(yaml_text("f.yaml", yaml, "l", &text, &err));
    assert_true(yaml_int("f.yaml", yaml, "absent", &number, &err));
    assert_int_equal(number, 7);
    yaml_release(yaml);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_keep_their_place_and_their_text),
        cmocka_unit_test(bad_documents_are_refused_with_line_and_column),
        cmocka_unit_test(nesting_has_a_ceiling),
        cmocka_unit_test(an_unknown_key_suggests_the_nearest),
        cmocka_unit_test(typed_members_refuse_other_types),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
