/*
 * selector -- which clusters: Kubernetes label-selector grammar over tags, and
 * comparisons over fields (decisions.md 4 is the grammar). One parser for the filter
 * line, scopes, commands, views.
 *
 *   region=west-coast,hours in (24h)  state!=healthy  gpus>=2  seen<5m version.model!=3.2
 * !ticket  ~port
 *
 * Ceilings: 4,096 bytes, 64 terms, 256 values in a set. Every error says the column and
 * what was expected.
 */
#ifndef FLEET_SELECTOR_H
#define FLEET_SELECTOR_H

#include "base/buf.h"
#include "base/err.h"
#include "fleet/field.h"
#include "fleet/fleet.h"

#define SELECTOR_BYTES  4096
#define SELECTOR_TERMS  64
#define SELECTOR_VALUES 256

struct selector;

/* Empty text selects all. NULL and ERR_INPUT "selector: column 7: …" otherwise.
 * Independent of any fleet. */
struct selector *selector_parse(struct str text, struct err *err);
void selector_free(struct selector *selector);

/* The filter line alone: a bare word that is neither a field nor a tag key the fleet
 * knows becomes ~word. */
struct selector *selector_parse_filter(
    struct str text, const struct fleet *fleet, struct err *err);

/* Refuse what a role's scope may not use: fields but source and name; a negative term on
 * a tag whose existence no other term demands. */
bool selector_check_scope(const struct selector *selector, struct err *err);

/* Look tag keys and values up in the fleet's intern: cheap, repeat after the fleet's
 * texts changed or before a run of matches. */
void selector_bind(struct selector *selector, const struct fleet *fleet);

/* The next tag it names that no cluster has, from term *at on, which moves behind it.
 * NULL when there is none left: a name may be misspelt. */
const char *selector_stranger(
    const struct selector *selector, const struct fleet *fleet, size_t *at);

/* Does it select the cluster at now_ms? *next_flip_ms (may be NULL), if the answer can
 * change by time alone, is lowered to when. Call selector_bind first. */
bool selector_match(const struct selector *selector, const struct fleet *fleet,
    const struct cluster *cluster, int64_t now_ms, int64_t *next_flip_ms);

void selector_print(
    const struct selector *selector, struct buf *buf); /* canonical: parses to the same */

/* It asks for `seen`, which of a cluster that is up is its source's freshness: match
 * again when sources change. */
bool selector_reads_sources(const struct selector *selector);
bool selector_is_empty(const struct selector *selector);

#endif
