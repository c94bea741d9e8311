/* option: what a command line says, and what is wrong with it. */
#include "cli/command.h"

#include <stdio.h>
#include <string.h>

#include "helper/check.h"

static const struct option options[] = {
    { 'l', "selector", "SELECTOR", "" },
    { 'w', "watch", NULL, "" },
    { 0, "for", "DURATION", "" },
    { 0, NULL, NULL, NULL },
};

static const struct command command = {
    .name = "test", .options = options, .client = true
};

#define COUNT(array) (int)(sizeof(array) / sizeof((array)[0]))

static bool
parse(struct invocation *invocation, int count, const char *const *words, struct err *err)
{
    *invocation = (struct invocation){ .command = &command };
    *err = (struct err){ 0 };
    return invocation_parse(invocation, count, (char **)(uintptr_t)words, err);
}

static void
options_stand_anywhere_in_every_spelling(void **state)
{
    static const char *const words[] = { "one", "-l", "a=b", "--for=2h", "two", "-w",
        "--demo", "-lc=d", "-", "--", "-x" };
    struct invocation invocation;
    struct err err;
    int64_t ms = 0;

    (void)state;
    assert_true(parse(&invocation, COUNT(words), words, &err));
    assert_int_equal(invocation.word_count, 4);
    assert_string_equal(invocation.words[0], "one");
    assert_string_equal(invocation.words[2], "-");
    assert_string_equal(invocation.words[3], "-x");
    assert_string_equal(invocation_value(&invocation, "selector"), "c=d"); /* the last */
    assert_true(invocation_has(&invocation, "watch"));
    assert_true(invocation_has(&invocation, "demo"));
    assert_false(invocation_has(&invocation, "hub"));
    assert_true(invocation_duration(&invocation, "for", &ms, &err));
    assert_int_equal(ms, 7200000);
    invocation_release(&invocation);
}

static void
what_is_wrong_is_said(void **state)
{
    static const struct {
        const char *words[2];
        const char *says;
    } cases[] = {
        { { "--selectro", "x" }, "did you mean '--selector'" },
        { { "-z", "x" }, "no option '-z'" },
        { { "x", "--for" }, "--for needs a DURATION" },
        { { "x", "-l" }, "--selector needs a SELECTOR" },
        { { "--watch=yes", "x" }, "--watch takes no value" },
        { { "-wx", "x" }, "--watch takes no value" },
        { { "--=x", "x" }, "no option '--'" },
    };
    struct invocation invocation;
    struct err err;

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_false(parse(&invocation, 2, cases[i].words, &err));
        assert_int_equal(err.code, ERR_USAGE);
        if (!strstr(err.text, cases[i].says))
            fail_msg("'%s' does not say '%s'", err.text, cases[i].says);
        invocation_release(&invocation);
    }
}

static void
values_are_checked(void **state)
{
    static const char *const words[] = { "--for", "soon", "-l", "b" };
    static const char *const names[] = { "a", "b", NULL }, *const others[] = { "x",
        NULL };
    struct invocation invocation;
    struct err err;
    int64_t ms = 5;
    size_t choice = 7;

    (void)state;
    assert_true(parse(&invocation, COUNT(words), words, &err));
    assert_false(invocation_duration(&invocation, "for", &ms, &err));
    assert_true(invocation_duration(&invocation, "wait", &ms, &err));
    assert_int_equal(ms, 5);
    assert_true(invocation_choice(&invocation, "selector", names, &choice, &err));
    assert_int_equal(choice, 1);
    assert_false(invocation_choice(&invocation, "selector", others, &choice, &err));
    assert_non_null(strstr(err.text, "there are: x"));
    assert_true(invocation_choice(&invocation, "hub", others, &choice, &err));
    assert_int_equal(choice, 0);
    invocation_release(&invocation);
}

/* A letter or a name means one thing in a command. */
static void
no_command_has_an_option_twice(void **state)
{
    (void)state;
    for (size_t i = 0; commands[i]; i++) {
        for (const struct option *a = commands[i]->options; a && a->name; a++) {
            for (const struct option *b = a + 1; b->name; b++) {
                assert_string_not_equal(a->name, b->name);
                assert_true(!a->letter || a->letter != b->letter);
            }
            for (const struct option *b = client_options; b->name; b++)
                assert_string_not_equal(a->name, b->name);
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_stand_anywhere_in_every_spelling),
        cmocka_unit_test(what_is_wrong_is_said),
        cmocka_unit_test(values_are_checked),
        cmocka_unit_test(no_command_has_an_option_twice),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
