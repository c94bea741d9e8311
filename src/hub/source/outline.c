/* outline -- a scanner that follows the tree where there is one, and skips the rest. */
#include "hub/source/outline.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct outline {
    bool whole, prefix, every; /* every: all elements, whatever stands in them */
    char *name;                /* as a member */
    size_t length;
    struct outline **members;
    size_t member_count;
    struct outline *element;
    char **holding; /* texts, one of which stands in an element that is read */
    size_t holding_count;
};

struct cutter {
    struct str in;
    size_t at;
    struct buf *out;
};

static const struct outline all = { .whole = true };

struct outline *
outline_new(void)
{
    return mem_zero(1, sizeof(struct outline));
}

void
outline_free(struct outline *outline)
{
    if (!outline)
        return;
    for (size_t i = 0; i < outline->member_count; i++)
        outline_free(outline->members[i]);
    for (size_t i = 0; i < outline->holding_count; i++)
        free(outline->holding[i]);
    outline_free(outline->element);
    free(outline->members);
    free(outline->holding);
    free(outline->name);
    free(outline);
}

void
outline_whole(struct outline *outline)
{
    outline->whole = true;
}

struct outline *
outline_member(struct outline *outline, struct str name, bool prefix)
{
    struct outline *member;

    for (size_t i = 0; i < outline->member_count; i++) {
        member = outline->members[i];
        if (member->prefix == prefix && str_is(name, member->name))
            return member;
    }
    member = outline_new();
    member->name = mem_text_length(name.at, name.length);
    member->length = name.length;
    member->prefix = prefix;
    outline->members =
        mem_resize(outline->members, outline->member_count + 1, sizeof(struct outline *));
    outline->members[outline->member_count++] = member;
    return member;
}

struct outline *
outline_element(struct outline *outline, struct str holding)
{
    if (!outline->element)
        outline->element = outline_new();
    if (!holding.length)
        outline->every = true;
    for (size_t i = 0; i < outline->holding_count; i++)
        if (str_is(holding, outline->holding[i]))
            return outline->element;
    outline->holding =
        mem_resize(outline->holding, outline->holding_count + 1, sizeof(char *));
    outline->holding[outline->holding_count++] =
        mem_text_length(holding.length ? holding.at : "", holding.length);
    return outline->element;
}

void
outline_names(struct outline *outline, const char *const *names)
{
    for (; *names; names++)
        outline = outline_member(outline, str_from(*names), false);
    outline_whole(outline);
}

/* --- cutting ----------------------------------------------------------------------- */

static char
peek(const struct cutter *cutter)
{
    return cutter->at < cutter->in.length ? cutter->in.at[cutter->at] : '\0';
}

static void
skip_blanks(struct cutter *cutter)
{
    while (
        cutter->at < cutter->in.length && strchr(" \t\r\n", peek(cutter)) && peek(cutter))
        cutter->at++;
}

/* That character, with the blanks around it. */
static bool
take(struct cutter *cutter, char c)
{
    skip_blanks(cutter);
    if (peek(cutter) != c)
        return false;
    cutter->at++;
    skip_blanks(cutter);
    return true;
}

/* From quote to quote: behind the first that no odd number of backslashes escapes. */
static bool
skip_text(struct cutter *cutter)
{
    const char *from = cutter->in.at + cutter->at + 1;
    const char *end = cutter->in.at + cutter->in.length, *quote = from;

    if (peek(cutter) != '"')
        return false;
    while (quote < end && (quote = memchr(quote, '"', (size_t)(end - quote)))) {
        const char *behind = quote;

        while (behind > from && behind[-1] == '\\')
            behind--;
        quote++;
        if ((quote - behind) % 2 == 0)
            continue;
        cutter->at = (size_t)(quote - cutter->in.at);
        return true;
    }
    return false;
}

/* A list or an object, by its brackets alone. */
static bool
skip_nested(struct cutter *cutter)
{
    size_t depth = 0;

    while (cutter->at < cutter->in.length) {
        char c = cutter->in.at[cutter->at];

        if (c == '"') {
            if (!skip_text(cutter))
                return false;
            continue;
        }
        cutter->at++;
        if (c == '{' || c == '[')
            depth++;
        else if ((c == '}' || c == ']') && --depth == 0)
            return true;
    }
    return false;
}

static bool
skip_scalar(struct cutter *cutter)
{
    size_t from = cutter->at;

    while (cutter->at < cutter->in.length && !strchr(",]} \t\r\n", peek(cutter)))
        cutter->at++;
    return cutter->at > from;
}

