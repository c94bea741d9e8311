/* selector -- which clusters: parsing, scopes, and the run over the clauses. */
#include "fleet/selector.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "fleet/clause.h"
#include "fleet/scan.h"

struct selector {
    struct clause *clauses;
    size_t count, capacity;
    bool has_age;
};

struct parse {
    struct scan scan;
    struct selector *selector;
    const struct fleet *fleet; /* of the filter line, NULL otherwise */
    struct err *err;
};

static bool
advance(struct parse *parse)
{
    return scan_next(&parse->scan, parse->err);
}

static bool
is_reserved(const struct token *token)
{
    return token->kind == TOKEN_WORD && !token->quoted &&
           (str_is(token->text, "in") || str_is(token->text, "notin"));
}

static bool
is_operator(enum token_kind kind)
{
    return kind >= TOKEN_EQUAL && kind <= TOKEN_MORE_EQUAL;
}

/* ! NAME */
static bool
parse_absent(struct parse *parse, struct clause *clause)
{
    const struct token *token = &parse->scan.token;

    if (!advance(parse))
        return false;
    if (token->kind != TOKEN_WORD || is_reserved(token))
        return scan_err(token->column, parse->err, "a name was expected after !");
    clause->relation = RELATION_ABSENT;
    if (!clause_name(clause, token->text, parse->err) || !advance(parse))
        return false;
    if (is_operator(token->kind))
        return scan_err(token->column, parse->err,
            "!%s asks for absence; to compare write %s!=VALUE", clause->key, clause->key);
    return true;
}

/* ~ TEXT */
static bool
parse_contains(struct parse *parse, struct clause *clause)
{
    const struct token *token = &parse->scan.token;

    if (!advance(parse))
        return false;
    if (token->kind != TOKEN_WORD || !token->text.length)
        return scan_err(token->column, parse->err, "text was expected after ~");
    clause->subject = SUBJECT_TEXT;
    clause->relation = RELATION_CONTAINS;
    return clause_add(clause, token->text, token->column, parse->err) && advance(parse);
}

static bool
misplaced_tilde(struct parse *parse)
{
    return scan_err(parse->scan.token.column, parse->err,
        "~ only starts a term: ~TEXT finds it in the name or in a tag");
}

static bool
parse_value(struct parse *parse, struct clause *clause)
{
    const struct token *token = &parse->scan.token;

    if (token->kind == TOKEN_TILDE)
        return misplaced_tilde(parse);
    if (token->kind != TOKEN_WORD)
        return scan_err(token->column, parse->err,
            "a value was expected; an empty one is written \"\"");
    return clause_add(clause, token->text, token->column, parse->err) && advance(parse);
}

/* The values behind in and notin. */
static bool
parse_set(struct parse *parse, struct clause *clause, bool in)
{
    const struct token *token = &parse->scan.token;

    clause->relation = in ? RELATION_IN : RELATION_NOT_IN;
    if (!advance(parse))
        return false;
    if (token->kind != TOKEN_OPEN)
        return scan_err(token->column, parse->err,
            "%s is reserved and needs ( after it; quote it if it is a word",
            in ? "in" : "notin");
    do {
        if (!advance(parse) || !parse_value(parse, clause))
            return false;
    } while (token->kind == TOKEN_COMMA);
    if (token->kind != TOKEN_CLOSE)
        return scan_err(token->column, parse->err, "a comma or ) was expected");
    return advance(parse);
}

/* A bare word in the filter line means itself, wherever it occurs. */
static bool
is_bare_text(const struct parse *parse, const struct clause *clause, struct str name)
{
    return parse->fleet && clause->subject == SUBJECT_TAG && !str_starts(name, "tag.") &&
           !fleet_has_tag(parse->fleet, str_from(clause->key));
}

