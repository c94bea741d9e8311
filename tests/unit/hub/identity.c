/* identity: looked up off the loop, once for all who ask, and kept. */
#include "helper/check.h"

#include <string.h>
#include <unistd.h>

#include "hub/identity.h"

struct asked {
    struct identities *identities;
    int calls;
    char user[64];
    bool frees;
};

static void
answered(void *user, const struct identity *identity)
{
    struct asked *asked = user;

    asked->calls++;
    memcpy(asked->user, identity->user, sizeof asked->user);
    if (asked->frees)
        identities_free(asked->identities);
}

static void
several_who_ask_share_one_look_up(void **state)
{
    struct loop *loop = loop_new();
    struct identities *identities = identities_new(loop);
    struct asked asked = { .identities = identities };
    const struct identity *known;

    (void)state;
    assert_null(identities_find(identities, 0, 0));
    identities_ask(identities, 0, 0, answered, &asked);
    identities_ask(identities, 0, 0, answered, &asked);
    assert_int_equal(asked.calls, 0);
    while (asked.calls < 2)
        loop_turn(loop, true);
    assert_string_equal(asked.user, "root");
    known = identities_find(identities, 0, 0);
    assert_non_null(known);
    assert_string_equal(known->user, "root");
    assert_null(identities_find(identities, 1, 0));
    identities_free(identities);
    loop_free(loop);
}

static void
a_uid_without_a_name_has_none(void **state)
{
    struct loop *loop = loop_new();
    struct identities *identities = identities_new(loop);
    struct asked asked = { .user = "x" };

    (void)state;
    identities_ask(identities, 3999999999u, 3999999999u, answered, &asked);
    while (!asked.calls)
        loop_turn(loop, true);
    assert_string_equal(asked.user, "");
    identities_free(identities);
    loop_free(loop);
}

static void
who_forgets_is_not_called(void **state)
{
    struct loop *loop = loop_new();
    struct identities *identities = identities_new(loop);
    struct asked gone = { 0 }, there = { 0 };

    (void)state;
    identities_ask(identities, 0, 0, answered, &gone);
    identities_ask(identities, 0, 0, answered, &there);
    identities_forget(identities, &gone);
    while (!there.calls)
        loop_turn(loop, true);
    assert_int_equal(gone.calls, 0);
    identities_free(identities);
    loop_free(loop);
}

static void
freeing_ends_the_calls(void **state)
{
    struct loop *loop = loop_new();
    struct identities *identities = identities_new(loop);
    struct asked first = { .identities = identities, .frees = true }, second = { 0 };

    (void)state;
    identities_ask(identities, 0, 0, answered, &first);
    identities_ask(identities, 0, 0, answered, &second);
    while (!first.calls)
        loop_turn(loop, true);
    loop_turn(loop, false);
    assert_int_equal(second.calls, 0);
    loop_free(loop);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(several_who_ask_share_one_look_up),
        cmocka_unit_test(a_uid_without_a_name_has_none),
        cmocka_unit_test(who_forgets_is_not_called),
        cmocka_unit_test(freeing_ends_the_calls),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
