/* str -- see str.h. */
#include "base/str.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DISTANCE_BYTES 64

struct str
str_from(const char *text)
{
    return (struct str){ text, text ? strlen(text) : 0 };
}

bool
str_is(struct str a, const char *text)
{
    return str_same(a, str_from(text));
}

bool
str_same(struct str a, struct str b)
{
    return a.length == b.length && (!a.length || !memcmp(a.at, b.at, a.length));
}

int
str_order(struct str a, struct str b)
{
    size_t common = a.length < b.length ? a.length : b.length;
    int order = common ? memcmp(a.at, b.at, common) : 0;

    if (order)
        return order;
    return a.length < b.length ? -1 : a.length > b.length;
}

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The run of digits at `at`, without leading zeros. */
static struct str
digits_at(struct str text, size_t at, size_t *end)
{
    size_t stop = at;

    while (stop < text.length && is_digit(text.at[stop]))
        stop++;
    *end = stop;
    while (at + 1 < stop && text.at[at] == '0')
        at++;
    return (struct str){ text.at + at, stop - at };
}

int
str_natural(struct str a, struct str b)
{
    size_t i = 0, j = 0;

    while (i < a.length && j < b.length) {
        if (is_digit(a.at[i]) && is_digit(b.at[j])) {
            struct str m = digits_at(a, i, &i), n = digits_at(b, j, &j);
            if (m.length != n.length)
                return m.length < n.length ? -1 : 1;
            int order = memcmp(m.at, n.at, m.length);
            if (order)
                return order;
            continue;
        }
        if (a.at[i] != b.at[j])
            return (unsigned char)a.at[i] < (unsigned char)b.at[j] ? -1 : 1;
        i++;
        j++;
    }
    if (i < a.length || j < b.length)
        return i < a.length ? 1 : -1;
    return str_order(a, b);
}

/* A run of digits begins with its length, which stands where digits stand among other
 * characters: '1' to '9', and from nine on a byte more. */
void
str_natural_key(struct str text, unsigned char *key, size_t length)
{
    size_t in = 0, out = 0;

    while (in < text.length && out < length) {
        struct str run = { text.at + in, 1 };

        if (is_digit(text.at[in])) {
            run = digits_at(text, in, &in);
            key[out++] = (unsigned char)('0' + (run.length < 9 ? run.length : 9));
            if (run.length >= 9 && out < length)
                key[out++] = (unsigned char)(run.length < 255 ? run.length : 255);
            if (run.length >= 255)
                break; /* how long exactly is for str_natural to see */
        } else {
            in++;
        }
        for (size_t i = 0; i < run.length && out < length; i++)
            key[out++] = (unsigned char)run.at[i];
    }
    memset(key + out, 0, length - out);
}

bool
str_starts(struct str a, const char *prefix)
{
    size_t length = strlen(prefix);

    return a.length >= length && (!length || !memcmp(a.at, prefix, length));
}

bool
str_ends(struct str a, const char *suffix)
{
    size_t length = strlen(suffix);

    return a.length >= length &&
           (!length || !memcmp(a.at + a.length - length, suffix, length));
}

struct str
str_trim(struct str a)
{
    while (a.length && (*a.at == ' ' || *a.at == '\t')) {
        a.at++;
        a.length--;
    }
    while (a.length && (a.at[a.length - 1] == ' ' || a.at[a.length - 1] == '\t'))
        a.length--;
    return a;
}

bool
str_split(struct str *rest, char separator, struct str *part)
{
    if (!rest->at)
        return false;
    const char *found = rest->length ? memchr(rest->at, separator, rest->length) : NULL;
    if (!found) {
        *part = *rest;
        *rest = (struct str){ NULL, 0 };
        return true;
    }
    *part = (struct str){ rest->at, (size_t)(found - rest->at) };
    rest->length -= part->length + 1;
    rest->at = found + 1;
    return true;
}

