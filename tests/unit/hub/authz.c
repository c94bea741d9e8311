/* authz: the table of roles, and the rule for several bindings. */
#include "helper/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hub/authz.h"

static struct fleet *
fleet_of_two(void)
{
    static const char *const regions[] = { "west", "east" };
    struct fleet *fleet = fleet_new();

    for (int i = 0; i < 2; i++) {
        char id[32];
        uint32_t slot;

        snprintf(id, sizeof id, "ocm:store-%04d", i);
        slot = fleet_touch(fleet, str_from(id));
        cluster_set_tag(
            fleet_at(fleet, slot), fleet->intern, STR("region"), str_from(regions[i]));
    }
    return fleet;
}

static struct identity
called(const char *user, const char *group)
{
    struct identity identity = { 0 };

    snprintf(identity.user, sizeof identity.user, "%s", user);
    snprintf(identity.groups[0], sizeof identity.groups[0], "%s", group);
    identity.group_count = group[0] ? 1 : 0;
    return identity;
}

static bool
covers(
    struct grant *grant, enum permission permission, struct fleet *fleet, uint32_t slot)
{
    grant_bind(grant, fleet);
    return grant_covers(grant, permission, fleet, fleet_at(fleet, slot));
}

static void
each_role_may_what_the_table_says(void **state)
{
    static const char table[RANKS][PERMISSIONS + 1] = {
        [RANK_NONE] = "-----",
        [RANK_VIEWER] = "r----",
        [RANK_OPERATOR] = "rm---",
        [RANK_LEAD] = "rmf--",
        [RANK_ADMIN] = "rmfcl",
    };

    (void)state;
    for (int rank = 0; rank < RANKS; rank++)
        for (int permission = 0; permission < PERMISSIONS; permission++)
            assert_int_equal(rank_allows((enum rank)rank, (enum permission)permission),
                table[rank][permission] != '-');
}

static void
scopes_of_different_permissions_never_mix(void **state)
{
    struct fleet *fleet = fleet_of_two();
    struct authz *authz = authz_new(false, 0);
    struct identity alice = called("alice", "noc");
    struct err err = { 0 };
    struct grant *grant;

    (void)state;
    assert_true(authz_bind(authz, "group:noc", "viewer", STR(""), &err));
    assert_true(authz_bind(authz, "user:alice", "operator", STR("region=west"), &err));
    grant = grant_new(authz, 7, &alice);
    assert_int_equal(grant_rank(grant), RANK_OPERATOR);
    assert_true(grant_whole(grant, PERMISSION_READ));
    assert_false(grant_whole(grant, PERMISSION_MAINTENANCE));
    assert_true(covers(grant, PERMISSION_READ, fleet, 1));
    assert_true(covers(grant, PERMISSION_MAINTENANCE, fleet, 0));
    assert_false(covers(grant, PERMISSION_MAINTENANCE, fleet, 1));
    assert_false(covers(grant, PERMISSION_FORCE, fleet, 0));
    grant_free(grant);
    authz_free(authz);
    fleet_free(fleet);
}

static void
scopes_of_one_permission_add_up(void **state)
{
    struct fleet *fleet = fleet_of_two();
    struct authz *authz = authz_new(false, 0);
    struct identity alice = called("alice", "noc");
    struct err err = { 0 };
    struct buf text = { 0 };
    struct grant *grant;

    (void)state;
    assert_true(authz_bind(authz, "user:alice", "viewer", STR("region=west"), &err));
    assert_true(authz_bind(authz, "uid:7", "viewer", STR("name=store-0001"), &err));
    grant = grant_new(authz, 7, &alice);
    assert_true(covers(grant, PERMISSION_READ, fleet, 0));
    assert_true(covers(grant, PERMISSION_READ, fleet, 1));
    assert_false(grant_whole(grant, PERMISSION_READ));
    grant_print_scope(grant, PERMISSION_READ, &text);
    assert_string_equal(text.at, "(name=store-0001) or (region=west)");
    buf_release(&text);
    grant_free(grant);
    authz_free(authz);
    fleet_free(fleet);
}

static void
nobody_may_nothing(void **state)
{
    struct fleet *fleet = fleet_of_two();
    struct authz *authz = authz_new(false, 0);
    struct identity nobody = { 0 };
    struct err err = { 0 };
    struct grant *grant;

    (void)state;
    /* An empty name is nobody's name, and never a match. */
    assert_false(authz_bind(authz, "user:", "admin", STR(""), &err));
    assert_true(authz_bind(authz, "user:alice", "admin", STR(""), &err));
    grant = grant_new(authz, 12, &nobody);
    assert_string_equal(grant_subject(grant), "uid:12");
    assert_int_equal(grant_rank(grant), RANK_NONE);
    assert_false(grant_allows(grant, PERMISSION_READ));
    assert_false(covers(grant, PERMISSION_READ, fleet, 0));
    assert_false(grant_check(grant, PERMISSION_READ, &err));
    assert_int_equal(err.code, ERR_DENIED);
    grant_free(grant);
    authz_free(authz);
    fleet_free(fleet);
}

