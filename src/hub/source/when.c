/* when -- read from YAML once, held against objects often. */
#include "hub/source/when.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

bool
yaml_is_path(const struct yaml *yaml)
{
    return yaml->kind == YAML_SCALAR && (yaml->text[0] == '.' || yaml->text[0] == '$');
}

struct path *
path_read(const char *file, const struct yaml *yaml, struct err *err)
{
    struct path *path;
    struct err why = { 0 };
    size_t column;

    if (yaml->kind != YAML_SCALAR) {
        yaml_err(file, yaml, err, "a path is due here, such as .metadata.name");
        return NULL;
    }
    path = path_parse(str_from(yaml->text), &column, &why);
    if (!path)
        yaml_err(
            file, yaml, err, "'%s', character %zu: %s", yaml->text, column, why.text);
    return path;
}

void
texts_free(char **texts)
{
    for (size_t i = 0; texts && texts[i]; i++)
        free(texts[i]);
    free(texts);
}

char **
texts_read(const char *file, const struct yaml *yaml, uint32_t most, struct err *err)
{
    const struct yaml *at = yaml->kind == YAML_LIST ? yaml->first : yaml;
    char **texts = mem_zero((size_t)most + 1, sizeof(*texts));
    uint32_t count = 0;

    for (; at; at = yaml->kind == YAML_LIST ? at->next : NULL) {
        if (at->kind != YAML_SCALAR) {
            yaml_err(file, at, err, "a text is due here");
            goto fail;
        }
        if (count == most) {
            yaml_err(file, at, err, "more than %u are not taken", most);
            goto fail;
        }
        texts[count++] = mem_text(at->text);
    }
    if (count)
        return texts;
    yaml_err(file, yaml, err, "an empty list says nothing: leave it out");
fail:
    texts_free(texts);
    return NULL;
}

void
when_release(struct when *when)
{
    path_free(when->path);
    path_free(when->condition);
    path_free(when->other);
    texts_free(when->words);
    *when = (struct when){ 0 };
}

/* CONDITIONS[?(@.type=="NAME")] and what stands behind it. */
static struct path *
condition_path(const struct rule_reader *reader, const char *type, const char *behind,
    const struct yaml *at, struct err *err)
{
    struct buf text = { 0 };
    struct err why = { 0 };
    struct path *path = NULL;
    size_t column;

    if (strpbrk(type, "\"'\\")) {
        yaml_err(reader->file, at, err, "a condition's type has no quotes in it");
        return NULL;
    }
    buf_print(&text, "%s[?(@.type==\"%s\")]%s", reader->conditions, type, behind);
    path = path_parse(buf_str(&text), &column, &why);
    if (!path)
        yaml_err(reader->file, at, err, "'%s': %s", text.at, why.text);
    buf_release(&text);
    return path;
}

static bool
read_subject(const struct rule_reader *reader, const struct yaml *yaml, struct when *when,
    struct err *err)
{
    const struct yaml *path = yaml_get(yaml, "path");
    const struct yaml *condition = yaml_get(yaml, "condition");
    bool stale = when->kind == WHEN_STALE;

    if (!path == !condition)
        return yaml_err(reader->file, yaml, err,
            "a condition needs either `condition: TYPE` or `path: PATH`");
    if (path) {
        when->path = path_read(reader->file, path, err);
        return when->path;
    }
    if (condition->kind != YAML_SCALAR)
        return yaml_err(reader->file, condition, err, "the condition's type is due here");
    when->condition = condition_path(reader, condition->text, "", condition, err);
    when->path = condition_path(reader, condition->text,
        stale ? ".observedGeneration" : ".status", condition, err);
    return when->condition && when->path;
}

static const struct {
    const char *key;
    enum when_kind kind;
} tests[] = {
    { "is", WHEN_IN },
    { "in", WHEN_IN },
    { "exists", WHEN_EXISTS },
    { "absent", WHEN_ABSENT },
    { "stale", WHEN_STALE },
    { "same", WHEN_SAME },
    { "differs", WHEN_DIFFERS },
};

/* The one test the condition has. */
static const struct yaml *
find_test(const char *file, const struct yaml *yaml, struct when *when, struct err *err)
{
    const struct yaml *found = NULL;

    for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
        const struct yaml *test = yaml_get(yaml, tests[i].key);

        if (!test)
            continue;
        if (found) {
            yaml_err(file, test, err, "a condition tests one thing: `%s` or `%s`",
                found->key, test->key);
            return NULL;
        }
        found = test;
        when->kind = tests[i].kind;
    }
    if (!found)
        yaml_err(file, yaml, err,
            "a condition needs one of is, in, exists, absent, stale, same, differs");
    return found;
}

