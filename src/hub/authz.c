/* authz -- see authz.h. */
#include "hub/authz.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/mem.h"
#include "fleet/selector.h"
#include "wire/frozen.h"

/* clang-format off */
static const struct {
    const char *name;
    enum rank least; /* this role and those above it may */
} permissions[PERMISSIONS] = {
    [PERMISSION_READ]        = { "read",        RANK_VIEWER },
    [PERMISSION_MAINTENANCE] = { "maintenance", RANK_OPERATOR },
    [PERMISSION_FORCE]       = { "force",       RANK_LEAD },
    [PERMISSION_RECOVER]     = { "recover",     RANK_ADMIN },
    [PERMISSION_RELOAD]      = { "reload",      RANK_ADMIN },
};
/* clang-format on */

static const char *const ranks[RANKS] = { "none", "viewer", "operator", "lead", "admin" };

struct binding {
    char subject[AUTHZ_SUBJECT_BYTES];
    enum rank role;
    struct selector *scope; /* NULL: everything */
    char *text;             /* of the scope, canonical */
};

struct authz {
    bool private_hub;
    struct binding *bindings; /* fixed in place: grants point into it */
    size_t count;
};

struct grant {
    uint32_t uid;
    char subject[AUTHZ_SUBJECT_BYTES];
    struct identity identity;
    const struct binding **bindings; /* those that name the subject */
    size_t count;
};

const char *
permission_name(enum permission permission)
{
    return permissions[permission].name;
}

const char *
rank_name(enum rank role)
{
    return ranks[role];
}

bool
rank_named(struct str name, enum rank *role)
{
    for (int i = RANK_VIEWER; i < RANKS; i++)
        if (str_is(name, ranks[i])) {
            *role = (enum rank)i;
            return true;
        }
    return false;
}

bool
rank_allows(enum rank role, enum permission permission)
{
    return role >= permissions[permission].least;
}

struct authz *
authz_new(bool private_hub, uint32_t own_uid)
{
    struct authz *authz = mem_zero(1, sizeof *authz);

    authz->private_hub = private_hub;
    authz->bindings = mem_zero(private_hub ? 1 : AUTHZ_BINDINGS, sizeof *authz->bindings);
    if (private_hub) {
        struct binding *own = &authz->bindings[authz->count++];

        snprintf(own->subject, sizeof own->subject, "uid:%" PRIu32, own_uid);
        own->role = RANK_ADMIN;
        own->text = mem_text("");
    }
    return authz;
}

void
authz_free(struct authz *authz)
{
    if (!authz)
        return;
    for (size_t i = 0; i < authz->count; i++) {
        selector_free(authz->bindings[i].scope);
        free(authz->bindings[i].text);
    }
    free(authz->bindings);
    free(authz);
}

static bool
check_subject(const char *subject, struct err *err)
{
    struct str rest = str_from(subject), kind = { 0 };
    int64_t uid;

    if (rest.length >= AUTHZ_SUBJECT_BYTES) {
        err_set(err, ERR_INPUT, "subject: longer than %d bytes", AUTHZ_SUBJECT_BYTES - 1);
        return false;
    }
    str_split(&rest, ':', &kind);
    if (str_is(kind, "uid") && str_to_i64(rest, &uid) && uid >= 0 && uid <= UINT32_MAX)
        return true;
    if ((str_is(kind, "user") || str_is(kind, "group")) && rest.length)
        return true;
    err_set(err, ERR_INPUT,
        "subject \"%s\": expected user:NAME, group:NAME or uid:NUMBER", subject);
    return false;
}

static bool
check_role(const char *role, enum rank *value, struct err *err)
{
    const char *near;

    if (rank_named(str_from(role), value))
        return true;
    near = str_nearest(str_from(role), ranks + 1, RANKS - 1);
    if (near)
        err_set(err, ERR_INPUT, "role \"%.64s\": did you mean %s?", role, near);
    else
        err_set(err, ERR_INPUT,
            "role \"%.64s\": expected viewer, operator, lead or admin", role);
    return false;
}

static bool
parse_scope(struct binding *binding, struct str scope, struct err *err)
{
    struct selector *selector = selector_parse(scope, err);
    struct buf text = { 0 };

    if (!selector || !selector_check_scope(selector, err)) {
        err_wrap(err, "scope");
        selector_free(selector);
        return false;
    }
    if (selector_is_empty(selector)) {
        selector_free(selector);
        binding->text = mem_text("");
        return true;
    }
    selector_print(selector, &text);
    binding->scope = selector;
    binding->text = buf_take(&text);
    return true;
}

bool
authz_bind(struct authz *authz, const char *subject, const char *role, struct str scope,
    struct err *err)
{
    struct binding binding = { 0 };

    if (authz->private_hub) {
        err_set(err, ERR_INPUT, "a private hub has no bindings: it serves its own user");
        return false;
    }
    if (authz->count == AUTHZ_BINDINGS) {
        err_set(err, ERR_LIMIT, "more than %d bindings", AUTHZ_BINDINGS);
        return false;
    }
    if (!check_subject(subject, err) || !check_role(role, &binding.role, err) ||
        !parse_scope(&binding, scope, err))
        return false;
    snprintf(binding.subject, sizeof binding.subject, "%s", subject);
    authz->bindings[authz->count++] = binding;
    return true;
}