static void
a_private_hub_knows_its_own_uid_alone(void **state)
{
    struct authz *authz = authz_new(true, 500);
    struct identity alice = called("alice", "noc");
    struct err err = { 0 };
    struct grant *own = grant_new(authz, 500, &alice),
                 *other = grant_new(authz, 0, &alice);

    (void)state;
    assert_int_equal(grant_rank(own), RANK_ADMIN);
    assert_true(grant_whole(own, PERMISSION_RECOVER));
    assert_int_equal(grant_rank(other), RANK_NONE);
    assert_false(authz_bind(authz, "user:alice", "viewer", STR(""), &err));
    grant_free(own);
    grant_free(other);
    authz_free(authz);
}

static void
assert_bad(const char *subject, const char *role, const char *scope, const char *part)
{
    struct authz *authz = authz_new(false, 0);
    struct err err = { 0 };

    assert_false(authz_bind(authz, subject, role, str_from(scope), &err));
    if (err.code != ERR_INPUT || !strstr(err.text, part))
        fail_msg("got '%s', wanted '%s'", err.text, part);
    authz_free(authz);
}

static void
bad_bindings_are_refused_with_a_hint(void **state)
{
    (void)state;
    assert_bad("alice", "viewer", "", "expected user:NAME, group:NAME or uid:NUMBER");
    assert_bad("uid:x", "viewer", "", "uid:NUMBER");
    assert_bad("uid:-1", "viewer", "", "uid:NUMBER");
    assert_bad("group:", "viewer", "", "group:NAME");
    assert_bad("user:alice", "veiwer", "", "did you mean viewer?");
    assert_bad("user:alice", "none", "", "role \"none\"");
    assert_bad("user:alice", "viewer", "region=(", "scope: ");
    assert_bad("user:alice", "viewer", "state=healthy", "scope: ");
    assert_bad("user:alice", "viewer", "region!=west", "scope: ");
}

static void
whoami_lists_permissions_with_their_scopes(void **state)
{
    struct authz *authz = authz_new(false, 0);
    struct identity alice = called("alice", "noc");
    struct err err = { 0 };
    struct buf text = { 0 };
    struct grant *grant;

    (void)state;
    assert_true(authz_bind(authz, "group:noc", "viewer", STR(""), &err));
    assert_true(authz_bind(authz, "user:alice", "operator", STR("region=west"), &err));
    grant = grant_new(authz, 7, &alice);
    grant_print_whoami(grant, &text);
    assert_string_equal(text.at,
        "{\"subject\":\"alice\",\"uid\":7,\"role\":\"operator\",\"groups\":[\"noc\"],"
        "\"permissions\":{\"read\":[\"\"],\"maintenance\":[\"region=west\"]}");
    buf_release(&text);
    grant_free(grant);
    authz_free(authz);
}

static void
equal_scopes_have_equal_digests(void **state)
{
    struct authz *authz = authz_new(false, 0);
    struct identity a = called("a", ""), b = called("b", ""), c = called("c", "");
    struct err err = { 0 };
    char first[17], second[17], third[17];
    struct grant *grant;

    (void)state;
    assert_true(authz_bind(authz, "user:a", "viewer", STR("region=west"), &err));
    assert_true(authz_bind(authz, "user:a", "viewer", STR("region=east"), &err));
    assert_true(authz_bind(authz, "user:b", "operator", STR("region = east"), &err));
    assert_true(authz_bind(authz, "user:b", "viewer", STR("region=west"), &err));
    assert_true(authz_bind(authz, "user:c", "viewer", STR("region=west"), &err));
    grant = grant_new(authz, 1, &a);
    grant_digest(grant, first);
    grant_free(grant);
    grant = grant_new(authz, 2, &b);
    grant_digest(grant, second);
    grant_free(grant);
    grant = grant_new(authz, 3, &c);
    grant_digest(grant, third);
    grant_free(grant);
    assert_string_equal(first, second);
    assert_string_not_equal(first, third);
    authz_free(authz);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_role_may_what_the_table_says),
        cmocka_unit_test(scopes_of_different_permissions_never_mix),
        cmocka_unit_test(scopes_of_one_permission_add_up),
        cmocka_unit_test(nobody_may_nothing),
        cmocka_unit_test(a_private_hub_knows_its_own_uid_alone),
        cmocka_unit_test(bad_bindings_are_refused_with_a_hint),
        cmocka_unit_test(whoami_lists_permissions_with_their_scopes),
        cmocka_unit_test(equal_scopes_have_equal_digests),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
