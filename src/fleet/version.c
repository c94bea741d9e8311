/* version -- versions, and amounts with a unit. */
#include "fleet/version.h"

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static struct str
strip(struct str text)
{
    if (text.length > 1 && (text.at[0] == 'v' || text.at[0] == 'V') &&
        is_digit(text.at[1]))
        return (struct str){ text.at + 1, text.length - 1 };
    return text;
}

bool
version_is(struct str text)
{
    text = strip(text);
    return text.length && is_digit(text.at[0]);
}

/* Does a suffix such as -rc.1 say that the release is still to come? Others (-eks-1,
 * +k3s1) name a build of it. */
static bool
is_early(struct str suffix)
{
    static const char *const words[] = { "-alpha", "-beta", "-rc", "-pre", "-dev",
        "-snapshot" };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_starts(suffix, words[i]))
            return true;
    return false;
}

static struct str
cut_core(struct str *text)
{
    struct str core = { text->at, 0 };

    while (core.length < text->length &&
           (is_digit(text->at[core.length]) || text->at[core.length] == '.'))
        core.length++;
    text->at += core.length;
    text->length -= core.length;
    return core;
}

int
version_order(struct str a, struct str b)
{
    struct str core_a, core_b;
    int order;

    if (!version_is(a) || !version_is(b))
        return str_natural(a, b);
    a = strip(a);
    b = strip(b);
    core_a = cut_core(&a);
    core_b = cut_core(&b);
    order = str_natural(core_a, core_b);
    if (order)
        return order;
    if (is_early(a) != is_early(b))
        return is_early(a) ? -1 : 1;
    return str_natural(a, b);
}

static const struct {
    const char *suffix;
    double factor;
    enum field_unit unit;
} units[] = {
    { "", 1, UNIT_NONE },
    { "C", 1, UNIT_CELSIUS },
    { "°C", 1, UNIT_CELSIUS },
    { "%", 1, UNIT_PERCENT },
    { "ms", 1, UNIT_DURATION },
    { "s", 1e3, UNIT_DURATION },
    { "m", 60e3, UNIT_DURATION },
    { "h", 3600e3, UNIT_DURATION },
    { "d", 86400e3, UNIT_DURATION },
    { "w", 604800e3, UNIT_DURATION },
    { "B", 1, UNIT_BYTES },
    { "kB", 1e3, UNIT_BYTES },
    { "MB", 1e6, UNIT_BYTES },
    { "GB", 1e9, UNIT_BYTES },
    { "TB", 1e12, UNIT_BYTES },
    { "KiB", 1024., UNIT_BYTES },
    { "MiB", 1024. * 1024, UNIT_BYTES },
    { "GiB", 1024. * 1024 * 1024, UNIT_BYTES },
    { "TiB", 1024. * 1024 * 1024 * 1024, UNIT_BYTES },
    { "Ki", 1024., UNIT_BYTES },
    { "Mi", 1024. * 1024, UNIT_BYTES },
    { "Gi", 1024. * 1024 * 1024, UNIT_BYTES },
    { "Ti", 1024. * 1024 * 1024 * 1024, UNIT_BYTES },
};

bool
amount_parse(struct str text, double *number, enum field_unit *unit)
{
    struct str digits = { text.at, 0 };
    struct str suffix;
    double value;

    while (digits.length < text.length &&
           (is_digit(text.at[digits.length]) || text.at[digits.length] == '.' ||
               (!digits.length && text.at[0] == '-')))
        digits.length++;
    suffix = (struct str){ text.at + digits.length, text.length - digits.length };
    if (!digits.length || digits.at[digits.length - 1] == '.' ||
        !str_to_double(digits, &value))
        return false;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (str_is(suffix, units[i].suffix)) {
            *number = value * units[i].factor;
            *unit = units[i].unit;
            return true;
        }
    return false;
}