static char
folded(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool
str_among(const char *text, const char *const *names)
{
    for (; *names; names++)
        if (strcmp(*names, text) == 0)
            return true;
    return false;
}

bool
str_contains_folded(struct str a, struct str needle)
{
    if (!needle.length)
        return true;
    for (size_t i = 0; i + needle.length <= a.length; i++) {
        size_t j = 0;
        while (j < needle.length && folded(a.at[i + j]) == folded(needle.at[j]))
            j++;
        if (j == needle.length)
            return true;
    }
    return false;
}

bool
str_to_i64(struct str a, int64_t *value)
{
    bool negative = a.length && a.at[0] == '-';
    uint64_t sum = 0, limit = (uint64_t)INT64_MAX + (negative ? 1 : 0);
    size_t i = negative ? 1 : 0;

    if (i == a.length)
        return false;
    for (; i < a.length; i++) {
        if (!is_digit(a.at[i]))
            return false;
        uint64_t digit = (uint64_t)(a.at[i] - '0');
        if (sum > (limit - digit) / 10)
            return false;
        sum = sum * 10 + digit;
    }
    *value = negative ? (int64_t)(0 - sum) : (int64_t)sum;
    return true;
}

/* The digits as they stand, without a point: *fraction says how many were behind it. */
static bool
take_digits(struct str a, char *digits, int *fraction)
{
    size_t length = 0, first = a.length && a.at[0] == '-' ? 1 : 0;
    bool point = false;

    *fraction = 0;
    for (size_t i = 0; i < a.length; i++) {
        if (a.at[i] == '.' && !point) {
            point = true;
            continue;
        }
        if (!is_digit(a.at[i]) && i >= first)
            return false;
        if (point)
            ++*fraction;
        digits[length++] = a.at[i];
    }
    digits[length] = '\0';
    return length > first;
}

/* strtod reads the locale's point, so what it gets has none: 12.5e3 is 125e2. */
bool
str_to_double(struct str a, double *value)
{
    char text[96];
    size_t mark = 0;
    int64_t exponent = 0;
    int fraction;
    double parsed;

    while (mark < a.length && a.at[mark] != 'e' && a.at[mark] != 'E')
        mark++;
    if (mark < a.length) {
        struct str power = { a.at + mark + 1, a.length - mark - 1 };

        if (power.length > 1 && power.at[0] == '+' && is_digit(power.at[1]))
            power = (struct str){ power.at + 1, power.length - 1 };
        if (!str_to_i64(power, &exponent) || exponent > 9999 || exponent < -9999)
            return false;
    }
    if (mark >= 64 || !take_digits((struct str){ a.at, mark }, text, &fraction))
        return false;
    snprintf(text + strlen(text), 16, "e%d", (int)exponent - fraction);
    parsed = strtod(text, NULL);
    if (!isfinite(parsed))
        return false;
    *value = parsed;
    return true;
}

uint64_t
str_hash(struct str a)
{
    uint64_t hash = 0xcbf29ce484222325u;

    for (size_t i = 0; i < a.length; i++)
        hash = (hash ^ (unsigned char)a.at[i]) * 0x100000001b3u;
    return hash ^ hash >> 32;
}

static int
least(int a, int b, int c)
{
    int m = a < b ? a : b;

    return m < c ? m : c;
}

int
str_distance(struct str a, struct str b, int limit)
{
    int row[DISTANCE_BYTES + 1];

    if (a.length > DISTANCE_BYTES || b.length > DISTANCE_BYTES)
        return str_same(a, b) ? 0 : limit + 1;
    for (size_t j = 0; j <= b.length; j++)
        row[j] = (int)j;
    for (size_t i = 1; i <= a.length; i++) {
        int diagonal = row[0];
        row[0] = (int)i;
        for (size_t j = 1; j <= b.length; j++) {
            int above = row[j];
            int same = a.at[i - 1] == b.at[j - 1] ? 0 : 1;
            row[j] = least(above + 1, row[j - 1] + 1, diagonal + same);
            diagonal = above;
        }
    }
    return row[b.length] > limit ? limit + 1 : row[b.length];
}

const char *
str_nearest(struct str given, const char *const *names, size_t count)
{
    const char *nearest = NULL;
    int best = 3;

    for (size_t i = 0; i < count; i++) {
        int distance = str_distance(given, str_from(names[i]), 2);
        if (distance < best && (size_t)distance < given.length) {
            best = distance;
            nearest = names[i];
        }
    }
    return nearest;
}