static bool
names(const struct binding *binding, uint32_t uid, const struct identity *identity)
{
    char number[24];

    snprintf(number, sizeof number, "uid:%" PRIu32, uid);
    if (!strcmp(binding->subject, number))
        return true;
    if (str_starts(str_from(binding->subject), "user:"))
        return identity->user[0] && !strcmp(binding->subject + 5, identity->user);
    if (!str_starts(str_from(binding->subject), "group:"))
        return false;
    for (int i = 0; i < identity->group_count; i++)
        if (identity->groups[i][0] && !strcmp(binding->subject + 6, identity->groups[i]))
            return true;
    return false;
}

struct grant *
grant_new(struct authz *authz, uint32_t uid, const struct identity *identity)
{
    struct grant *grant = mem_zero(1, sizeof *grant);

    grant->uid = uid;
    grant->identity = *identity;
    if (identity->user[0])
        snprintf(grant->subject, sizeof grant->subject, "%s", identity->user);
    else
        snprintf(grant->subject, sizeof grant->subject, "uid:%" PRIu32, uid);
    grant->bindings = mem_zero(authz->count + 1, sizeof *grant->bindings);
    for (size_t i = 0; i < authz->count; i++)
        if (names(&authz->bindings[i], uid, identity))
            grant->bindings[grant->count++] = &authz->bindings[i];
    return grant;
}

void
grant_free(struct grant *grant)
{
    if (!grant)
        return;
    free(grant->bindings);
    free(grant);
}

const char *
grant_subject(const struct grant *grant)
{
    return grant->subject;
}

enum rank
grant_rank(const struct grant *grant)
{
    enum rank highest = RANK_NONE;

    for (size_t i = 0; i < grant->count; i++)
        if (grant->bindings[i]->role > highest)
            highest = grant->bindings[i]->role;
    return highest;
}

bool
grant_allows(const struct grant *grant, enum permission permission)
{
    return rank_allows(grant_rank(grant), permission);
}

bool
grant_whole(const struct grant *grant, enum permission permission)
{
    for (size_t i = 0; i < grant->count; i++)
        if (rank_allows(grant->bindings[i]->role, permission) &&
            !grant->bindings[i]->scope)
            return true;
    return false;
}

bool
grant_check(const struct grant *grant, enum permission permission, struct err *err)
{
    if (grant_allows(grant, permission))
        return true;
    err_set(err, ERR_DENIED, "%s may not do this: the permission %s takes the role of %s",
        grant->subject, permissions[permission].name,
        ranks[permissions[permission].least]);
    return false;
}

void
grant_bind(struct grant *grant, const struct fleet *fleet)
{
    for (size_t i = 0; i < grant->count; i++)
        if (grant->bindings[i]->scope)
            selector_bind(grant->bindings[i]->scope, fleet);
}

bool
grant_covers(const struct grant *grant, enum permission permission,
    const struct fleet *fleet, const struct cluster *cluster)
{
    for (size_t i = 0; i < grant->count; i++) {
        const struct binding *binding = grant->bindings[i];

        if (!rank_allows(binding->role, permission))
            continue;
        /* A scope has no ages in it, so the time does not matter. */
        if (!binding->scope || selector_match(binding->scope, fleet, cluster, 0, NULL))
            return true;
    }
    return false;
}

/* The distinct scopes of a permission, in byte order; one empty one if it is everything.
 */
static void
collect_scopes(
    const struct grant *grant, enum permission permission, struct frozen *scopes)
{
    if (grant_whole(grant, permission))
        frozen_add(scopes, STR(""));
    else
        for (size_t i = 0; i < grant->count; i++)
            if (rank_allows(grant->bindings[i]->role, permission))
                frozen_add(scopes, str_from(grant->bindings[i]->text));
    frozen_seal(scopes);
}

void
grant_print_scope(const struct grant *grant, enum permission permission, struct buf *out)
{
    struct frozen scopes = { 0 };

    collect_scopes(grant, permission, &scopes);
    if (!scopes.count)
        buf_add_text(out, "(nothing)");
    else if (scopes.count == 1)
        buf_add_text(out, scopes.ids[0]);
    for (size_t i = 0; i < scopes.count && scopes.count > 1; i++)
        buf_print(out, "%s(%s)", i ? " or " : "", scopes.ids[i]);
    frozen_release(&scopes);
}

void
grant_digest(const struct grant *grant, char hex[17])
{
    struct frozen scopes = { 0 };

    collect_scopes(grant, PERMISSION_READ, &scopes);
    memcpy(hex, scopes.hash, 16);
    hex[16] = '\0';
    frozen_release(&scopes);
}

void
grant_print_whoami(const struct grant *grant, struct buf *out)
{
    bool first = true;

    buf_add_text(out, "{\"subject\":");
    buf_add_json(out, str_from(grant->subject));
    buf_print(out, ",\"uid\":%" PRIu32 ",\"role\":\"%s\",\"groups\":[", grant->uid,
        ranks[grant_rank(grant)]);
    for (int i = 0; i < grant->identity.group_count; i++) {
        if (i)
            buf_add_char(out, ',');
        buf_add_json(out, str_from(grant->identity.groups[i]));
    }
    buf_add_text(out, "],\"permissions\":{");
    for (int i = 0; i < PERMISSIONS; i++) {
        struct frozen scopes = { 0 };

        if (!grant_allows(grant, (enum permission)i))
            continue;
        collect_scopes(grant, (enum permission)i, &scopes);
        if (!first)
            buf_add_char(out, ',');
        first = false;
        frozen_print_ids(&scopes, permissions[i].name, SIZE_MAX, out);
        frozen_release(&scopes);
    }
    buf_add_char(out, '}');
}
