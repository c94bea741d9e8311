/* Dialect files: what they may say, and where an error is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/mem.h"
#include "hub/source/dialect.h"

#define HEAD                                                                             \
    "dialect: kiosk\nresources:\n  - group: example.com\n    versions: [v1]\n"           \
    "    resource: kiosks\n"
#define INVENTORY HEAD "    is: inventory\n"
#define FACET     HEAD "    is: facet\n"
#define FIELD     INVENTORY "    fields:\n      "

static void
the_built_in_dialects_are_sound(void **state)
{
    char **names = dialect_names();
    bool ocm = false, capi = false;

    (void)state;
    for (size_t i = 0; names[i]; i++) {
        struct err err = { 0 };
        struct dialect *dialect = dialect_load(names[i], &err);

        if (!dialect)
            fail_msg("%s", err.text);
        ocm |= strcmp(names[i], "ocm") == 0;
        capi |= strcmp(names[i], "cluster-api") == 0;
        dialect_free(dialect);
    }
    texts_free(names);
    assert_true(ocm && capi);
}

static const struct {
    const char *text, *place, *word;
} wrong[] = {
    { "", "f:1:1", "" },
    { "[]", "f:1:1", "" },
    { "dialect: x\nresource: []\n", "f:2:1", "resources" },
    { "dialect: X\nresources: []\n", "f:1:10", "lower-case" },
    { "dialect: kiosk\nresources: []\n", "f:2:12", "a list of what is read" },
    { "dialect: kiosk\nresources: [{group: g}]\n", "f:2:13", "`resource:` is missing" },
    { HEAD, "f:3:5", "inventory" },
    { HEAD "    is: cluster\n", "f:6:9", "inventory" },
    { INVENTORY "    join: name\n", "f:7:11", "joins nothing" },
    { INVENTORY "    key: uid\n", "f:7:10", "namespace/name" },
    { INVENTORY "    lease: {namespace: x}\n", "f:7:12", "`name:`" },
    { INVENTORY "    lease: {namspace: x}\n", "f:7:13", "namespace" },
    { FACET, "f:3:5", "`join:` is missing" },
    { FACET "    join: uid\n", "f:7:11", "tag NAME" },
    { FACET "    join: \"tag \"\n", "f:7:11", "name is missing" },
    { FACET "    join: name\n    join-from: metadata\n", "f:8:16", "character 1" },
    { FACET "    join: name\n    key: name\n", "f:8:10", "no key" },
    { INVENTORY "    tags: {only: [a]}\n", "f:7:11", "`from:` is missing" },
    { INVENTORY "    tags: {from: .a, witout: b}\n", "f:7:22", "without" },
    { INVENTORY "    conditions: a\n", "f:7:17", "'.'" },
    { INVENTORY "    fields: [a]\n", "f:7:13", "map" },
    { FIELD "conectivity: up\n", "f:8:7", "did you mean 'connectivity'" },
    { FIELD "colour: red\n", "f:8:7", "docs/dialects.md" },
    { FIELD "connectivity: down\n", "f:8:21", "never-heard, up, disconnected" },
    { FIELD "gpus: many\n", "f:8:13", "no number" },
    { FIELD "heartbeat: 2026-01-01T00:00:00Z\n", "f:8:18", "from: PATH" },
    { FIELD "heartbeat.every: often\n", "f:8:24", "length of time" },
    { FIELD "place: .a[\n", "f:8:14", "character 4" },
    { FIELD "place: {from: .a, value: b}\n", "f:8:14", "one of `value:`" },
    { FIELD "place: {when: {path: .a, exists: true}}\n", "f:8:14", "one of `value:`" },
    { FIELD "place: {sum: [.a]}\n", "f:8:20", "number can be a sum" },
    { FIELD "place: {from: .a, reason: b}\n", "f:8:33", "have a reason" },
    { FIELD "place: {value: a, after: b}\n", "f:8:14", "from:` a path" },
    { FIELD "place: {from: .a, afer: b}\n", "f:8:25", "after" },
    { FIELD "health: {from: .a, map: {ok: fine}}\n", "f:8:36", "healthy" },
    { FIELD "health: {when: {path: .a}, value: healthy}\n", "f:8:22", "one of is, in" },
    { FIELD "health: {when: {is: a}, value: healthy}\n", "f:8:22", "condition: TYPE" },
    { FIELD "health: {when: {path: .a, is: a, in: [b]}, value: healthy}\n", "f:8:44",
        "one thing" },
    { FIELD "health: {when: {path: .a, exists: false}, value: healthy}\n", "f:8:41",
        "opposite" },
    { FIELD "health: {when: {condition: 'a\"b', exists: true}, value: healthy}\n",
        "f:8:34", "quotes" },
    { FIELD "health: {when: {path: .a, in: []}, value: healthy}\n", "f:8:37", "empty" },
    { FIELD "health: []\n", "f:8:15", "a rule is due" },
};

static void
every_mistake_has_its_place_and_a_hint(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        struct err err = { 0 };
        struct dialect *dialect = dialect_parse("f", NULL, str_from(wrong[i].text), &err);
        char place[32];

        snprintf(place, sizeof(place), "%s:", wrong[i].place);
        if (dialect)
            fail_msg("taken: %s", wrong[i].text);
        assert_int_equal(err.code, ERR_INPUT);
        if (strncmp(err.text, place, strlen(place)) != 0 ||
            !strstr(err.text, wrong[i].word))
            fail_msg("%s\n-> %s\nwant %s … %s", wrong[i].text, err.text, wrong[i].place,
                wrong[i].word);
    }
}

static void
a_file_that_calls_itself_otherwise_is_refused(void **state)
{
    struct err err = { 0 };

    (void)state;
    assert_null(dialect_parse("f", "ocm", str_from(INVENTORY), &err));
    assert_non_null(strstr(err.text, "f:1:10: it calls itself 'kiosk'"));
}

static void
the_users_file_replaces_the_one_in_the_binary(void **state)
{
    char folder[] = "/tmp/nocturne-test-XXXXXX";
    char path[128];
    struct err err = { 0 };
    struct dialect *dialect;
    const char *mine = "dialect: ocm\nhelp: mine\nresources: [{group: g, versions: [v1], "
                       "resource: r, is: inventory}]\n";

    (void)state;
    assert_non_null(mkdtemp(folder));
    setenv("XDG_CONFIG_HOME", folder, 1);
    snprintf(path, sizeof(path), "%s/nocturne/dialects", folder);
    assert_true(file_make_folders(path, &err));
    snprintf(path, sizeof(path), "%s/nocturne/dialects/ocm.yaml", folder);
    assert_true(file_write(path, mine, strlen(mine), &err));
    dialect = dialect_load("ocm", &err);
    assert_non_null(dialect);
    assert_string_equal(dialect->help, "mine");
    dialect_free(dialect);

    assert_true(file_write(path, "dialect: ocm\nresources: 1\n", 26, &err));
    assert_null(dialect_load("ocm", &err));
    assert_non_null(strstr(err.text, "ocm.yaml:2:12:"));
    unlink(path);
    dialect = dialect_load("ocm", &err);
    assert_non_null(dialect);
    assert_string_not_equal(dialect->help, "mine");
    dialect_free(dialect);
    unsetenv("XDG_CONFIG_HOME");
    for (char *end = strrchr(path, '/'); end - path >= (long)strlen(folder);
         end = strrchr(path, '/')) {
        *end = '\0';
        rmdir(path);
    }
}

static void
a_name_that_is_none_gets_the_names_there_are(void **state)
{
    struct err err = { 0 };

    (void)state;
    assert_null(dialect_load("ocn", &err));
    assert_int_equal(err.code, ERR_NOT_FOUND);
    assert_non_null(strstr(err.text, "did you mean 'ocm'"));
    assert_null(dialect_load("../../etc/passwd", &err));
    assert_int_equal(err.code, ERR_NOT_FOUND);
}

static void
an_overlay_that_is_wrong_leaves_the_dialect_alone(void **state)
{
    struct err err = { 0 };
    struct dialect *dialect = dialect_load("ocm", &err);
    uint32_t before = dialect->resources[0].field_count;
    struct yaml *good = yaml_parse("h",
        STR("gpus: .a\nplace: .b\ntag.tier: .metadata.annotations['x/tier']\n"), &err);
    struct yaml *bad = yaml_parse("h", STR("place: .b\ngpu: .a\n"), &err);

    (void)state;
    assert_false(dialect_overlay(dialect, "h", bad, &err));
    assert_non_null(strstr(err.text, "h:2:1: no field is called 'gpu'"));
    assert_int_equal(dialect->resources[0].field_count, before);
    assert_true(dialect_overlay(dialect, "h", good, &err));
    assert_int_equal(dialect->resources[0].field_count, before + 2);
    assert_int_equal(dialect->resources[1].inventory, false);
    yaml_release(good);
    yaml_release(bad);
    dialect_free(dialect);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_built_in_dialects_are_sound),
        cmocka_unit_test(every_mistake_has_its_place_and_a_hint),
        cmocka_unit_test(a_file_that_calls_itself_otherwise_is_refused),
        cmocka_unit_test(the_users_file_replaces_the_one_in_the_binary),
        cmocka_unit_test(a_name_that_is_none_gets_the_names_there_are),
        cmocka_unit_test(an_overlay_that_is_wrong_leaves_the_dialect_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
