/* document: JSON as YAML that reads back the same, and as text for a person. */
#include "cli/document.h"

#include <string.h>

#include "base/yaml.h"
#include "helper/check.h"

static void
json_becomes_blocks(void **state)
{
    struct buf out = { 0 };
    struct err err = { 0 };

    (void)state;
    assert_true(document_print_yaml(STR("{\"a\":1,\"b\":{\"c\":null,\"d\":[]},\"e\":[{"
                                        "\"f\":true,\"g\":\"x\"},[2,3],{}]}"),
        0, false, &out, &err));
    assert_string_equal(out.at, "a: 1\n"
                                "b:\n"
                                "  c: null\n"
                                "  d: []\n"
                                "e:\n"
                                "  - f: true\n"
                                "    g: x\n"
                                "  - - 2\n"
                                "    - 3\n"
                                "  - {}\n");
    buf_clear(&out);
    assert_true(document_print_yaml(STR("{\"a\":1,\"b\":2}"), 0, true, &out, &err));
    assert_string_equal(out.at, "- a: 1\n  b: 2\n");
    assert_false(document_print_yaml(STR("{\"a\":"), 0, false, &out, &err));
    assert_int_equal(err.code, ERR_INPUT);
    buf_release(&out);
}

/* Texts that a reader of YAML could take for something else. */
static void
texts_stay_texts(void **state)
{
    static const char *const texts[] = { "no", "Yes", "null", "~", "1.30", "1e3", "0x10",
        "", " x", "x ", "a: b", "#c", "- d", "*e", "&f", "!g", "%h", "@i", "`j", "'k'",
        "\"l\"", "{m}", "[n]", "2026-11-24", "12:30", "o\np", "\x01", "caf\xc3\xa9",
        "true", "on", ".", "-", "=" };
    struct err err = { 0 };

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct buf json = { 0 }, out = { 0 };
        struct yaml *yaml;
        const struct yaml *value;

        buf_add_text(&json, "{\"key\":");
        buf_add_json(&json, str_from(texts[i]));
        buf_add_char(&json, '}');
        assert_true(document_print_yaml(buf_str(&json), 0, false, &out, &err));
        yaml = yaml_parse("t", buf_str(&out), &err);
        if (!yaml)
            fail_msg("'%s' became '%s': %s", texts[i], out.at, err.text);
        value = yaml_get(yaml, "key");
        assert_non_null(value);
        assert_string_equal(value->text, texts[i]);
        yaml_release(yaml);
        buf_release(&json);
        buf_release(&out);
    }
}

static void
a_person_sees_ages_and_no_quotes(void **state)
{
    struct buf out = { 0 };
    struct err err = { 0 };

    (void)state;
    assert_true(document_print_text(STR("{\"a\":\"2026-11-24T01:00:00Z\",\"b\":\"2026-11-"
                                        "24T03:00:00.500Z\",\"c\":null,"
                                        "\"d\":[],\"e\":\"\",\"f\":\"x\\u001b[31my\"}"),
        1795485600000, &out, &err));
    assert_string_equal(out.at, "a: 2026-11-24T01:00:00Z  (1h ago)\n"
                                "b: 2026-11-24T03:00:00.500Z  (in 1h)\n"
                                "c: -\n"
                                "d: none\n"
                                "e: \"\"\n"
                                "f: x\xef\xbf\xbd[31my\n");
    buf_release(&out);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_becomes_blocks),
        cmocka_unit_test(texts_stay_texts),
        cmocka_unit_test(a_person_sees_ages_and_no_quotes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
