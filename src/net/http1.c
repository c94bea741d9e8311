/* http1 -- request heads and chunked bodies, read strictly. */
#include "net/http1.h"

#include <string.h>

/* RFC 9110 tchar: what a method and a field name are made of. */
static const bool token[256] = {
    ['!'] = true,
    ['#'] = true,
    ['$'] = true,
    ['%'] = true,
    ['&'] = true,
    ['\''] = true,
    ['*'] = true,
    ['+'] = true,
    ['-'] = true,
    ['.'] = true,
    ['^'] = true,
    ['_'] = true,
    ['`'] = true,
    ['|'] = true,
    ['~'] = true,
    ['0'] = true,
    ['1'] = true,
    ['2'] = true,
    ['3'] = true,
    ['4'] = true,
    ['5'] = true,
    ['6'] = true,
    ['7'] = true,
    ['8'] = true,
    ['9'] = true,
    ['A'] = true,
    ['B'] = true,
    ['C'] = true,
    ['D'] = true,
    ['E'] = true,
    ['F'] = true,
    ['G'] = true,
    ['H'] = true,
    ['I'] = true,
    ['J'] = true,
    ['K'] = true,
    ['L'] = true,
    ['M'] = true,
    ['N'] = true,
    ['O'] = true,
    ['P'] = true,
    ['Q'] = true,
    ['R'] = true,
    ['S'] = true,
    ['T'] = true,
    ['U'] = true,
    ['V'] = true,
    ['W'] = true,
    ['X'] = true,
    ['Y'] = true,
    ['Z'] = true,
    ['a'] = true,
    ['b'] = true,
    ['c'] = true,
    ['d'] = true,
    ['e'] = true,
    ['f'] = true,
    ['g'] = true,
    ['h'] = true,
    ['i'] = true,
    ['j'] = true,
    ['k'] = true,
    ['l'] = true,
    ['m'] = true,
    ['n'] = true,
    ['o'] = true,
    ['p'] = true,
    ['q'] = true,
    ['r'] = true,
    ['s'] = true,
    ['t'] = true,
    ['u'] = true,
    ['v'] = true,
    ['w'] = true,
    ['x'] = true,
    ['y'] = true,
    ['z'] = true,
};

static bool
folded_same(struct str text, const char *lower)
{
    size_t i;

    for (i = 0; i < text.length; i++) {
        char c = text.at[i];
        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        if (c != lower[i] || !lower[i])
            return false;
    }
    return !lower[i];
}

/* The longest run of token characters at the front of *rest, taken from it. */
static struct str
take_token(struct str *rest)
{
    struct str taken = { rest->at, 0 };

    while (taken.length < rest->length && token[(unsigned char)rest->at[taken.length]])
        taken.length++;
    rest->at += taken.length;
    rest->length -= taken.length;
    return taken;
}

static bool
take_char(struct str *rest, char c)
{
    if (!rest->length || rest->at[0] != c)
        return false;
    rest->at++;
    rest->length--;
    return true;
}

/* Visible ASCII without '#': a fragment never travels. */
static struct str
take_target(struct str *rest)
{
    struct str taken = { rest->at, 0 };

    while (taken.length < rest->length) {
        unsigned char c = (unsigned char)rest->at[taken.length];
        if (c <= 0x20 || c >= 0x7f || c == '#')
            break;
        taken.length++;
    }
    rest->at += taken.length;
    rest->length -= taken.length;
    return taken;
}

/* A field's value up to its CR: tabs, visible bytes and blanks, trimmed at both ends. */
static struct str
take_value(struct str *rest)
{
    struct str taken = { rest->at, 0 };

    while (taken.length < rest->length) {
        unsigned char c = (unsigned char)rest->at[taken.length];
        if (c != '\t' && (c < 0x20 || c == 0x7f))
            break;
        taken.length++;
    }
    rest->at += taken.length;
    rest->length -= taken.length;
    return str_trim(taken);
}

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static int
parse_version(struct str *rest, struct http1_request *request)
{
    const char *at = rest->at;

    if (rest->length < 10 || memcmp(at, "HTTP/", 5) != 0 || !is_digit(at[5]) ||
        at[6] != '.' || !is_digit(at[7]) || at[8] != '\r' || at[9] != '\n')
        return 400;
    if (at[5] != '1' || (at[7] != '0' && at[7] != '1'))
        return 505;
    request->minor = at[7] - '0';
    request->keep_alive = request->minor == 1;
    rest->at += 10;
    rest->length -= 10;
    return 0;
}

