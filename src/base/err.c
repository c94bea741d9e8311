/* err -- see err.h: one table for names, HTTP statuses and exit codes. */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct row {
    const char *name;
    int http, exit;
};

/* clang-format off */
static const struct row rows[ERR_CODES] = {
    [ERR_NONE]            = { "ok",              200, 0 },
    [ERR_USAGE]           = { "usage",           400, 2 },
    [ERR_INPUT]           = { "bad-input",       400, 2 },
    [ERR_UNAUTHENTICATED] = { "unauthenticated", 401, 4 },
    [ERR_DENIED]          = { "denied",          403, 4 },
    [ERR_NOT_FOUND]       = { "not-found",       404, 5 },
    [ERR_CONFLICT]        = { "conflict",        409, 6 },
    [ERR_MOVED]           = { "moved",           409, 7 },
    [ERR_IN_FLIGHT]       = { "in-flight",       409, 6 },
    [ERR_KEY_REUSED]      = { "key-reused",      422, 6 },
    [ERR_LIMIT]           = { "limit",           413, 8 },
    [ERR_READ_ONLY]       = { "read-only",       423, 9 },
    [ERR_UNAVAILABLE]     = { "unavailable",     503, 10 },
    [ERR_TIMEOUT]         = { "timeout",         504, 11 },
    [ERR_IO]              = { "io",              500, 12 },
    [ERR_CORRUPT]         = { "corrupt",         500, 13 },
    [ERR_VERSION]         = { "version",         505, 14 },
    [ERR_UNSUPPORTED]     = { "unsupported",     501, 15 },
    [ERR_UNPROVEN]        = { "unproven",        200, 3 },
    [ERR_INTERNAL]        = { "internal",        500, 1 },
};
/* clang-format on */

void
err_set(struct err *err, enum err_code code, const char *format, ...)
{
    va_list args;

    if (!err)
        return;
    err->code = code;
    va_start(args, format);
    vsnprintf(err->text, sizeof err->text, format, args);
    va_end(args);
}

void
err_wrap(struct err *err, const char *format, ...)
{
    char inner[sizeof err->text], outer[sizeof err->text];
    va_list args;

    if (!err)
        return;
    memcpy(inner, err->text, sizeof inner);
    va_start(args, format);
    vsnprintf(outer, sizeof outer, format, args);
    va_end(args);
    size_t used = strlen(outer), room = sizeof err->text - 1;
    memcpy(err->text, outer, used + 1);
    if (used + 2 > room)
        return;
    memcpy(err->text + used, ": ", 2);
    used += 2;
    size_t length = strnlen(inner, room - used);
    memcpy(err->text + used, inner, length);
    err->text[used + length] = '\0';
}

const char *
err_name(enum err_code code)
{
    return rows[code].name;
}

enum err_code
err_named(const char *name)
{
    for (int code = 0; code < ERR_CODES; code++)
        if (!strcmp(rows[code].name, name))
            return (enum err_code)code;
    return ERR_INTERNAL;
}

int
err_http_status(enum err_code code)
{
    return rows[code].http;
}

enum err_code
err_from_http_status(int status)
{
    if (status >= 200 && status < 300)
        return ERR_NONE;
    if (status == 429)
        return ERR_LIMIT;
    if (status == 400)
        return ERR_INPUT;
    for (int code = 0; code < ERR_CODES; code++)
        if (rows[code].http == status && code != ERR_IO && code != ERR_CORRUPT)
            return (enum err_code)code;
    return status >= 400 && status < 500 ? ERR_INPUT : ERR_INTERNAL;
}

int
err_exit_code(enum err_code code)
{
    return rows[code].exit;
}
