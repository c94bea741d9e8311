/*
 * memory -- what the operator had selected (view, filter, grouping, colours, order,
 * cursor), kept in a small file so that it is there again after a restart. A file that is
 * missing, broken or newer is no memory, never an error.
 */
#ifndef CONSOLE_MEMORY_H
#define CONSOLE_MEMORY_H

#include <stdbool.h>

struct buf;
struct session;

/* The file's text; write it with file_write, off the loop. */
void memory_print(const struct session *session, struct buf *out);
bool memory_load(
    struct session *session, const char *path); /* false: nothing was taken */

#endif
