/*
 * authz -- who may do what to which clusters (decisions.md 21). A binding gives a subject
 * a role within a scope.
 *
 * The rule for several bindings: a subject may do P to cluster C if one of its bindings
 * has a role with P and a scope that selects C. Scopes of different permissions never
 * mix: operator of the west and viewer of everything reads everything and maintains the
 * west.
 */
#ifndef HUB_AUTHZ_H
#define HUB_AUTHZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "fleet/fleet.h"
#include "net/process.h"

#define AUTHZ_BINDINGS      1024
#define AUTHZ_SUBJECT_BYTES 80

enum permission {
    PERMISSION_READ,        /* clusters, counts, windows, audit: within scope */
    PERMISSION_MAINTENANCE, /* start and end windows */
    PERMISSION_FORCE,       /* replace open windows */
    PERMISSION_RECOVER,     /* audit recover: whole fleet only */
    PERMISSION_RELOAD,      /* reload, stop the hub: whole fleet only */
    PERMISSIONS
};

/* A role is a rank: each may do what those below it may. */
enum rank { RANK_NONE, RANK_VIEWER, RANK_OPERATOR, RANK_LEAD, RANK_ADMIN, RANKS };

const char *permission_name(enum permission permission); /* "maintenance" */
const char *rank_name(enum rank role);
bool rank_named(struct str name, enum rank *role);
bool rank_allows(enum rank role, enum permission permission); /* the table */

struct authz;

/* A private hub: own_uid is admin of everything, nobody else is anything, authz_bind is
 * refused. */
struct authz *authz_new(bool private_hub, uint32_t own_uid);
void authz_free(struct authz *authz); /* after every grant made of it */

/* subject: user:NAME, group:NAME, uid:N. scope: a selector of tags, source and name;
 * empty is everything. */
bool authz_bind(struct authz *authz, const char *subject, const char *role,
    struct str scope, struct err *err);

/* What one subject may do. Plain data that points into the authz. */
struct grant;

struct grant *grant_new(
    struct authz *authz, uint32_t uid, const struct identity *identity);
void grant_free(struct grant *grant);
const char *grant_subject(const struct grant *grant); /* user name, or uid:N */
enum rank grant_rank(const struct grant
        *grant); /* the highest that some binding gives; RANK_NONE: nobody */
bool grant_allows(const struct grant *grant, enum permission permission); /* somewhere */
bool grant_whole(const struct grant *grant, enum permission permission);  /* everywhere */

/* ERR_DENIED, naming the permission and the roles that have it. */
bool grant_check(const struct grant *grant, enum permission permission, struct err *err);

/* Before a run of grant_covers, after the fleet's texts may have changed. */
void grant_bind(struct grant *grant, const struct fleet *fleet);
bool grant_covers(const struct grant *grant, enum permission permission,
    const struct fleet *fleet, const struct cluster *cluster);

/* As a person reads it: "" is everything, one selector, or (A) or (B). */
void grant_print_scope(
    const struct grant *grant, enum permission permission, struct buf *out);
void grant_digest(const struct grant *grant,
    char hex[17]); /* SCOPE of a mark: equal scopes, equal digests */

/* {"subject":…,"uid":N,"role":…,"groups":[…],"permissions":{"read":[""],"maintenance":["region=west"],…}}
 * with everything but the closing brace, so that the hub may add what it knows. */
void grant_print_whoami(const struct grant *grant, struct buf *out);

#endif
