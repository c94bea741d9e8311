/* keymap -- keymap files and their errors; the shipped one reaches everything. */
#include "console/keymap.h"

#include <stdlib.h>
#include <string.h>

#include "base/builtin.h"
#include "base/mem.h"
#include "helper/check.h"

static void
refused(const char *text, const char *why)
{
    struct keymap *keymap = mem_zero(1, sizeof(*keymap));
    struct err err = { 0 };

    assert_false(keymap_parse(keymap, "k.yaml", str_from(text), &err));
    if (!strstr(err.text, why))
        fail_msg("'%s' does not say '%s'", err.text, why);
    free(keymap);
}

static struct keymap *
shipped(void)
{
    struct keymap *keymap = mem_zero(1, sizeof(*keymap));
    struct err problem = { 0 }, err = { 0 };

    if (!keymap_load(keymap, NULL, "default", &problem, &err))
        fail_msg("%s", err.text);
    return keymap;
}

static void
errors_have_a_place_and_a_hint(void **test)
{
    (void)test;
    refused("name: x\nkeys:\n  q: laeve\n",
        "k.yaml:3:6: no action 'laeve'; did you mean 'leave'?");
    refused("name: x\nkeys:\n  qq: leave\n", "k.yaml:3:3: no key 'qq'");
    refused("name: x\nkeys:\n  G: bottom\n  shift-g: top\n",
        "k.yaml:4:3: 'shift-g' is bound to 'bottom' on line 3 already");
    refused("name: x\nkeys:\n  q: leave\n  q: quit\n", "k.yaml:4");
    refused("name: x\nkeys:\n  q: leave now\n", "takes no argument");
    refused("name: x\nkeys:\n  q: ''\n", "a key has an action");
    refused("name: x\nkeys: [q]\n", "a keymap has keys");
    refused("name: x\n", "a keymap has keys");
    refused("keys: {q: leave}\n", "a keymap has a name");
    refused("name: x\nbinds: {q: leave}\n", "k.yaml:2");
}

static void
dangerous_actions_take_no_motion_key(void **test)
{
    (void)test;
    refused(
        "name: x\nkeys:\n  j: maintenance\n", "k.yaml:3:3: 'j' is a key one leans on");
    refused("name: x\nkeys:\n  enter: maintenance\n", "leans on");
    refused("name: x\nkeys:\n  space: maintenance-end\n", "leans on");
}

static void
an_action_may_carry_its_argument(void **test)
{
    struct keymap *keymap = mem_zero(1, sizeof(*keymap));
    struct err err = { 0 };
    struct key key;

    (void)test;
    assert_true(keymap_parse(
        keymap, "k.yaml", STR("name: x\nkeys:\n  x: filter state!=healthy\n"), &err));
    assert_true(key_parse(STR("x"), &key));
    assert_string_equal(keymap_find(keymap, key)->argument, "state!=healthy");
    assert_true(key_parse(STR("y"), &key));
    assert_null(keymap_find(keymap, key));
    free(keymap);
}

/* What has no key is reached by the command line, which itself has one. */
static void
every_action_is_bound_or_in_the_palette(void **test)
{
    struct keymap *keymap = shipped();
    char text[24];

    (void)test;
    assert_true(keymap_key(keymap, action_find(STR("command")), text));
    assert_true(keymap_key(keymap, action_find(STR("help")), text));
    for (const struct action *action = action_table; action->name; action++) {
        bool bound = false;

        for (int i = 0; i < keymap->count; i++)
            bound = bound || keymap->bindings[i].action == action;
        if (!bound && (action->conditions & ACTION_MOTION))
            fail_msg("motion '%s' has no key and is not completed", action->name);
        assert_non_null(action->help);
        assert_true(action->hint == NULL || bound);
        assert_true(
            (action->argument == ARGUMENT_NONE) == (action->argument_help == NULL));
        assert_true(!(action->conditions & ACTION_WRITES) ||
                    (action->conditions & ACTION_DANGEROUS));
    }
    free(keymap);
}

static void
a_keymap_that_is_not_there_is_named(void **test)
{
    struct keymap *keymap = mem_zero(1, sizeof(*keymap));
    struct err problem = { 0 }, err = { 0 };

    (void)test;
    assert_false(keymap_load(keymap, NULL, "emacs", &problem, &err));
    assert_int_equal(err.code, ERR_NOT_FOUND);
    assert_non_null(strstr(err.text, "emacs"));
    free(keymap);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors_have_a_place_and_a_hint),
        cmocka_unit_test(dangerous_actions_take_no_motion_key),
        cmocka_unit_test(an_action_may_carry_its_argument),
        cmocka_unit_test(every_action_is_bound_or_in_the_palette),
        cmocka_unit_test(a_keymap_that_is_not_there_is_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
