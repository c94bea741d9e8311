/* quantity -- decimal digits, then a suffix of the table or an exponent. */
#include "hub/source/quantity.h"

#include <math.h>

#define QUANTITY_BYTES 64

static const struct {
    const char *suffix;
    double factor;
} suffixes[] = {
    { "", 1 },
    { "n", 1e-9 },
    { "u", 1e-6 },
    { "m", 1e-3 },
    { "k", 1e3 },
    { "M", 1e6 },
    { "G", 1e9 },
    { "T", 1e12 },
    { "P", 1e15 },
    { "E", 1e18 },
    { "Ki", 1024.0 },
    { "Mi", 1048576.0 },
    { "Gi", 1073741824.0 },
    { "Ti", 1099511627776.0 },
    { "Pi", 1125899906842624.0 },
    { "Ei", 1152921504606846976.0 },
};

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The sign, digits and at most one point in front; 0 without a digit. */
static size_t
number_length(struct str text)
{
    size_t at = 0, digits = 0, points = 0;

    if (at < text.length && (text.at[at] == '-' || text.at[at] == '+'))
        at++;
    for (; at < text.length; at++) {
        if (is_digit(text.at[at]))
            digits++;
        else if (text.at[at] != '.' || points++ > 0)
            break;
    }
    return digits ? at : 0;
}

static bool
factor_of(struct str suffix, double *factor)
{
    for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++)
        if (str_is(suffix, suffixes[i].suffix)) {
            *factor = suffixes[i].factor;
            return true;
        }
    return false;
}

/* e3, E-6: what tells it from the suffix E is that digits follow. */
static bool
exponent_of(struct str suffix, double *factor)
{
    int64_t exponent;
    struct str digits;

    if (suffix.length < 2 || suffix.length > 5)
        return false;
    if (suffix.at[0] != 'e' && suffix.at[0] != 'E')
        return false;
    digits = (struct str){ suffix.at + 1, suffix.length - 1 };
    if (digits.at[0] == '+')
        digits = (struct str){ digits.at + 1, digits.length - 1 };
    if (!str_to_i64(digits, &exponent) || exponent < -64 || exponent > 64)
        return false;
    *factor = pow(10, (double)exponent);
    return true;
}

bool
quantity_parse(struct str text, double *value)
{
    size_t length = text.length <= QUANTITY_BYTES ? number_length(text) : 0;
    struct str number = { text.at, length };
    struct str suffix = { text.at + length, text.length - length };
    double base, factor;

    if (!length)
        return false;
    if (number.at[0] == '+')
        number = (struct str){ number.at + 1, number.length - 1 };
    if (!str_to_double(number, &base))
        return false;
    if (!factor_of(suffix, &factor) && !exponent_of(suffix, &factor))
        return false;
    *value = base * factor;
    return true;
}
