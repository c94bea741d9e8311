/* scan -- a selector's text as tokens. */
#include "fleet/scan.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

static const struct {
    const char *text;
    enum token_kind kind;
} marks[] = {
    /* the longer first */
    { "==", TOKEN_EQUAL },
    { "!=", TOKEN_NOT_EQUAL },
    { "<=", TOKEN_LESS_EQUAL },
    { ">=", TOKEN_MORE_EQUAL },
    { "=", TOKEN_EQUAL },
    { "!", TOKEN_NOT },
    { "<", TOKEN_LESS },
    { ">", TOKEN_MORE },
    { ",", TOKEN_COMMA },
    { "(", TOKEN_OPEN },
    { ")", TOKEN_CLOSE },
    { "~", TOKEN_TILDE },
};

bool
scan_err(int column, struct err *err, const char *format, ...)
{
    va_list arguments;
    char text[400];

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    err_set(err, ERR_INPUT, "selector: column %d: %s", column, text);
    return false;
}

static bool
is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool
is_word(char c)
{
    return (unsigned char)c > ' ' && c != 0x7f && !strchr(",()=!<>~\"'", c);
}

bool
scan_is_plain(struct str text)
{
    for (size_t i = 0; i < text.length; i++)
        if (!is_word(text.at[i]))
            return false;
    return text.length != 0;
}

void
scan_print_word(struct str text, struct buf *out)
{
    if (scan_is_plain(text)) {
        buf_add_str(out, text);
        return;
    }
    buf_add_char(out, '"');
    for (size_t i = 0; i < text.length; i++) {
        if (text.at[i] == '"' || text.at[i] == '\\')
            buf_add_char(out, '\\');
        buf_add_char(out, text.at[i]);
    }
    buf_add_char(out, '"');
}

/* Take bytes; what continues a character is no column. */
static struct str
take(struct scan *scan, size_t length)
{
    struct str taken = { scan->rest.at, length };

    for (size_t i = 0; i < length; i++)
        if (((unsigned char)taken.at[i] & 0xc0) != 0x80)
            scan->column++;
    scan->rest.at += length;
    scan->rest.length -= length;
    return taken;
}

static bool
scan_quoted(struct scan *scan, struct err *err)
{
    struct token *token = &scan->token;
    char quote = *scan->rest.at;
    size_t start = scan->words.length;

    take(scan, 1);
    while (scan->rest.length && *scan->rest.at != quote) {
        if (*scan->rest.at == '\\' && scan->rest.length > 1)
            take(scan, 1);
        buf_add_str(&scan->words, take(scan, 1));
    }
    if (!scan->rest.length)
        return scan_err(token->column, err, "this %s is never closed",
            quote == '"' ? "double quote" : "single quote");
    take(scan, 1);
    token->kind = TOKEN_WORD;
    token->quoted = true;
    token->text = (struct str){ scan->words.at + start, scan->words.length - start };
    return true;
}

bool
scan_next(struct scan *scan, struct err *err)
{
    struct token *token = &scan->token;
    size_t length = 0;

    *token = (struct token){ .kind = TOKEN_END };
    while (scan->rest.length && is_blank(*scan->rest.at)) {
        take(scan, 1);
        token->spaced = true;
    }
    token->column = scan->column;
    if (!scan->rest.length)
        return true;
    if (*scan->rest.at == '"' || *scan->rest.at == '\'')
        return scan_quoted(scan, err);
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (str_starts(scan->rest, marks[i].text)) {
            token->kind = marks[i].kind;
            token->text = take(scan, strlen(marks[i].text));
            return true;
        }
    while (length < scan->rest.length && is_word(scan->rest.at[length]))
        length++;
    token->kind = TOKEN_WORD;
    token->text = take(scan, length);
    return true;
}

bool
scan_start(struct scan *scan, struct str text, struct err *err)
{
    *scan = (struct scan){ .rest = text, .column = 1 };
    for (size_t i = 0; i < text.length; i++) {
        if (!is_blank(text.at[i]) &&
            ((unsigned char)text.at[i] < ' ' || text.at[i] == 0x7f))
            return scan_err((int)i + 1, err, "a control character");
    }
    if (!text_is_valid(text))
        return scan_err(1, err, "this is not UTF-8");
    /* Words are borrowed from here, so it must never move. */
    buf_reserve(&scan->words, text.length + 1);
    return scan_next(scan, err);
}

void
scan_release(struct scan *scan)
{
    buf_release(&scan->words);
    *scan = (struct scan){ 0 };
}
