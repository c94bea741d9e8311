/* theme: the shipped ones are whole and readable, broken ones are refused with a place.
 */
#include "ui/theme.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/builtin.h"
#include "base/mem.h"

static void
load(struct theme *theme, const char *path)
{
    const struct builtin *file = builtin_find(path);
    struct err err = { 0 };

    assert_non_null(file);
    if (!theme_parse(theme, path, (struct str){ file->text, file->length }, &err))
        fail_msg("%s", err.text);
}

static void
the_shipped_themes_are_whole(void **state)
{
    (void)state;
    struct theme theme;

    load(&theme, "themes/dark.yaml");
    assert_string_equal(theme.name, "dark");
    assert_int_equal(theme.background_rgb, 0x11151c);
    assert_int_equal(theme.looks[ROLE_DOWN].ansi, 1);
    assert_int_equal(theme.looks[ROLE_DOWN].attributes, ATTRIBUTE_BOLD);
    assert_false(theme_is_mono(&theme));
    load(&theme, "themes/mono.yaml");
    assert_true(theme_is_mono(&theme)); /* its background is none of its colours */
    for (int role = ROLE_TEXT; role < ROLES; role++)
        assert_int_equal(theme.looks[role].rgb, COLOUR_DEFAULT);
}

static double
least_contrast(enum role role)
{
    if (role == ROLE_TEXT)
        return 7;
    if (role == ROLE_DIM || role == ROLE_HEALTHY)
        return 3;
    if (role == ROLE_FAINT || role == ROLE_STRIP || role == ROLE_SELECTION)
        return 1; /* structure, not words */
    return 4.5;
}

static void
dark_is_readable_on_its_background(void **state)
{
    (void)state;
    struct theme theme;

    load(&theme, "themes/dark.yaml");
    for (int role = ROLE_TEXT; role < ROLES; role++) {
        double contrast = colour_contrast(theme.looks[role].rgb, theme.background_rgb);
        if (contrast < least_contrast((enum role)role))
            fail_msg("%s has %.2f:1", role_name((enum role)role), contrast);
    }
    /* Text is read on the strips too. */
    assert_true(
        colour_contrast(theme.looks[ROLE_TEXT].rgb, theme.looks[ROLE_STRIP].rgb) > 7);
    assert_true(
        colour_contrast(theme.looks[ROLE_TEXT].rgb, theme.looks[ROLE_SELECTION].rgb) > 7);
}

static void
contrast_is_that_of_the_standard(void **state)
{
    (void)state;
    assert_true(colour_contrast(0, 0xFFFFFF) > 20.99);
    assert_true(colour_contrast(0x777777, 0x777777) < 1.01);
    double grey = colour_contrast(0x767676, 0xFFFFFF);
    assert_true(grey > 4.5 && grey < 4.6);
}

static void
the_nearest_colours_are_near(void **state)
{
    (void)state;
    assert_int_equal(colour_nearest_256(0x000000), 16);
    assert_int_equal(colour_nearest_256(0xFFFFFF), 231);
    assert_int_equal(colour_nearest_256(0x87AFD7), 110);
    assert_int_equal(colour_nearest_256(0x1B222D), 235);
    assert_int_equal(colour_nearest_8(0xFF5D6C), 1);
    assert_int_equal(colour_nearest_8(0x6FCF97), 2);
    assert_int_equal(colour_nearest_8(0xE8E84B), 3);
    assert_int_equal(colour_nearest_8(0x2040FF), 4);
    assert_int_equal(colour_nearest_8(0xC5CBD6), 7);
    assert_int_equal(colour_nearest_8(0x11151C), 0);
}

/* dark.yaml with one text replaced, and what must be said of it. */
static void
assert_refused(const char *old, const char *new, const char *wanted)
{
    const struct builtin *file = builtin_find("themes/dark.yaml");
    const char *at = strstr(file->text, old);
    struct buf text = { 0 };
    struct theme theme = { .name = "kept" };
    struct err err = { 0 };

    assert_non_null(at);
    buf_add(&text, file->text, (size_t)(at - file->text));
    buf_add_text(&text, new);
    buf_add_text(&text, at + strlen(old));
    assert_false(theme_parse(&theme, "t.yaml", buf_str(&text), &err));
    assert_int_equal(err.code, ERR_INPUT);
    if (!strstr(err.text, wanted) || strncmp(err.text, "t.yaml:", 7))
        fail_msg("'%s' is not in '%s'", wanted, err.text);
    assert_string_equal(theme.name, "kept");
    buf_release(&text);
}

static void
a_broken_theme_is_refused_with_place_and_hint(void **state)
{
    (void)state;
    assert_refused(
        "  down:", "  dwon:", ":15:3: unknown key 'dwon' (did you mean 'down'?)");
    assert_refused("ansi: red", "ansi: rde", "15:35: no ANSI colour 'rde': black, red");
    assert_refused("bold: true", "bold: maybe", "t.yaml:12:");
    assert_refused("\"#c5cbd6\"", "\"#c5cbd\"", "5:18: expected a colour such as");
    assert_refused("\"#c5cbd6\"", "[1]", "5:18: expected a colour such as");
    assert_refused("colour: \"#c5cbd6\"", "color: \"#c5cbd6\"",
        "unknown key 'color' (did you mean 'colour'?)");
    assert_refused("colour: \"#c5cbd6\", ", "", "'colour' is missing");
    assert_refused("\"#11151c\"", "default", "3:13: expected a colour");
    assert_refused("name: dark", "name: ''", "2:7: a name has 1 to 31 bytes");
    assert_refused("name: dark\n", "", "'name' is missing");
    assert_refused("  ramp-3", "  # ramp-3", "role 'ramp-3' is missing");
    assert_refused("roles:", "rules:", "did you mean 'roles'?");
    assert_refused("roles:", "roles: [", "t.yaml:");
    assert_refused("{colour: \"#c5cbd6\", ansi: default}", "'#c5cbd6'",
        "5:9: expected a map of names to values");
}

static void
roles_have_names_both_ways(void **state)
{
    (void)state;
    for (int role = 0; role < ROLES; role++) {
        enum role back = ROLES;
        assert_true(role_named(str_from(role_name((enum role)role)), &back));
        assert_int_equal(back, role);
    }
    enum role none = ROLES;
    assert_false(role_named(STR("no such"), &none));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_shipped_themes_are_whole),
        cmocka_unit_test(dark_is_readable_on_its_background),
        cmocka_unit_test(contrast_is_that_of_the_standard),
        cmocka_unit_test(the_nearest_colours_are_near),
        cmocka_unit_test(a_broken_theme_is_refused_with_place_and_hint),
        cmocka_unit_test(roles_have_names_both_ways),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
