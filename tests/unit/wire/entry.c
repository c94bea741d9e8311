/* entry: the canonical form and its hash, which must never change. */
#include "helper/check.h"

#include <string.h>

#include "wire/entry.h"

static const struct entry example = { .seq = 2,
    .time_ms = 1764000000123,
    .kind = "intent",
    .action = "a-1",
    .subject = "olga",
    .origin = "unix uid 7 pid 8",
    .verb = "maintenance-start",
    .target = "region=west",
    .reason = "say \"no\"\n",
    .window = "mw-1",
    .count = 2,
    .set = "cafe",
    .detail = "{\"x\":1}",
    .hash = "f00d" };

static void
the_canonical_form_is_this_one(void **state)
{
    struct buf text = { 0 };

    (void)state;
    entry_print_canonical(&example, &text);
    assert_string_equal(text.at,
        "{\"seq\":2,\"time_ms\":1764000000123,\"kind\":\"intent\",\"action\":\"a-1\","
        "\"subject\":\"olga\",\"origin\":\"unix uid 7 pid "
        "8\",\"verb\":\"maintenance-start\","
        "\"target\":\"region=west\",\"reason\":\"say \\\"no\\\"\\n\",\"result\":\"\","
        "\"window\":\"mw-1\",\"count\":2,\"set\":\"cafe\",\"detail\":{\"x\":1}}");
    buf_release(&text);
}

static void
the_hash_binds_it_to_the_one_before(void **state)
{
    struct buf text = { 0 };
    char wanted[DIGEST_HEX_LENGTH + 1], hash[DIGEST_HEX_LENGTH + 1];

    (void)state;
    buf_add_text(&text, "beef\n");
    entry_print_canonical(&example, &text);
    buf_add_char(&text, '\n');
    digest_hex(text.at, text.length, wanted);
    entry_hash("beef", &example, hash);
    assert_string_equal(hash, wanted);
    entry_hash("bee", &example, hash);
    assert_string_not_equal(hash, wanted);
    buf_release(&text);
}

static void
an_entry_comes_back(void **state)
{
    char *clusters[] = { (char *)"ocm:a", (char *)"ocm:b" };
    struct entry entry = example, back;
    struct buf text = { 0 };
    struct err err = { 0 };

    (void)state;
    entry.clusters = clusters;
    entry.cluster_count = 2;
    entry.partial = true;
    entry_print(&entry, &text);
    if (!entry_parse(&back, buf_str(&text), &err))
        fail_msg("%s", err.text);
    assert_int_equal(back.seq, 2);
    assert_string_equal(back.reason, example.reason);
    assert_string_equal(back.result, "");
    assert_string_equal(back.detail, "{\"x\":1}");
    assert_string_equal(back.hash, "f00d");
    assert_true(back.partial);
    assert_string_equal(back.clusters[1], "ocm:b");
    entry_release(&back);
    buf_release(&text);
}

static void
count_entries(void *user, const struct entry *entry)
{
    *(int *)user += (int)entry->seq;
}

static void
a_list_tells_where_to_go_on(void **state)
{
    struct buf text = { 0 };
    struct err err = { 0 };
    int64_t next;
    int sum = 0;

    (void)state;
    buf_add_text(&text, "{\"entries\":[");
    entry_print(&example, &text);
    buf_add_text(&text, "],\"next\":7}");
    assert_true(entry_list_parse(buf_str(&text), count_entries, &sum, &next, &err));
    assert_int_equal(sum, 2);
    assert_int_equal(next, 7);
    assert_true(entry_list_parse(
        STR("{\"entries\":[],\"next\":null}"), count_entries, &sum, &next, &err));
    assert_int_equal(next, 0);
    assert_false(
        entry_list_parse(STR("{\"entries\":[{}]}"), count_entries, &sum, &next, &err));
    assert_non_null(strstr(err.text, "entry 1"));
    assert_false(entry_list_parse(STR("{}"), count_entries, &sum, &next, &err));
    buf_release(&text);
}

static void
a_verdict_is_never_simply_true(void **state)
{
    struct verdict verdict = { .consistent = true, .entries = 5, .head = "cafe" }, back;
    struct buf text = { 0 };
    struct err err = { 0 };

    (void)state;
    verdict_print(&verdict, &text);
    assert_true(verdict_parse(&back, buf_str(&text), &err));
    assert_false(verdict_judge(&back, &err));
    assert_int_equal(err.code, ERR_UNPROVEN);
    back.entries = 1;
    assert_false(verdict_judge(&back, &err));
    assert_non_null(strstr(err.text, "1 entry, internally consistent"));
    verdict.consistent = false;
    verdict.at = 3;
    strcpy(verdict.why, "its hash is wrong");
    buf_clear(&text);
    verdict_print(&verdict, &text);
    assert_true(verdict_parse(&back, buf_str(&text), &err));
    assert_false(verdict_judge(&back, &err));
    assert_int_equal(err.code, ERR_CORRUPT);
    assert_string_equal(err.text, "tampered at entry 3: its hash is wrong");
    buf_release(&text);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_canonical_form_is_this_one),
        cmocka_unit_test(the_hash_binds_it_to_the_one_before),
        cmocka_unit_test(an_entry_comes_back),
        cmocka_unit_test(a_list_tells_where_to_go_on),
        cmocka_unit_test(a_verdict_is_never_simply_true),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