static bool
parse_named(struct parse *parse, struct clause *clause)
{
    static const enum relation relations[] = {
        [TOKEN_EQUAL] = RELATION_EQUAL,
        [TOKEN_NOT_EQUAL] = RELATION_NOT_EQUAL,
        [TOKEN_LESS] = RELATION_LESS,
        [TOKEN_LESS_EQUAL] = RELATION_LESS_EQUAL,
        [TOKEN_MORE] = RELATION_MORE,
        [TOKEN_MORE_EQUAL] = RELATION_MORE_EQUAL,
    };
    const struct token *token = &parse->scan.token;
    struct token name = *token;

    if (is_reserved(token))
        return scan_err(token->column, parse->err,
            "%.*s is reserved; write tag.%.*s for the tag of that name",
            STR_ARG(name.text), STR_ARG(name.text));
    if (!clause_name(clause, name.text, parse->err) || !advance(parse))
        return false;
    if (is_reserved(token))
        return parse_set(parse, clause, str_is(token->text, "in"));
    if (is_operator(token->kind)) {
        clause->relation = relations[token->kind];
        return advance(parse) && parse_value(parse, clause);
    }
    if (token->kind == TOKEN_TILDE && !token->spaced)
        return misplaced_tilde(parse);
    clause->relation = RELATION_EXISTS;
    if (!is_bare_text(parse, clause, name.text))
        return true;
    clause->subject = SUBJECT_TEXT;
    clause->relation = RELATION_CONTAINS;
    return clause_add(clause, name.text, name.column, parse->err);
}

static bool
parse_clause(struct parse *parse)
{
    struct selector *selector = parse->selector;
    const struct token *token = &parse->scan.token;
    struct clause *clause;
    bool ok;

    if (selector->count >= SELECTOR_TERMS)
        return scan_err(token->column, parse->err, "more than %d terms", SELECTOR_TERMS);
    selector->clauses = mem_grow(selector->clauses, &selector->capacity,
        selector->count + 1, sizeof *selector->clauses);
    clause = &selector->clauses[selector->count++];
    *clause = (struct clause){ .column = token->column };
    if (token->kind == TOKEN_NOT)
        ok = parse_absent(parse, clause);
    else if (token->kind == TOKEN_TILDE)
        ok = parse_contains(parse, clause);
    else if (token->kind == TOKEN_WORD)
        ok = parse_named(parse, clause);
    else if (token->kind == TOKEN_END)
        ok = scan_err(token->column, parse->err, "a term was expected after the comma");
    else
        ok = scan_err(token->column, parse->err, "a term was expected, and this is %.*s",
            STR_ARG(token->text));
    if (!ok || !clause_check(clause, parse->err))
        return false;
    selector->has_age |= clause_is_age(clause);
    return true;
}

/* Between two terms: a comma, or a blank. */
static bool
parse_gap(struct parse *parse)
{
    const struct token *token = &parse->scan.token;

    if (token->kind == TOKEN_COMMA)
        return advance(parse);
    if (token->kind == TOKEN_END || token->spaced)
        return true;
    if (token->kind == TOKEN_TILDE)
        return misplaced_tilde(parse);
    return scan_err(token->column, parse->err,
        "a comma or a blank was expected between terms, and this is %.*s",
        STR_ARG(token->text));
}

static bool
parse_all(struct parse *parse, struct str text)
{
    const struct token *token = &parse->scan.token;
    bool comma = false;

    if (text.length > SELECTOR_BYTES)
        return scan_err(SELECTOR_BYTES + 1, parse->err, "a selector has at most %d bytes",
            SELECTOR_BYTES);
    if (!scan_start(&parse->scan, text, parse->err))
        return false;
    while (token->kind != TOKEN_END || comma) {
        if (!parse_clause(parse))
            return false;
        comma = token->kind == TOKEN_COMMA;
        if (!parse_gap(parse))
            return false;
    }
    return true;
}

static struct selector *
parse_selector(struct str text, const struct fleet *fleet, struct err *err)
{
    struct parse parse = { .fleet = fleet, .err = err };
    bool ok;

    parse.selector = mem_zero(1, sizeof *parse.selector);
    ok = parse_all(&parse, text);
    scan_release(&parse.scan);
    if (ok)
        return parse.selector;
    selector_free(parse.selector);
    return NULL;
}

struct selector *
selector_parse(struct str text, struct err *err)
{
    return parse_selector(text, NULL, err);
}

struct selector *
selector_parse_filter(struct str text, const struct fleet *fleet, struct err *err)
{
    return parse_selector(text, fleet, err);
}

