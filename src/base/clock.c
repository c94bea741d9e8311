/* clock -- see clock.h. */
#include "base/clock.h"

#include <stdio.h>
#include <time.h>

#define SECOND_MS 1000LL
#define MINUTE_MS (60 * SECOND_MS)
#define HOUR_MS   (60 * MINUTE_MS)
#define DAY_MS    (24 * HOUR_MS)
#define WEEK_MS   (7 * DAY_MS)

static int64_t
clock_read_us(clockid_t id)
{
    struct timespec now;

    clock_gettime(id, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t
clock_wall_ms(void)
{
    return clock_read_us(CLOCK_REALTIME) / 1000;
}

int64_t
clock_monotonic_ms(void)
{
    return clock_read_us(CLOCK_MONOTONIC) / 1000;
}

int64_t
clock_monotonic_us(void)
{
    return clock_read_us(CLOCK_MONOTONIC);
}

int64_t
clock_thread_us(void)
{
    return clock_read_us(CLOCK_THREAD_CPUTIME_ID);
}

/* Days since 1970-01-01 of a Gregorian date; years counted from March make leap days come
 * last. */
static int64_t
days_from_civil(int64_t year, int month, int day)
{
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t year_of_era = year - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t day_of_era =
        year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

    return era * 146097 + day_of_era - 719468;
}

static void
civil_from_days(int64_t days, int *year, int *month, int *day)
{
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    int64_t day_of_era = days - era * 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t shifted = (5 * day_of_year + 2) / 153;

    *day = (int)(day_of_year - (153 * shifted + 2) / 5 + 1);
    *month = (int)(shifted < 10 ? shifted + 3 : shifted - 9);
    *year = (int)(year_of_era + era * 400 + (*month <= 2));
}

/* `count` digits at `at`; -1 if they are not all there. */
static int
number_at(struct str text, size_t at, size_t count)
{
    int value = 0;

    if (at + count > text.length)
        return -1;
    for (size_t i = at; i < at + count; i++) {
        if (text.at[i] < '0' || text.at[i] > '9')
            return -1;
        value = value * 10 + (text.at[i] - '0');
    }
    return value;
}

static bool
char_at(struct str text, size_t at, const char *allowed)
{
    if (at >= text.length)
        return false;
    for (; *allowed; allowed++)
        if (text.at[at] == *allowed)
            return true;
    return false;
}

/* The fraction behind the seconds, in milliseconds; *at moves behind it. */
static bool
parse_fraction(struct str text, size_t *at, int *ms)
{
    int scale = 100;
    size_t digits = 0;

    *ms = 0;
    if (!char_at(text, *at, "."))
        return true;
    for (++*at; *at < text.length && number_at(text, *at, 1) >= 0; ++*at) {
        *ms += number_at(text, *at, 1) * scale;
        scale /= 10;
        digits++;
    }
    return digits >= 1 && digits <= 9;
}

static bool
parse_offset(struct str text, size_t at, int64_t *offset_ms)
{
    *offset_ms = 0;
    if (char_at(text, at, "Zz"))
        return at + 1 == text.length;
    if (!char_at(text, at, "+-") || !char_at(text, at + 3, ":") || at + 6 != text.length)
        return false;
    int hours = number_at(text, at + 1, 2), minutes = number_at(text, at + 4, 2);
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59)
        return false;
    *offset_ms = hours * HOUR_MS + minutes * MINUTE_MS;
    if (text.at[at] == '-')
        *offset_ms = -*offset_ms;
    return true;
}

static bool
parse_date(struct str text, int64_t *days)
{
    static const int lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    int year = number_at(text, 0, 4), month = number_at(text, 5, 2),
        day = number_at(text, 8, 2);

    if (year < 0 || !char_at(text, 4, "-") || !char_at(text, 7, "-"))
        return false;
    if (month < 1 || month > 12 || day < 1)
        return false;
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    if (day > lengths[month - 1] + (month == 2 && leap))
        return false;
    *days = days_from_civil(year, month, day);
    return true;
}

bool
clock_parse_rfc3339(struct str text, int64_t *wall_ms)
{
    int64_t days, offset_ms;
    int ms;
    size_t at = 19;

    if (!parse_date(text, &days) || !char_at(text, 10, "Tt ") ||
        !char_at(text, 13, ":") || !char_at(text, 16, ":"))
        return false;
    int hour = number_at(text, 11, 2), minute = number_at(text, 14, 2),
        second = number_at(text, 17, 2);
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60)
        return false;
    if (!parse_fraction(text, &at, &ms) || !parse_offset(text, at, &offset_ms))
        return false;
    *wall_ms = days * DAY_MS + hour * HOUR_MS + minute * MINUTE_MS + second * SECOND_MS +
               ms - offset_ms;
    return true;
}

void
clock_print_rfc3339(struct buf *buf, int64_t wall_ms)
{
    int64_t days = wall_ms / DAY_MS, rest = wall_ms % DAY_MS;
    int year, month, day;

    if (rest < 0) {
        rest += DAY_MS;
        days--;
    }
    civil_from_days(days, &year, &month, &day);
    buf_print(buf, "%04d-%02d-%02dT%02d:%02d:%02dZ", year, month, day,
        (int)(rest / HOUR_MS), (int)(rest / MINUTE_MS % 60),
        (int)(rest / SECOND_MS % 60));
}

void
clock_print_local(char text[16], int64_t wall_ms)
{
    time_t seconds = (time_t)(wall_ms / 1000);
    struct tm local;

    localtime_r(&seconds, &local);
    snprintf(text, 16, "%02u:%02u:%02u", (unsigned)local.tm_hour % 24,
        (unsigned)local.tm_min % 60, (unsigned)local.tm_sec % 62);
}

struct unit {
    const char *name;
    int64_t ms;
};

static const struct unit units[] = {
    { "ms", 1 },
    { "s", SECOND_MS },
    { "m", MINUTE_MS },
    { "h", HOUR_MS },
    { "d", DAY_MS },
    { "w", WEEK_MS },
};

void
clock_print_age(char text[16], int64_t age_ms)
{
    if (age_ms < 0)
        age_ms = 0;
    if (age_ms < MINUTE_MS)
        snprintf(text, 16, "%ds", (int)(age_ms / SECOND_MS));
    else if (age_ms < HOUR_MS)
        snprintf(text, 16, "%dm", (int)(age_ms / MINUTE_MS));
    else if (age_ms < 2 * DAY_MS)
        snprintf(text, 16, "%dh", (int)(age_ms / HOUR_MS));
    else if (age_ms < 10 * WEEK_MS)
        snprintf(text, 16, "%dd", (int)(age_ms / DAY_MS));
    else
        snprintf(text, 16, "%lldw", (long long)(age_ms / WEEK_MS));
}

bool
clock_parse_duration(struct str text, int64_t *duration_ms)
{
    size_t digits = 0;
    int64_t count;

    while (digits < text.length && text.at[digits] >= '0' && text.at[digits] <= '9')
        digits++;
    if (!str_to_i64((struct str){ text.at, digits }, &count))
        return false;
    struct str name = { text.at + digits, text.length - digits };
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (!str_is(name, units[i].name))
            continue;
        if (count > INT64_MAX / 2 / units[i].ms)
            return false;
        *duration_ms = count * units[i].ms;
        return true;
    }
    return false;
}
