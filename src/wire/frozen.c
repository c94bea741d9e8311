/* frozen -- see frozen.h. */
#include "wire/frozen.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void
frozen_release(struct frozen *frozen)
{
    for (size_t i = 0; i < frozen->count; i++)
        free(frozen->ids[i]);
    free(frozen->ids);
    memset(frozen, 0, sizeof *frozen);
}

void
frozen_add(struct frozen *frozen, struct str id)
{
    frozen->ids =
        mem_grow(frozen->ids, &frozen->capacity, frozen->count + 1, sizeof *frozen->ids);
    frozen->ids[frozen->count++] = mem_text_length(id.at, id.length);
}

static int
compare_ids(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
hash_ids(struct frozen *frozen)
{
    struct digest *digest = digest_new();

    for (size_t i = 0; i < frozen->count; i++) {
        digest_add(digest, frozen->ids[i], strlen(frozen->ids[i]));
        digest_add(digest, "\n", 1);
    }
    digest_finish(digest, frozen->hash);
}

void
frozen_seal(struct frozen *frozen)
{
    size_t kept = 0;

    if (frozen->count)
        qsort(frozen->ids, frozen->count, sizeof *frozen->ids, compare_ids);
    for (size_t i = 0; i < frozen->count; i++) {
        if (kept && !strcmp(frozen->ids[kept - 1], frozen->ids[i]))
            free(frozen->ids[i]);
        else
            frozen->ids[kept++] = frozen->ids[i];
    }
    frozen->count = kept;
    hash_ids(frozen);
}

bool
frozen_has(const struct frozen *sealed, struct str id)
{
    size_t low = 0, high = sealed->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = str_order(str_from(sealed->ids[middle]), id);

        if (!order)
            return true;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

void
frozen_copy(struct frozen *to, const struct frozen *sealed)
{
    memset(to, 0, sizeof *to);
    for (size_t i = 0; i < sealed->count; i++)
        frozen_add(to, str_from(sealed->ids[i]));
    memcpy(to->hash, sealed->hash, sizeof to->hash);
}

static void
keep(struct frozen *set, const char *id)
{
    if (set)
        frozen_add(set, str_from(id));
}

void
frozen_compare(const struct frozen *a, const struct frozen *b, struct frozen *only_a,
    struct frozen *only_b, struct frozen *both)
{
    struct frozen *results[] = { only_a, only_b, both };
    size_t i = 0, j = 0;

    while (i < a->count || j < b->count) {
        int order = i == a->count ? 1 : j == b->count ? -1 : strcmp(a->ids[i], b->ids[j]);

        if (order < 0) {
            keep(only_a, a->ids[i++]);
        } else if (order > 0) {
            keep(only_b, b->ids[j++]);
        } else {
            keep(both, a->ids[i++]);
            j++;
        }
    }
    for (i = 0; i < 3; i++)
        if (results[i])
            hash_ids(results[i]);
}

void
frozen_print_lines(const struct frozen *sealed, struct buf *out)
{
    for (size_t i = 0; i < sealed->count; i++) {
        buf_add_text(out, sealed->ids[i]);
        buf_add_char(out, '\n');
    }
}

bool
frozen_parse_lines(struct frozen *frozen, struct str lines)
{
    memset(frozen, 0, sizeof *frozen);
    while (lines.length) {
        const char *end = memchr(lines.at, '\n', lines.length);
        struct str id;

        if (!end || frozen->count == FROZEN_IDS)
            goto bad;
        id = (struct str){ lines.at, (size_t)(end - lines.at) };
        if (!id.length || memchr(id.at, '\0', id.length))
            goto bad;
        frozen_add(frozen, id);
        if (frozen->count > 1 && compare_ids(&frozen->ids[frozen->count - 2],
                                     &frozen->ids[frozen->count - 1]) >= 0)
            goto bad;
        lines.at = end + 1;
        lines.length -= id.length + 1;
    }
    hash_ids(frozen);
    return true;
bad:
    frozen_release(frozen);
    return false;
}

void
frozen_print_ids(
    const struct frozen *sealed, const char *member, size_t limit, struct buf *out)
{
    buf_add_json(out, str_from(member));
    buf_add_text(out, ":[");
    for (size_t i = 0; i < sealed->count && i < limit; i++) {
        if (i)
            buf_add_char(out, ',');
        buf_add_json(out, str_from(sealed->ids[i]));
    }
    buf_add_char(out, ']');
}
