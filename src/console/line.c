/* line -- one line being typed. */
#include "console/line.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"

void
line_set(struct line *line, struct str text)
{
    line->length = line->cursor = 0;
    line->text[0] = '\0';
    line_insert(line, text);
}

struct str
line_text(const struct line *line)
{
    return (struct str){ line->text, line->length };
}

int
line_column(const struct line *line)
{
    return (int)text_width((struct str){ line->text, line->cursor });
}

static size_t
before(const struct line *line, size_t at)
{
    if (at > 0)
        at--;
    while (at > 0 && ((unsigned char)line->text[at] & 0xC0) == 0x80)
        at--;
    return at;
}

static size_t
after(const struct line *line, size_t at)
{
    if (at < line->length)
        at++;
    while (at < line->length && ((unsigned char)line->text[at] & 0xC0) == 0x80)
        at++;
    return at;
}

static void
cut(struct line *line, size_t from, size_t to)
{
    memmove(line->text + from, line->text + to, line->length - to + 1);
    line->length -= to - from;
    line->cursor = from;
}

static void
put(struct line *line, struct str text)
{
    if (line->length + text.length > LINE_BYTES)
        return;
    memmove(line->text + line->cursor + text.length, line->text + line->cursor,
        line->length - line->cursor + 1);
    memcpy(line->text + line->cursor, text.at, text.length);
    line->length += text.length;
    line->cursor += text.length;
}

void
line_insert(struct line *line, struct str text)
{
    while (text.length) {
        char bytes[4];
        uint32_t rune = text_rune(&text);

        if (text_rune_width(rune) > 0 && rune != TEXT_BAD)
            put(line, (struct str){ bytes, text_put_rune(rune, bytes) });
    }
}

/* One line of it, as it will stand: what parts words is a blank, other controls are gone.
 */
static void
print_pasted(struct buf *out, struct str text)
{
    bool blank = true; /* before the first word there is none */

    while (text.length) {
        char bytes[4];
        uint32_t rune = text_rune(&text);

        if (rune == '\n' || rune == '\r' || rune == '\t') {
            if (!blank)
                buf_add_char(out, ' ');
            blank = true;
        } else if (text_rune_width(rune) > 0 && rune != TEXT_BAD) {
            buf_add(out, bytes, text_put_rune(rune, bytes));
            blank = rune == ' ';
        }
    }
}

bool
line_paste(struct line *line, struct str text, struct err *err)
{
    struct buf pasted = { 0 };
    struct str whole;
    bool fits;

    print_pasted(&pasted, text);
    whole = buf_str(&pasted);
    while (whole.length && whole.at[whole.length - 1] == ' ')
        whole.length--;
    fits = line->length + whole.length <= LINE_BYTES;
    if (fits && whole.length)
        put(line, whole);
    else if (!fits)
        err_set(
            err, ERR_LIMIT, "too long to paste: a line has at most %d bytes", LINE_BYTES);
    buf_release(&pasted);
    return fits;
}

size_t
line_replace(struct line *line, size_t from, struct str text)
{
    size_t at = line->cursor > from ? line->cursor - from : 0;

    cut(line, at, line->cursor);
    line_insert(line, text);
    return line->cursor - at;
}

static size_t
word_before(const struct line *line)
{
    size_t at = line->cursor;

    while (at > 0 && strchr(" ,", line->text[at - 1]))
        at--;
    while (at > 0 && !strchr(" ,", line->text[at - 1]))
        at--;
    return at;
}

static bool
control(struct line *line, uint32_t rune)
{
    switch (rune) {
    case 'a':
        line->cursor = 0;
        return true;
    case 'e':
        line->cursor = line->length;
        return true;
    case 'u':
        cut(line, 0, line->cursor);
        return true;
    case 'k':
        cut(line, line->cursor, line->length);
        return true;
    case 'w':
        cut(line, word_before(line), line->cursor);
        return true;
    default:
        return false;
    }
}

bool
line_key(struct line *line, struct key key)
{
    char bytes[4];

    if (key.code == KEY_RUNE && key.modifiers == KEY_CTRL)
        return control(line, key.rune);
    if (key.modifiers & (KEY_CTRL | KEY_ALT))
        return false;
    if (key.code == KEY_RUNE) {
        line_insert(line, (struct str){ bytes, text_put_rune(key.rune, bytes) });
        return true;
    }
    if (key.code == KEY_BACKSPACE && line->cursor > 0)
        cut(line, before(line, line->cursor), line->cursor);
    else if (key.code == KEY_DELETE)
        cut(line, line->cursor, after(line, line->cursor));
    else if (key.code == KEY_LEFT)
        line->cursor = before(line, line->cursor);
    else if (key.code == KEY_RIGHT)
        line->cursor = after(line, line->cursor);
    else if (key.code == KEY_HOME)
        line->cursor = 0;
    else if (key.code == KEY_END)
        line->cursor = line->length;
    else
        return false;
    return true;
}

void
line_remember(struct line_history *history, struct str text)
{
    if (text.length == 0)
        return;
    if (!history->count || !str_is(text, history->texts[history->count - 1])) {
        if (history->count == LINE_HISTORY) {
            free(history->texts[0]);
            memmove(history->texts, history->texts + 1,
                sizeof(history->texts[0]) * (LINE_HISTORY - 1));
            history->count--;
        }
        history->texts[history->count++] = mem_text_length(text.at, text.length);
    }
    history->at = history->count;
}

bool
line_older(struct line_history *history, struct line *line)
{
    if (history->at == 0)
        return false;
    if (history->at == history->count) {
        free(history->draft);
        history->draft = mem_text_length(line->text, line->length);
    }
    history->at--;
    line_set(line, str_from(history->texts[history->at]));
    return true;
}

bool
line_newer(struct line_history *history, struct line *line)
{
    if (history->at >= history->count)
        return false;
    history->at++;
    line_set(line, str_from(history->at == history->count ? history->draft
                                                          : history->texts[history->at]));
    return true;
}

void
line_forget(struct line_history *history)
{
    for (int i = 0; i < history->count; i++)
        free(history->texts[i]);
    free(history->draft);
    memset(history, 0, sizeof(*history));
}
