/*
 * mem -- allocation that never returns NULL: running out of memory aborts. What outsiders
 * size is therefore limited by a named constant before it gets here.
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

void *mem_alloc(size_t size);              /* uninitialised */
void *mem_zero(size_t count, size_t size); /* zeroed array; aborts on overflow */
void *mem_resize(void *at, size_t count, size_t size); /* realloc of count * size */
char *mem_text(const char *text);                      /* a copy; NULL stays NULL */
char *mem_text_length(const char *at, size_t length);  /* a copy with a NUL behind it */
char *mem_print(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Grow an array geometrically so that `needed` elements fit; returns it, updates
 * *capacity. */
void *mem_grow(void *at, size_t *capacity, size_t needed, size_t size);

#endif
