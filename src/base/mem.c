/* mem -- see mem.h. */
#include "base/mem.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *
mem_check(void *at)
{
    if (!at) {
        fputs("nocturne: out of memory\n", stderr);
        abort();
    }
    return at;
}

static size_t
mem_product(size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size) {
        fputs("nocturne: allocation too large\n", stderr);
        abort();
    }
    return count * size;
}

void *
mem_alloc(size_t size)
{
    return mem_check(malloc(size ? size : 1));
}

void *
mem_zero(size_t count, size_t size)
{
    size_t bytes = mem_product(count, size);

    return mem_check(calloc(1, bytes ? bytes : 1));
}

void *
mem_resize(void *at, size_t count, size_t size)
{
    size_t bytes = mem_product(count, size);

    return mem_check(realloc(at, bytes ? bytes : 1));
}

char *
mem_text(const char *text)
{
    return text ? mem_text_length(text, strlen(text)) : NULL;
}

char *
mem_text_length(const char *at, size_t length)
{
    char *copy = mem_alloc(length + 1);

    if (length)
        memcpy(copy, at, length);
    copy[length] = '\0';
    return copy;
}

char *
mem_print(const char *format, ...)
{
    va_list args, again;

    va_start(args, format);
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (length < 0)
        abort();
    char *text = mem_alloc((size_t)length + 1);
    vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return text;
}

void *
mem_grow(void *at, size_t *capacity, size_t needed, size_t size)
{
    if (needed <= *capacity)
        return at;
    size_t grown = *capacity ? *capacity + *capacity / 2 + 1 : 8;
    if (grown < needed)
        grown = needed;
    at = mem_resize(at, grown, size);
    *capacity = grown;
    return at;
}