static int
parse_line(struct str *rest, struct http1_request *request)
{
    request->method = take_token(rest);
    if (!request->method.length || !take_char(rest, ' '))
        return 400;
    if (request->method.length > HTTP1_METHOD_BYTES)
        return 501;
    request->target = take_target(rest);
    if (request->target.length > HTTP1_TARGET_BYTES)
        return 414;
    if (!request->target.length || request->target.at[0] != '/' || !take_char(rest, ' '))
        return 400;
    return parse_version(rest, request);
}

static int
take_host(struct http1_request *request, struct str value)
{
    (void)request;
    for (size_t i = 0; i < value.length; i++) {
        unsigned char c = (unsigned char)value.at[i];
        if (c <= 0x20 || c >= 0x7f || strchr(",/@?#\\\"<>", c))
            return 400;
    }
    return 0;
}

static int
take_content_length(struct http1_request *request, struct str value)
{
    int64_t length = 0;

    if (!value.length)
        return 400;
    for (size_t i = 0; i < value.length; i++) {
        if (!is_digit(value.at[i]))
            return 400;
        length =
            length > INT64_MAX / 10 - 1 ? INT64_MAX : length * 10 + (value.at[i] - '0');
    }
    request->content_length = length;
    return 0;
}

static int
take_transfer_encoding(struct http1_request *request, struct str value)
{
    if (!request->minor || !value.length)
        return 400;
    if (!folded_same(value, "chunked"))
        return 501;
    request->chunked = true;
    return 0;
}

static int
take_connection(struct http1_request *request, struct str value)
{
    struct str part;

    while (str_split(&value, ',', &part)) {
        part = str_trim(part);
        if (folded_same(part, "close"))
            request->keep_alive = false;
        else if (folded_same(part, "keep-alive") && !request->minor)
            request->keep_alive = true;
    }
    return 0;
}

static int
take_expect(struct http1_request *request, struct str value)
{
    if (!folded_same(value, "100-continue"))
        return 417;
    request->expect_continue = request->minor == 1; /* a 1.0 client could not read it */
    return 0;
}

/* The fields that frame a request. Each may come once, but Connection, which is a list.
 */
static const struct {
    const char *name;
    bool once;
    int (*take)(struct http1_request *request, struct str value);
} framing[] = {
    { "host", true, take_host },
    { "content-length", true, take_content_length },
    { "transfer-encoding", true, take_transfer_encoding },
    { "connection", false, take_connection },
    { "expect", true, take_expect },
};
enum { FRAMING = sizeof(framing) / sizeof(framing[0]), FRAMING_HOST = 0 };

static int
take_framing(struct http1_request *request, struct str name, struct str value, bool *seen)
{
    for (size_t i = 0; i < FRAMING; i++)
        if (folded_same(name, framing[i].name)) {
            if (seen[i] && framing[i].once)
                return 400;
            seen[i] = true;
            return framing[i].take(request, value);
        }
    return 0;
}

/* One field line with its CRLF. obs-fold and "Name :" end here: neither starts with a
 * name and a colon. */
static int
parse_field(struct str *rest, struct http1_request *request, bool *seen)
{
    struct http1_field field;

    field.name = take_token(rest);
    if (!field.name.length || !take_char(rest, ':'))
        return 400;
    field.value = take_value(rest);
    if (!take_char(rest, '\r') || !take_char(rest, '\n'))
        return 400;
    if (request->field_count == HTTP1_HEADERS)
        return 431;
    request->fields[request->field_count++] = field;
    return take_framing(request, field.name, field.value, seen);
}

size_t
http1_head_length(struct str bytes)
{
    const char *at = bytes.at, *end = at + bytes.length;

    if (!bytes.length)
        return 0;
    if (!token[(unsigned char)at[0]])
        return 1;
    while ((at = memchr(at, '\n', (size_t)(end - at)))) {
        at++;
        if (at - bytes.at < 2 || at[-2] != '\r' || (at < end && *at == '\n'))
            return (size_t)(at - bytes.at);
        if (end - at >= 2 && at[0] == '\r' && at[1] == '\n')
            return (size_t)(at - bytes.at) + 2;
    }
    return 0;
}