void
selector_free(struct selector *selector)
{
    if (!selector)
        return;
    for (size_t i = 0; i < selector->count; i++)
        clause_release(&selector->clauses[i]);
    free(selector->clauses);
    free(selector);
}

static bool
is_negative(const struct clause *clause)
{
    return clause->relation == RELATION_NOT_EQUAL ||
           clause->relation == RELATION_NOT_IN || clause->relation == RELATION_ABSENT;
}

/* Does another term see to it that the tag is there? */
static bool
is_demanded(const struct selector *selector, const char *key)
{
    for (size_t i = 0; i < selector->count; i++) {
        const struct clause *clause = &selector->clauses[i];

        if (clause->subject == SUBJECT_TAG && !is_negative(clause) &&
            !strcmp(clause->key, key))
            return true;
    }
    return false;
}

bool
selector_check_scope(const struct selector *selector, struct err *err)
{
    for (size_t i = 0; i < selector->count; i++) {
        const struct clause *clause = &selector->clauses[i];

        if (clause->subject == SUBJECT_TEXT)
            return scan_err(clause->column, err,
                "a scope names tags, source and name; it may not search with ~");
        if (clause->subject == SUBJECT_FIELD && strcmp(clause->key, "source") &&
            strcmp(clause->key, "name"))
            return scan_err(clause->column, err,
                "a scope may use tags, source and name, not %s; write tag.%s for the "
                "tag of that name",
                clause->key, clause->key);
        if (clause->subject == SUBJECT_TAG && is_negative(clause) &&
            !is_demanded(selector, clause->key))
            return scan_err(clause->column, err,
                "this would admit every cluster without the tag %s; add the term %s to "
                "demand it",
                clause->key, clause->key);
    }
    return true;
}

const char *
selector_stranger(const struct selector *selector, const struct fleet *fleet, size_t *at)
{
    while (*at < selector->count) {
        const struct clause *clause = &selector->clauses[(*at)++];

        if (clause->subject == SUBJECT_TAG &&
            !fleet_has_tag(fleet, str_from(clause->key)))
            return clause->key;
    }
    return NULL;
}

void
selector_bind(struct selector *selector, const struct fleet *fleet)
{
    for (size_t i = 0; i < selector->count; i++)
        clause_bind(&selector->clauses[i], fleet);
}

/* All other terms hold. The answer changes by time when an age passes its limit, unless
 * another age has already settled it for ever. */
static bool
match_ages(const struct selector *selector, const struct fleet *fleet,
    const struct cluster *cluster, int64_t now_ms, int64_t *next_flip_ms)
{
    int64_t first_ms = INT64_MAX, flip_ms;
    bool all = true;

    for (size_t i = 0; i < selector->count; i++) {
        const struct clause *clause = &selector->clauses[i];
        bool holds;

        if (!clause_is_age(clause))
            continue;
        holds = clause_match_age(clause, fleet, cluster, now_ms, &flip_ms);
        if (!holds && flip_ms == INT64_MAX)
            return false;
        all = all && holds;
        if (flip_ms < first_ms)
            first_ms = flip_ms;
    }
    if (next_flip_ms && first_ms < *next_flip_ms)
        *next_flip_ms = first_ms;
    return all;
}

bool
selector_match(const struct selector *selector, const struct fleet *fleet,
    const struct cluster *cluster, int64_t now_ms, int64_t *next_flip_ms)
{
    for (size_t i = 0; i < selector->count; i++)
        if (!clause_is_age(&selector->clauses[i]) &&
            !clause_match(&selector->clauses[i], fleet, cluster))
            return false;
    return !selector->has_age ||
           match_ages(selector, fleet, cluster, now_ms, next_flip_ms);
}

void
selector_print(const struct selector *selector, struct buf *buf)
{
    for (size_t i = 0; i < selector->count; i++) {
        if (i)
            buf_add_char(buf, ',');
        clause_print(&selector->clauses[i], buf);
    }
}

bool
selector_is_empty(const struct selector *selector)
{
    return !selector->count;
}

bool
selector_reads_sources(const struct selector *selector)
{
    for (size_t i = 0; i < selector->count; i++)
        if (selector->clauses[i].subject == SUBJECT_FIELD &&
            !strcmp(selector->clauses[i].key, "seen"))
            return true;
    return false;
}
