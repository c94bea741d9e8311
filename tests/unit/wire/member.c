/* member: ceilings, needs, and what a failure leaves alone. */
#include "wire/member.h"

#include <string.h>

#include "helper/check.h"

static const char *
refusal(const char *text, size_t limit_bytes, struct err *err)
{
    json_t *object = member_object(str_from(text), limit_bytes, err);

    assert_null(object);
    return err->text;
}

static void
a_body_is_one_flat_enough_object(void **state)
{
    char deep[100] = "";
    struct err err = { 0 };

    (void)state;
    assert_non_null(strstr(refusal("", 10, &err), "empty"));
    assert_non_null(strstr(refusal("[]", 10, &err), "not an object"));
    assert_non_null(strstr(refusal("{} x", 10, &err), "column"));
    assert_non_null(strstr(refusal("{\"a\":1,\"a\":2}", 99, &err), "duplicate"));
    assert_int_equal(err.code, ERR_INPUT);
    memset(deep, '[', 40);
    assert_non_null(strstr(refusal(deep, 99, &err), "deeper than 32"));
    assert_non_null(strstr(refusal("{\"a\":1}", 6, &err), "longer than 6 bytes"));
    assert_int_equal(err.code, ERR_LIMIT);
}

/* One object with a member of each kind. */
static json_t *
sample(void)
{
    struct err err;
    json_t *object =
        member_object(STR("{\"text\":\"four\",\"none\":null,\"number\":-7,\"flag\":true,"
                          "\"count\":12,\"time\":\"2026-11-23T10:00:00Z\"}"),
            200, &err);

    assert_non_null(object);
    return object;
}

static void
what_is_absent_leaves_the_value_alone_unless_it_is_needed(void **state)
{
    json_t *object = sample();
    int64_t count = 5;
    char name[8] = "kept";
    struct err err = { 0 };

    (void)state;
    assert_true(member_count(object, "no", MEMBER_MAY, 10, &count, &err));
    assert_true(member_copy(object, "none", MEMBER_MAY, name, sizeof name, &err));
    assert_int_equal(count, 5);
    assert_string_equal(name, "kept");
    assert_int_equal(err.code, ERR_NONE);
    assert_false(member_count(object, "none", MEMBER_NEEDED, 10, &count, &err));
    assert_string_equal(err.text, "\"none\" is missing");
    json_decref(object);
}

static void
each_kind_is_read_within_its_ceiling(void **state)
{
    json_t *object = sample();
    struct str view = { 0 };
    int64_t count = 5, number = 0, time_ms = 0;
    bool flag = false;
    char name[5] = "kept";
    struct err err = { 0 };

    (void)state;
    assert_true(member_view(object, "text", MEMBER_NEEDED, 4, &view, &err));
    assert_true(str_is(view, "four"));
    assert_false(member_view(object, "text", MEMBER_NEEDED, 3, &view, &err));
    assert_int_equal(err.code, ERR_LIMIT);
    assert_false(member_copy(object, "text", MEMBER_NEEDED, name, 4, &err));
    assert_string_equal(name, "kept");
    assert_true(member_copy(object, "text", MEMBER_NEEDED, name, 5, &err));
    assert_string_equal(name, "four");
    assert_true(member_i64(object, "number", MEMBER_NEEDED, &number, &err));
    assert_int_equal(number, -7);
    assert_false(member_count(object, "count", MEMBER_NEEDED, 11, &count, &err));
    assert_string_equal(err.text, "\"count\": expected a whole number from 0 to 11");
    assert_false(member_count(object, "number", MEMBER_NEEDED, 11, &count, &err));
    assert_false(member_count(object, "text", MEMBER_NEEDED, 11, &count, &err));
    assert_int_equal(count, 5);
    assert_true(member_count(object, "count", MEMBER_NEEDED, 12, &count, &err));
    assert_int_equal(count, 12);
    assert_true(member_bool(object, "flag", MEMBER_NEEDED, &flag, &err) && flag);
    assert_true(member_time(object, "time", MEMBER_NEEDED, &time_ms, &err));
    assert_int_equal(time_ms, INT64_C(1795428000000));
    assert_false(member_time(object, "text", MEMBER_NEEDED, &time_ms, &err));
    json_decref(object);
}

static void
a_member_nobody_knows_is_named_with_the_nearest(void **state)
{
    json_t *object = sample();
    struct err err = { 0 };

    (void)state;
    assert_true(member_known(object,
        (const char *const[]){ "text", "none", "number", "flag", "count", "time", NULL },
        &err));
    assert_false(member_known(object,
        (const char *const[]){ "text", "none", "number", "flag", "counts", "time", NULL },
        &err));
    assert_string_equal(err.text, "\"count\": no such member; did you mean \"counts\"?");
    json_decref(object);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_body_is_one_flat_enough_object),
        cmocka_unit_test(what_is_absent_leaves_the_value_alone_unless_it_is_needed),
        cmocka_unit_test(each_kind_is_read_within_its_ceiling),
        cmocka_unit_test(a_member_nobody_knows_is_named_with_the_nearest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
