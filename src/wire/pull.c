/* pull -- JSON read front to back. */
#include "wire/pull.h"

#include <string.h>

#include "base/text.h"

void
pull_start(struct pull *pull, struct str text)
{
    *pull = (struct pull){ .text = text };
}

void
pull_release(struct pull *pull)
{
    buf_release(&pull->words);
}

static bool
spoil(struct pull *pull)
{
    pull->bad = true;
    return false;
}

char
pull_peek(struct pull *pull)
{
    const struct str text = pull->text;

    while (pull->at < text.length &&
           (text.at[pull->at] == ' ' || text.at[pull->at] == '\t' ||
               text.at[pull->at] == '\n' || text.at[pull->at] == '\r'))
        pull->at++;
    return pull->at < text.length && !pull->bad ? text.at[pull->at] : '\0';
}

static bool
take(struct pull *pull, char c)
{
    if (pull_peek(pull) != c)
        return false;
    pull->at++;
    return true;
}

bool
pull_open(struct pull *pull, char bracket)
{
    pull->first = true;
    return take(pull, bracket) || spoil(pull);
}

/* Is there another in this object or list? Takes the comma or the bracket that closes it.
 */
static bool
another(struct pull *pull, char bracket)
{
    bool first = pull->first;

    pull->first = false;
    if (pull->bad)
        return false;
    if (take(pull, bracket))
        return false;
    return first || take(pull, ',') || spoil(pull);
}

bool
pull_member(struct pull *pull, struct str *name)
{
    return another(pull, '}') && pull_text(pull, name) &&
           (take(pull, ':') || spoil(pull));
}

bool
pull_element(struct pull *pull)
{
    return another(pull, ']');
}

static bool
hex4(struct pull *pull, uint32_t *value)
{
    *value = 0;
    if (pull->text.length - pull->at < 4)
        return false;
    for (int i = 0; i < 4; i++) {
        char c = pull->text.at[pull->at++];

        if (c >= '0' && c <= '9')
            *value = *value * 16 + (uint32_t)(c - '0');
        else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
            *value = *value * 16 + (uint32_t)((c | 0x20) - 'a' + 10);
        else
            return false;
    }
    return true;
}

/* Behind \u: one unit of UTF-16, or two that make one rune. */
static bool
escaped_rune(struct pull *pull)
{
    uint32_t rune, low;

    if (!hex4(pull, &rune) || !rune || (rune >= 0xdc00 && rune < 0xe000))
        return false;
    if (rune >= 0xd800 && rune < 0xdc00) {
        if (pull->text.length - pull->at < 2 || pull->text.at[pull->at] != '\\' ||
            pull->text.at[pull->at + 1] != 'u')
            return false;
        pull->at += 2;
        if (!hex4(pull, &low) || low < 0xdc00 || low >= 0xe000)
            return false;
        rune = 0x10000 + ((rune - 0xd800) << 10) + (low - 0xdc00);
    }
    buf_add_rune(&pull->words, rune);
    return true;
}

static bool
escape(struct pull *pull)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    const char *found;
    char c;

    if (pull->at >= pull->text.length)
        return false;
    c = pull->text.at[pull->at++];
    if (c == 'u')
        return escaped_rune(pull);
    found = c ? strchr(from, c) : NULL;
    if (!found)
        return false;
    buf_add_char(&pull->words, to[found - from]);
    return true;
}

/* The rest of a text that has escapes; what stood before them is `start` on. */
static bool
text_with_escapes(struct pull *pull, size_t start, struct str *text)
{
    size_t begin;

    /* Nothing that was handed out may move, and no text grows by being read. */
    if (!pull->words.at)
        buf_reserve(&pull->words, pull->text.length + 1);
    begin = pull->words.length;
    buf_add(&pull->words, pull->text.at + start, pull->at - start);
    while (pull->at < pull->text.length && pull->text.at[pull->at] != '"') {
        char c = pull->text.at[pull->at++];

        if ((unsigned char)c < ' ' || (c == '\\' && !escape(pull)))
            return spoil(pull);
        if (c != '\\')
            buf_add_char(&pull->words, c);
    }
    if (pull->at >= pull->text.length)
        return spoil(pull);
    pull->at++;
    *text = (struct str){ pull->words.at + begin, pull->words.length - begin };
    return text_is_valid(*text) || spoil(pull);
}

bool
pull_text(struct pull *pull, struct str *text)
{
    size_t start;
    unsigned char all = 0;

    if (!take(pull, '"'))
        return spoil(pull);
    for (start = pull->at; pull->at < pull->text.length; pull->at++) {
        unsigned char c = (unsigned char)pull->text.at[pull->at];

        if (c == '"') {
            *text = (struct str){ pull->text.at + start, pull->at++ - start };
            return all < 0x80 || text_is_valid(*text) || spoil(pull);
        }
        if (c == '\\')
            return text_with_escapes(pull, start, text);
        if (c < ' ')
            return spoil(pull);
        all |= c;
    }
    return spoil(pull);
}

static size_t
digits(struct pull *pull)
{
    size_t count = 0;

    while (pull->at < pull->text.length && pull->text.at[pull->at] >= '0' &&
           pull->text.at[pull->at] <= '9') {
        pull->at++;
        count++;
    }
    return count;
}

static bool
here(struct pull *pull, const char *any)
{
    if (pull->at >= pull->text.length || !pull->text.at[pull->at] ||
        !strchr(any, pull->text.at[pull->at]))
        return false;
    pull->at++;
    return true;
}

bool
pull_number(struct pull *pull, struct str *number)
{
    size_t start, whole;

    pull_peek(pull);
    if (pull->bad)
        return false;
    start = pull->at;
    here(pull, "-");
    whole = pull->at;
    if (!digits(pull) || (pull->text.at[whole] == '0' && pull->at - whole > 1))
        return spoil(pull);
    if (here(pull, ".") && !digits(pull))
        return spoil(pull);
    if (here(pull, "eE")) {
        here(pull, "+-");
        if (!digits(pull))
            return spoil(pull);
    }
    *number = (struct str){ pull->text.at + start, pull->at - start };
    return true;
}

bool
pull_word(struct pull *pull, const char *word)
{
    size_t length = strlen(word);

    pull_peek(pull);
    if (pull->bad || pull->text.length - pull->at < length ||
        memcmp(pull->text.at + pull->at, word, length))
        return spoil(pull);
    pull->at += length;
    return true;
}

static bool
skip_plain(struct pull *pull, char c)
{
    struct str ignored;

    if (c == '"')
        return pull_text(pull, &ignored);
    if (c == 't' || c == 'f')
        return pull_word(pull, c == 't' ? "true" : "false");
    return c == 'n' ? pull_word(pull, "null") : pull_number(pull, &ignored);
}

/* Without recursion: an attacker chooses the depth. */
bool
pull_skip(struct pull *pull)
{
    char open[PULL_DEPTH];
    size_t depth = 0;
    struct str name;

    do {
        char c = pull_peek(pull);
        bool more;

        if (c == '{' || c == '[') {
            if (depth == PULL_DEPTH || !pull_open(pull, c))
                return spoil(pull);
            open[depth++] = c;
        } else if (!skip_plain(pull, c))
            return false;
        for (;; depth--) {
            if (!depth)
                break;
            more = open[depth - 1] == '{' ? pull_member(pull, &name) : pull_element(pull);
            if (pull->bad)
                return false;
            if (more)
                break;
        }
    } while (depth);
    return true;
}

bool
pull_end(struct pull *pull)
{
    return (!pull_peek(pull) && !pull->bad && pull->at == pull->text.length) ||
           spoil(pull);
}
