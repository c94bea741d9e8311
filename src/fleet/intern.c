/* intern -- each text once, by number. */
#include "fleet/intern.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/mem.h"
#include "fleet/buckets.h"

struct text { /* one block each: most texts are short, and there are as many as clusters
               */
    uint32_t references;
    uint16_t length;
    char at[]; /* ends in NUL */
};

struct intern {
    struct text **texts; /* by number; NULL is unused, [0] always */
    uint32_t ceiling, capacity;
    uint32_t *unused;
    size_t unused_count, unused_capacity;
    struct buckets buckets;
    uint64_t seed;
    size_t bytes; /* of the texts */
    uint32_t reused;
};

static uint64_t
mix(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ hash >> 29;
}

uint64_t
intern_hash(const struct intern *intern, struct str text)
{
    uint64_t hash = intern->seed ^ text.length;
    uint64_t word;

    for (; text.length >= sizeof word;
         text.at += sizeof word, text.length -= sizeof word) {
        memcpy(&word, text.at, sizeof word);
        hash = mix(hash, word);
    }
    word = 0;
    if (text.length)
        memcpy(&word, text.at, text.length);
    hash = mix(hash, word);
    return mix(hash, intern->seed >> 32);
}

struct intern *
intern_new(void)
{
    struct intern *intern = mem_zero(1, sizeof *intern);

    intern->seed = random_u64();
    intern->ceiling = 1;
    return intern;
}

void
intern_free(struct intern *intern)
{
    if (!intern)
        return;
    for (uint32_t i = 1; i < intern->ceiling; i++)
        free(intern->texts[i]);
    free(intern->texts);
    free(intern->unused);
    buckets_release(&intern->buckets);
    free(intern);
}

static uint32_t
find(const struct intern *intern, struct str text, uint64_t hash)
{
    struct walk walk;

    for (uint32_t number = buckets_first(&intern->buckets, hash, &walk);
         number != BUCKETS_NONE; number = buckets_next(&intern->buckets, &walk)) {
        const struct text *there = intern->texts[number];

        if (there->length == text.length && !memcmp(there->at, text.at, text.length))
            return number;
    }
    return 0;
}

uint32_t
intern_find(const struct intern *intern, struct str text)
{
    if (!text.length || text.length > INTERN_TEXT_BYTES)
        return 0;
    return find(intern, text, intern_hash(intern, text));
}

static size_t
text_bytes(const struct text *text)
{
    return sizeof *text + text->length + 1u;
}

static uint32_t
take_number(struct intern *intern)
{
    if (intern->unused_count) {
        intern->reused++;
        return intern->unused[--intern->unused_count];
    }
    if (intern->ceiling >= intern->capacity) {
        intern->capacity = intern->ceiling + intern->ceiling / 4 + 64;
        intern->texts =
            mem_resize(intern->texts, intern->capacity, sizeof *intern->texts);
        intern->texts[0] = NULL;
    }
    return intern->ceiling++;
}

uint32_t
intern_touch(struct intern *intern, struct str text)
{
    uint64_t hash;
    uint32_t number;
    struct text *fresh;

    assert(text.length <= INTERN_TEXT_BYTES);
    if (!text.length)
        return 0;
    hash = intern_hash(intern, text);
    number = find(intern, text, hash);
    if (number)
        return intern_keep(intern, number);
    fresh = mem_alloc(sizeof *fresh + text.length + 1);
    fresh->references = 1;
    fresh->length = (uint16_t)text.length;
    memcpy(fresh->at, text.at, text.length);
    fresh->at[text.length] = '\0';
    number = take_number(intern);
    intern->texts[number] = fresh;
    intern->bytes += text_bytes(fresh);
    buckets_add(&intern->buckets, number, hash);
    return number;
}

uint32_t
intern_keep(struct intern *intern, uint32_t number)
{
    if (number)
        intern->texts[number]->references++;
    return number;
}

void
intern_drop(struct intern *intern, uint32_t number)
{
    struct text *text = number ? intern->texts[number] : NULL;

    if (!text || --text->references)
        return;
    buckets_remove(
        &intern->buckets, number, intern_hash(intern, intern_str(intern, number)));
    intern->bytes -= text_bytes(text);
    free(text);
    intern->texts[number] = NULL;
    intern->unused = mem_grow(intern->unused, &intern->unused_capacity,
        intern->unused_count + 1, sizeof *intern->unused);
    intern->unused[intern->unused_count++] = number;
}

struct str
intern_str(const struct intern *intern, uint32_t number)
{
    const struct text *text = number ? intern->texts[number] : NULL;

    return text ? (struct str){ text->at, text->length } : (struct str){ 0 };
}

const char *
intern_text(const struct intern *intern, uint32_t number)
{
    return number ? intern->texts[number]->at : "";
}

bool
intern_set(struct intern *intern, uint32_t *slot, struct str text)
{
    uint32_t old = *slot;

    if (str_same(intern_str(intern, old), text))
        return false;
    *slot = intern_touch(intern, text);
    intern_drop(intern, old);
    return true;
}

uint32_t
intern_count(const struct intern *intern)
{
    return intern->buckets.count;
}

uint32_t
intern_ceiling(const struct intern *intern)
{
    return intern->ceiling;
}

uint32_t
intern_reused(const struct intern *intern)
{
    return intern->reused;
}

size_t
intern_bytes(const struct intern *intern)
{
    return sizeof *intern + intern->bytes + intern->capacity * sizeof *intern->texts +
           intern->unused_capacity * sizeof *intern->unused +
           buckets_bytes(&intern->buckets);
}
