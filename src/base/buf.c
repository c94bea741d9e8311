/* buf -- see buf.h. */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

static size_t
buf_ceiling(const struct buf *buf)
{
    return buf->limit ? buf->limit : BUF_LIMIT;
}

void
buf_release(struct buf *buf)
{
    free(buf->at);
    *buf = (struct buf){ .limit = buf->limit };
}

void
buf_clear(struct buf *buf)
{
    buf->length = 0;
    buf->full = false;
    if (buf->at)
        buf->at[0] = '\0';
}

/* Room for that many more bytes and a NUL; false past the limit. */
static bool
buf_make_room(struct buf *buf, size_t room)
{
    size_t ceiling = buf_ceiling(buf);

    if (buf->full || room > ceiling || buf->length > ceiling - room) {
        buf->full = true;
        return false;
    }
    buf->at = mem_grow(buf->at, &buf->capacity, buf->length + room + 1, 1);
    return true;
}

void
buf_reserve(struct buf *buf, size_t room)
{
    buf_make_room(buf, room);
}

void
buf_add(struct buf *buf, const void *at, size_t length)
{
    if (!buf_make_room(buf, length))
        return;
    if (length)
        memcpy(buf->at + buf->length, at, length);
    buf->length += length;
    buf->at[buf->length] = '\0';
}

void
buf_add_str(struct buf *buf, struct str text)
{
    buf_add(buf, text.at, text.length);
}

void
buf_add_text(struct buf *buf, const char *text)
{
    buf_add(buf, text, strlen(text));
}

void
buf_add_char(struct buf *buf, char c)
{
    buf_add(buf, &c, 1);
}

void
buf_add_repeat(struct buf *buf, char c, size_t count)
{
    if (!buf_make_room(buf, count))
        return;
    memset(buf->at + buf->length, c, count);
    buf->length += count;
    buf->at[buf->length] = '\0';
}

void
buf_add_rune(struct buf *buf, uint32_t rune)
{
    char bytes[4];

    buf_add(buf, bytes, text_put_rune(rune, bytes));
}

void
buf_print(struct buf *buf, const char *format, ...)
{
    char small[256];
    va_list args, again;

    va_start(args, format);
    va_copy(again, args);
    int length = vsnprintf(small, sizeof small, format, args);
    va_end(args);
    if (length >= 0 && (size_t)length < sizeof small) {
        buf_add(buf, small, (size_t)length);
    } else if (length >= 0 && buf_make_room(buf, (size_t)length)) {
        vsnprintf(buf->at + buf->length, (size_t)length + 1, format, again);
        buf->length += (size_t)length;
    }
    va_end(again);
}

static void
buf_add_escape(struct buf *buf, unsigned char c)
{
    static const char hex[] = "0123456789abcdef";
    char escape[] = { '\\', 'u', '0', '0', hex[c >> 4], hex[c & 15] };

    if (c == '"' || c == '\\') {
        buf_add_char(buf, '\\');
        buf_add_char(buf, (char)c);
    } else if (c == '\n') {
        buf_add(buf, "\\n", 2);
    } else if (c == '\t') {
        buf_add(buf, "\\t", 2);
    } else {
        buf_add(buf, escape, sizeof escape);
    }
}

void
buf_add_shell(struct buf *buf, struct str text)
{
    buf_add_char(buf, '\'');
    for (size_t i = 0; i < text.length; i++)
        if (text.at[i] == '\'')
            buf_add_text(buf, "'\\''");
        else
            buf_add_char(buf, text.at[i]);
    buf_add_char(buf, '\'');
}

void
buf_add_json(struct buf *buf, struct str text)
{
    struct str rest = text;

    buf_add_char(buf, '"');
    while (rest.length) {
        size_t plain = 0;
        while (plain < rest.length) {
            unsigned char c = (unsigned char)rest.at[plain];
            if (c < 0x20 || c >= 0x7f || c == '"' || c == '\\')
                break;
            plain++;
        }
        buf_add(buf, rest.at, plain);
        rest.at += plain;
        rest.length -= plain;
        if (!rest.length)
            break;
        unsigned char c = (unsigned char)rest.at[0];
        if (c < 0x80) {
            buf_add_escape(buf, c);
            rest.at++;
            rest.length--;
        } else {
            buf_add_rune(buf, text_rune(&rest));
        }
    }
    buf_add_char(buf, '"');
}

void
buf_drop(struct buf *buf, size_t length)
{
    if (!length)
        return;
    if (length > buf->length)
        length = buf->length;
    memmove(buf->at, buf->at + length, buf->length - length + 1);
    buf->length -= length;
}

char *
buf_take(struct buf *buf)
{
    char *text = buf->at ? buf->at : mem_text("");

    *buf = (struct buf){ .limit = buf->limit };
    return text;
}

struct str
buf_str(const struct buf *buf)
{
    return (struct str){ buf->at, buf->length };
}
