/* reading -- an object read straight into a struct. */
#include "wire/reading.h"

#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include "base/clock.h"

bool
reading_refuse(struct reading *reading, const char *format, ...)
{
    char text[200];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    err_set(reading->err, ERR_INPUT, "%s", text);
    return false;
}

/* Members mostly come in the order of their table: `likely` is behind the last found. */
static const struct member *
find_member(const struct member *members, const struct member *likely, struct str name)
{
    if (likely->name && str_is(name, likely->name))
        return likely;
    for (; members->name; members++)
        if (str_is(name, members->name))
            return members;
    return NULL;
}

static bool
check_needed(struct reading *reading, const struct member *members, uint32_t seen)
{
    for (size_t i = 0; members[i].name; i++)
        if (members[i].needed && !(seen >> i & 1))
            return reading_refuse(reading, "%s: missing", members[i].name);
    return true;
}

/* Its value into the target; *seen has a bit for each member that came. */
static bool
read_member(struct reading *reading, const struct member *member, uint32_t bit,
    uint32_t *seen, void *target)
{
    if (*seen & bit)
        return reading_refuse(reading, "%s: it is there twice", member->name);
    if (pull_peek(&reading->pull) == 'n')
        return pull_word(&reading->pull, "null");
    *seen |= bit;
    if (member->read(reading, member, (char *)target + member->offset))
        return true;
    if (!reading->pull.bad)
        err_wrap(reading->err, "%s", member->name);
    return false;
}

bool
reading_object(struct reading *reading, const struct member *members, void *target)
{
    const struct member *likely = members;
    struct pull *pull = &reading->pull;
    struct str name;
    uint32_t seen = 0;

    if (pull_peek(pull) != '{')
        return reading_refuse(reading, "an object was expected");
    pull_open(pull, '{');
    while (pull_member(pull, &name)) {
        const struct member *member = find_member(members, likely, name);
        bool ok =
            member ? read_member(reading, member, 1u << (member - members), &seen, target)
                   : pull_skip(pull);

        if (!ok)
            return false;
        if (member)
            likely = member + 1;
    }
    return !pull->bad && check_needed(reading, members, seen);
}

bool
reading_all(struct reading *reading, const struct member *members, void *target)
{
    bool ok = reading_object(reading, members, target) && pull_end(&reading->pull);

    if (reading->pull.bad)
        reading_refuse(reading, "column %zu: this is not JSON", reading->pull.at + 1);
    return ok;
}

bool
reading_text(struct reading *reading, long most, struct str *text)
{
    if (pull_peek(&reading->pull) != '"')
        return reading_refuse(reading, "a text was expected");
    if (!pull_text(&reading->pull, text))
        return false;
    return text->length <= (size_t)most ||
           reading_refuse(
               reading, "%zu bytes, and at most %ld are taken", text->length, most);
}

bool
reading_double(struct reading *reading, double *value)
{
    char c = pull_peek(&reading->pull);
    struct str number;

    if (c != '-' && !(c >= '0' && c <= '9'))
        return reading_refuse(reading, "a number was expected");
    if (!pull_number(&reading->pull, &number))
        return false;
    return str_to_double(number, value) ||
           reading_refuse(reading, "a smaller number was expected");
}

bool
read_text(struct reading *reading, const struct member *member, void *target)
{
    struct str text = { 0 };

    if (!reading_text(reading, member->most, &text))
        return false;
    intern_set(reading->intern, target, text);
    return true;
}

bool
read_time(struct reading *reading, const struct member *member, void *target)
{
    struct str text = { 0 };
    int64_t time_ms;

    (void)member;
    if (!reading_text(reading, 64, &text))
        return false;
    if (!clock_parse_rfc3339(text, &time_ms))
        return reading_refuse(reading, "a time as in 2026-11-23T10:00:00Z was expected");
    if (time_ms < 0 || time_ms / 1000 > UINT32_MAX)
        return reading_refuse(reading, "a time from 1970 to 2106 was expected");
    *(uint32_t *)target = (uint32_t)(time_ms / 1000);
    return true;
}

bool
read_count(struct reading *reading, const struct member *member, void *target)
{
    double value = 0;

    (void)member;
    if (!reading_double(reading, &value))
        return false;
    if (!(value >= 0 && value <= INT16_MAX) || value < floor(value) ||
        value > floor(value))
        return reading_refuse(
            reading, "a whole number from 0 to %d was expected", INT16_MAX);
    *(int16_t *)target = (int16_t)value;
    return true;
}

bool
read_float(struct reading *reading, const struct member *member, void *target)
{
    double value = 0;

    if (!reading_double(reading, &value))
        return false;
    if (!(fabs(value) <= (double)member->most))
        return reading_refuse(reading, "a number from -%ld to %ld was expected",
            member->most, member->most);
    /* To what a row is printed with, so that what is read again is the same. */
    *(float *)target = (float)((double)lround(value * 10000) / 10000);
    return true;
}
