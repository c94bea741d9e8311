/* Whatever the object: the cut is no longer, and where it was JSON it still is, and every
 * path leads to the same. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "hub/source/outline.h"
#include "hub/source/path.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const paths[] = { ".a.b", ".a['b*']", ".l[1].a", ".l[-1]", ".l[*].b",
    ".l[?(@.a==\"b\")].l", ".l[?(@.a!=\"b\")].c", ".l[?(@.b.a)]", ".c.*",
    ".l[?(@.a==1)]" };

#define PATHS (sizeof(paths) / sizeof(paths[0]))

static bool
note(void *user, const json_t *value, struct str star)
{
    struct buf *out = user;
    char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY | JSON_SORT_KEYS);

    buf_add_str(out, star);
    buf_print(out, "=%s\n", text);
    free(text);
    return false;
}

/* Whether it is JSON, and all that the paths lead to. */
static bool
walk(struct path *const *compiled, struct str object, struct buf *out)
{
    json_t *json = json_loadb(object.at, object.length, JSON_REJECT_DUPLICATES, NULL);

    for (size_t i = 0; i < PATHS && json; i++)
        path_each(compiled[i], json, note, out);
    json_decref(json);
    return json != NULL;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str object = { (const char *)data, size };
    struct buf scratch = { 0 }, before = { 0 }, after = { 0 };
    struct outline *outline = outline_new();
    struct path *compiled[PATHS];
    struct err err = { 0 };
    struct str rest;
    size_t column;

    for (size_t i = 0; i < PATHS; i++) {
        compiled[i] = path_parse(str_from(paths[i]), &column, &err);
        path_outline(compiled[i], outline);
    }
    rest = outline_cut(outline, object, &scratch);
    assert(rest.length <= object.length);
    if (walk(compiled, object, &before)) {
        assert(walk(compiled, rest, &after));
        assert(before.length == after.length);
        assert(!before.length || memcmp(before.at, after.at, before.length) == 0);
    }
    for (size_t i = 0; i < PATHS; i++)
        path_free(compiled[i]);
    outline_free(outline);
    buf_release(&scratch);
    buf_release(&before);
    buf_release(&after);
    return 0;
}