static bool
read_test(const char *file, const struct yaml *yaml, struct when *when, struct err *err)
{
    bool yes = false;

    switch (when->kind) {
    case WHEN_IN:
        when->words = texts_read(file, yaml, WHEN_WORDS, err);
        return when->words;
    case WHEN_SAME:
    case WHEN_DIFFERS:
        when->other = path_read(file, yaml, err);
        return when->other;
    case WHEN_EXISTS:
    case WHEN_ABSENT:
    case WHEN_STALE:
        break;
    }
    yes = yaml->kind == YAML_SCALAR && strcmp(yaml->text, "true") == 0;
    if (!yes)
        return yaml_err(file, yaml, err,
            "only `%s: true` can be said (`exists` and `absent` are each other's "
            "opposite)",
            yaml->key);
    return true;
}

bool
when_read(const struct rule_reader *reader, const struct yaml *yaml, struct when *when,
    struct err *err)
{
    static const char *const keys[] = { "condition", "path", "is", "in", "exists",
        "absent", "stale", "same", "differs", NULL };
    const struct yaml *test;

    *when = (struct when){ 0 };
    if (!yaml_known(reader->file, yaml, keys, err))
        return false;
    test = find_test(reader->file, yaml, when, err);
    if (!test || !read_subject(reader, yaml, when, err) ||
        !read_test(reader->file, test, when, err)) {
        when_release(when);
        return false;
    }
    return true;
}

struct search { /* for one value among those a path leads to */
    char *const *words;
    struct str text; /* instead of words */
    struct str *star;
};

static bool
is_one_of(void *user, const json_t *value, struct str star)
{
    const struct search *search = user;
    char scratch[SCALAR_BYTES];
    struct str text;

    if (!scalar_text(value, scratch, &text))
        return false;
    for (size_t i = 0; search->words[i]; i++)
        if (str_is(text, search->words[i])) {
            *search->star = star;
            return true;
        }
    return false;
}

static bool
is_the_text(void *user, const json_t *value, struct str star)
{
    const struct search *search = user;
    char scratch[SCALAR_BYTES];
    struct str text;

    if (!scalar_text(value, scratch, &text) || !str_same(text, search->text))
        return false;
    *search->star = star;
    return true;
}

/* Any value of the one equal to the first of the other; NULL where either leads nowhere.
 */
static bool
compare_paths(
    const struct when *when, const json_t *object, struct str *star, bool *known)
{
    char scratch[SCALAR_BYTES];
    const json_t *other = path_first(when->other, object);
    struct search search = { .star = star };

    *known = other && path_first(when->path, object) &&
             scalar_text(other, scratch, &search.text);
    return *known && path_each(when->path, object, is_the_text, &search);
}

static bool
is_stale(const struct when *when, const json_t *object)
{
    const json_t *observed = path_first(when->path, object);
    const json_t *metadata = json_object_get(object, "metadata");
    const json_t *generation = json_object_get(metadata, "generation");

    return json_is_integer(observed) && json_is_integer(generation) &&
           json_integer_value(observed) < json_integer_value(generation);
}

/* That it is there is all that is read of it. */
static void
mark_nothing(const void *user, struct outline *end)
{
    (void)user;
    (void)end;
}

void
when_outline(const struct when *when, struct outline *outline)
{
    static const char *const generation[] = { "metadata", "generation", NULL };

    if (when->kind == WHEN_EXISTS || when->kind == WHEN_ABSENT)
        path_outline_to(when->path, outline, mark_nothing, NULL);
    else
        path_outline(when->path, outline);
    if (when->condition)
        path_outline(when->condition, outline);
    if (when->other)
        path_outline(when->other, outline);
    if (when->kind == WHEN_STALE)
        outline_names(outline, generation);
}

bool
when_holds(const struct when *when, const json_t *object, struct str *star)
{
    struct search search = { .words = when->words, .star = star };
    bool known, same;

    switch (when->kind) {
    case WHEN_IN:
        return path_each(when->path, object, is_one_of, &search);
    case WHEN_EXISTS:
        return path_first(when->path, object) != NULL;
    case WHEN_ABSENT:
        return path_first(when->path, object) == NULL;
    case WHEN_STALE:
        return is_stale(when, object);
    case WHEN_SAME:
    case WHEN_DIFFERS:
        same = compare_paths(when, object, star, &known);
        return known && same == (when->kind == WHEN_SAME);
    }
    return false;
}
