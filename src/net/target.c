/* target -- percent-decoding of path segments and query parameters. */
#include "net/target.h"

#include <string.h>

#include "base/text.h"

static int
hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Decode text into out, emptied first. False if it is malformed or not fit to be shown.
 */
static bool
decode(struct str text, bool plus, struct buf *out)
{
    buf_clear(out);
    for (size_t i = 0; i < text.length; i++) {
        char c = text.at[i];
        if (c == '%') {
            int high = i + 2 < text.length ? hex_digit(text.at[i + 1]) : -1;
            int low = high >= 0 ? hex_digit(text.at[i + 2]) : -1;
            if (low < 0)
                return false;
            c = (char)(high << 4 | low);
            i += 2;
        } else if (c == '+' && plus) {
            c = ' ';
        }
        buf_add_char(out, c);
    }
    return text_is_valid(buf_str(out)) && !text_has_control(buf_str(out));
}

bool
path_segment(struct str *rest, struct buf *out, bool *bad)
{
    struct str segment;
    const char *slash;

    *bad = false;
    if (!rest->length)
        return false;
    if (rest->at[0] == '/') {
        rest->at++;
        rest->length--;
    }
    slash = rest->length ? memchr(rest->at, '/', rest->length) : NULL;
    segment.at = rest->at;
    segment.length = slash ? (size_t)(slash - rest->at) : rest->length;
    rest->at += segment.length;
    rest->length -= segment.length;
    *bad = !decode(segment, false, out);
    return !*bad;
}

static void
split_pair(struct str pair, struct str *name, struct str *value)
{
    const char *equals = pair.length ? memchr(pair.at, '=', pair.length) : NULL;

    *name = pair;
    *value = (struct str){ NULL, 0 };
    if (!equals)
        return;
    name->length = (size_t)(equals - pair.at);
    value->at = equals + 1;
    value->length = pair.length - name->length - 1;
}

bool
query_value(struct str query, const char *name, struct buf *out, bool *bad)
{
    struct str pair, given, value, found = { NULL, 0 };
    bool there = false;

    *bad = false;
    while (str_split(&query, '&', &pair)) {
        split_pair(pair, &given, &value);
        if (!decode(given, true, out) || (there && str_is(buf_str(out), name))) {
            *bad = true;
            return false;
        }
        if (str_is(buf_str(out), name)) {
            found = value;
            there = true;
        }
    }
    if (!there) {
        buf_clear(out); /* of the names it was compared with */
        return false;
    }
    *bad = !decode(found, true, out);
    return !*bad;
}