int
http1_parse(struct str head, struct http1_request *request)
{
    bool seen[FRAMING] = { false };
    int status;

    memset(request, 0, offsetof(struct http1_request, fields));
    request->field_count = 0;
    request->content_length = -1;
    status = parse_line(&head, request);
    while (!status && head.length && head.at[0] != '\r')
        status = parse_field(&head, request, seen);
    if (status)
        return status;
    if (!take_char(&head, '\r') || !take_char(&head, '\n') || head.length)
        return 400;
    if (request->minor && !seen[FRAMING_HOST])
        return 400;
    if (request->chunked && request->content_length >= 0)
        return 400;
    return 0;
}

struct str
http1_header(const struct http1_request *request, const char *name)
{
    for (size_t i = 0; i < request->field_count; i++) {
        struct str given = request->fields[i].name;
        size_t at = 0;
        for (; at < given.length && name[at]; at++)
            if ((given.at[at] | 0x20) != (name[at] | 0x20))
                break;
        if (at == given.length && !name[at])
            return request->fields[i].value;
    }
    return (struct str){ NULL, 0 };
}

static int
hex_digit(char c)
{
    if (is_digit(c))
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* A byte of the line with the chunk's size. */
static bool
step_size(struct http1_chunks *chunks, char c)
{
    int digit = hex_digit(c);

    if (digit >= 0) {
        chunks->left = chunks->left * 16 + (unsigned)digit;
        return ++chunks->digits <= 8;
    }
    if (!chunks->digits || (c != ';' && c != '\r'))
        return false;
    chunks->phase = c == ';' ? CHUNK_EXTENSION : CHUNK_SIZE_LF;
    return true;
}

static bool
step_extension(struct http1_chunks *chunks, char c)
{
    unsigned char byte = (unsigned char)c;

    if (c == '\r') {
        chunks->phase = CHUNK_SIZE_LF;
        return true;
    }
    return ++chunks->extension <= HTTP1_EXTENSION_BYTES && (byte >= 0x20 || c == '\t') &&
           byte != 0x7f;
}

static bool
step_expect(struct http1_chunks *chunks, char c, char wanted, enum http1_chunk_phase next)
{
    chunks->phase = next;
    return c == wanted;
}

/* One byte of framing. */
static bool
step_framing(struct http1_chunks *chunks, char c)
{
    switch (chunks->phase) {
    case CHUNK_SIZE:
        return step_size(chunks, c);
    case CHUNK_EXTENSION:
        return step_extension(chunks, c);
    case CHUNK_SIZE_LF:
        chunks->digits = 0;
        return step_expect(chunks, c, '\n', chunks->left ? CHUNK_DATA : CHUNK_END_CR);
    case CHUNK_DATA_CR:
        return step_expect(chunks, c, '\r', CHUNK_DATA_LF);
    case CHUNK_DATA_LF:
        return step_expect(chunks, c, '\n', CHUNK_SIZE);
    case CHUNK_END_CR:
        return step_expect(chunks, c, '\r', CHUNK_END_LF);
    case CHUNK_END_LF:
        return step_expect(chunks, c, '\n', CHUNK_DONE);
    case CHUNK_DATA:
    case CHUNK_DONE:
        break;
    }
    return false;
}

ptrdiff_t
http1_dechunk(struct http1_chunks *chunks, char *at, size_t length, size_t *data_length)
{
    size_t from = 0;

    *data_length = 0;
    while (from < length && chunks->phase != CHUNK_DONE) {
        if (chunks->phase != CHUNK_DATA) {
            if (!step_framing(chunks, at[from++]))
                return -1;
            continue;
        }
        size_t part = length - from;
        if (part > chunks->left)
            part = (size_t)chunks->left;
        memmove(at + *data_length, at + from, part);
        *data_length += part;
        from += part;
        chunks->left -= part;
        if (!chunks->left)
            chunks->phase = CHUNK_DATA_CR;
    }
    return (ptrdiff_t)from;
}