static bool
skip_value(struct cutter *cutter)
{
    char c = peek(cutter);

    if (c == '"')
        return skip_text(cutter);
    return c == '{' || c == '[' ? skip_nested(cutter) : skip_scalar(cutter);
}

static void
copy_from(struct cutter *cutter, size_t from)
{
    buf_add(cutter->out, cutter->in.at + from, cutter->at - from);
}

static bool
is_named(const struct outline *member, struct str key)
{
    if (member->prefix ? key.length < member->length : key.length != member->length)
        return false;
    return memcmp(key.at, member->name, member->length) == 0;
}

/* The part for a key as it is written, or NULL. One that is escaped, or that several
 * parts name, is kept as it is. */
static const struct outline *
member_of(const struct outline *outline, struct str key)
{
    const struct outline *found = NULL;

    if (key.length && memchr(key.at, '\\', key.length))
        return &all;
    for (size_t i = 0; i < outline->member_count; i++) {
        if (!is_named(outline->members[i], key))
            continue;
        if (found)
            return &all;
        found = outline->members[i];
    }
    return found;
}

static bool cut_value(struct cutter *cutter, const struct outline *outline);

/* A member with its key, if it is read. `*first`: none was written before. */
static bool
cut_member(struct cutter *cutter, const struct outline *outline, bool *first)
{
    size_t from = cutter->at;
    const struct outline *member;
    struct str quoted;

    if (!skip_text(cutter))
        return false;
    quoted = (struct str){ cutter->in.at + from, cutter->at - from };
    if (!take(cutter, ':'))
        return false;
    member = member_of(outline, (struct str){ quoted.at + 1, quoted.length - 2 });
    if (!member)
        return skip_value(cutter);
    if (!*first)
        buf_add_char(cutter->out, ',');
    *first = false;
    buf_add_str(cutter->out, quoted);
    buf_add_char(cutter->out, ':');
    return cut_value(cutter, member);
}

static bool
cut_members(struct cutter *cutter, const struct outline *outline)
{
    bool first = true, empty;

    take(cutter, '{');
    empty = peek(cutter) == '}';
    buf_add_char(cutter->out, '{');
    do {
        if (!empty && !cut_member(cutter, outline, &first))
            return false;
    } while (!empty && take(cutter, ','));
    skip_blanks(cutter);
    buf_add_char(cutter->out, '}');
    return cutter->at < cutter->in.length && cutter->in.at[cutter->at++] == '}';
}

/* May one who reads these elements want this one? Escapes may hide any text. */
static bool
is_wanted(const struct outline *outline, struct str element)
{
    if (outline->every || memchr(element.at, '\\', element.length))
        return true;
    for (size_t i = 0; i < outline->holding_count; i++)
        if (memmem(element.at, element.length, outline->holding[i],
                strlen(outline->holding[i])))
            return true;
    return false;
}

static bool
cut_element(struct cutter *cutter, const struct outline *outline)
{
    size_t from = cutter->at;
    struct str element;

    if (!skip_value(cutter))
        return false;
    element = (struct str){ cutter->in.at + from, cutter->at - from };
    if (is_wanted(outline, element)) {
        cutter->at = from;
        return cut_value(cutter, outline->element);
    }
    if (element.length < 4) /* shorter than null */
        buf_add_str(cutter->out, element);
    else
        buf_add_text(cutter->out, "null");
    return true;
}

static bool
cut_elements(struct cutter *cutter, const struct outline *outline)
{
    bool empty;

    take(cutter, '[');
    empty = peek(cutter) == ']';
    buf_add_char(cutter->out, '[');
    for (bool first = true; !empty; first = false) {
        if (!first)
            buf_add_char(cutter->out, ',');
        if (!cut_element(cutter, outline))
            return false;
        if (!take(cutter, ','))
            break;
    }
    buf_add_char(cutter->out, ']');
    return cutter->at < cutter->in.length && cutter->in.at[cutter->at++] == ']';
}

/* As deep as the outline is, not as the object. */
static bool
cut_value(struct cutter *cutter, const struct outline *outline)
{
    size_t from = cutter->at;

    if (!outline->whole && peek(cutter) == '{')
        return cut_members(cutter, outline);
    if (!outline->whole && outline->element && peek(cutter) == '[')
        return cut_elements(cutter, outline);
    if (!skip_value(cutter))
        return false;
    copy_from(cutter, from);
    return true;
}

struct str
outline_cut(const struct outline *outline, struct str object, struct buf *scratch)
{
    struct cutter cutter = { .in = object, .out = scratch };

    buf_clear(scratch);
    skip_blanks(&cutter);
    if (!cut_value(&cutter, outline))
        return object;
    skip_blanks(&cutter);
    return cutter.at == object.length ? buf_str(scratch) : object;
}
