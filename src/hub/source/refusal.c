/* refusal -- reads the Status objects of Kubernetes, and what is none. */
#include "hub/source/refusal.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

static void
keep_safe(char *at, size_t capacity, const char *text)
{
    struct buf safe = { .limit = 4 * capacity };
    struct str fitting;
    size_t columns;

    text_safe(&safe, str_from(text));
    fitting = buf_str(&safe);
    while (fitting.length >= capacity)
        fitting = text_fit(fitting, text_width(fitting) - 1, &columns);
    snprintf(at, capacity, "%.*s", STR_ARG(fitting));
    buf_release(&safe);
}

static bool
has_cause(const json_t *details, const char *reason)
{
    const json_t *causes = json_object_get(details, "causes");

    for (size_t i = 0; i < json_array_size(causes); i++) {
        const char *found =
            json_string_value(json_object_get(json_array_get(causes, i), "reason"));

        if (found && strcmp(found, reason) == 0)
            return true;
    }
    return false;
}

void
refusal_from(struct refusal *refusal, const json_t *status)
{
    const json_t *details = json_object_get(status, "details");
    const json_t *seconds = json_object_get(details, "retryAfterSeconds");
    const char *message = json_string_value(json_object_get(status, "message"));
    const char *token = json_string_value(
        json_object_get(json_object_get(status, "metadata"), "continue"));

    *refusal = (struct refusal){ .retry_after_ms = -1 };
    refusal->code = (int)json_integer_value(json_object_get(status, "code"));
    keep_safe(refusal->reason, sizeof(refusal->reason),
        json_string_value(json_object_get(status, "reason")));
    keep_safe(refusal->message, sizeof(refusal->message), message);
    if (token && strlen(token) < sizeof(refusal->token))
        snprintf(refusal->token, sizeof(refusal->token), "%s", token);
    if (json_is_integer(seconds) && json_integer_value(seconds) >= 0 &&
        json_integer_value(seconds) < 100000)
        refusal->retry_after_ms = json_integer_value(seconds) * 1000;
    refusal->too_large = has_cause(details, "ResourceVersionTooLarge") ||
                         (message && strstr(message, "Too large resource version"));
}

void
refusal_parse(struct refusal *refusal, int http_status, struct str body)
{
    json_t *status = body.length
                         ? json_loadb(body.at, body.length, JSON_REJECT_DUPLICATES, NULL)
                         : NULL;

    refusal_from(refusal, status);
    json_decref(status);
    refusal->code = http_status;
}

bool
refusal_is_expired(const struct refusal *refusal)
{
    return refusal->code == 410 || strcmp(refusal->reason, "Expired") == 0 ||
           strcmp(refusal->reason, "Gone") == 0;
}

static const char *
words_for(int code)
{
    if (code == 401)
        return "the server does not accept our credentials";
    if (code == 403)
        return "not allowed to list and watch ";
    if (code == 404)
        return "the server does not serve ";
    if (code == 429)
        return "the server asks to wait";
    return code >= 500 ? "the server fails" : "the server refuses";
}

void
refusal_explain(const struct refusal *refusal, const char *what, struct buf *out)
{
    bool named = refusal->code == 403 || refusal->code == 404;

    buf_print(out, "%s%s (%d%s%s%s%s)", words_for(refusal->code), named ? what : "",
        refusal->code, refusal->reason[0] ? " " : "", refusal->reason,
        refusal->message[0] ? ": " : "", refusal->message);
}
