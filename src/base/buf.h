/*
 * buf -- bytes that grow, up to a limit. Past the limit nothing is added and `full` is
 * set: check it once at the end. Always NUL-terminated when at is not NULL. Zeroed is
 * empty; limit 0 is BUF_LIMIT.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

#define BUF_LIMIT ((size_t)256 << 20)

struct buf {
    char *at;
    size_t length;
    size_t capacity;
    size_t limit;
    bool full;
};

void buf_release(struct buf *buf);
void buf_clear(struct buf *buf); /* keeps the memory */
void buf_add(struct buf *buf, const void *at, size_t length);
void buf_add_str(struct buf *buf, struct str text);
void buf_add_text(struct buf *buf, const char *text);
void buf_add_char(struct buf *buf, char c);
void buf_add_repeat(struct buf *buf, char c, size_t count);
void buf_add_rune(struct buf *buf, uint32_t rune); /* as UTF-8 */
void buf_print(struct buf *buf, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void buf_add_shell(struct buf *buf, struct str text); /* in quotes for a POSIX shell */
void buf_add_json(
    struct buf *buf, struct str text); /* quoted and escaped; invalid UTF-8 as U+FFFD */
void buf_drop(struct buf *buf, size_t length); /* the first bytes */
void buf_reserve(struct buf *buf, size_t room);
char *buf_take(struct buf *buf); /* the text, yours to free; leaves it empty */
struct str buf_str(const struct buf *buf);

#endif
