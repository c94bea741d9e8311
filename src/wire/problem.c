/* problem -- an error as an RFC 9457 body. */
#include "wire/problem.h"

#include <string.h>

#include "wire/member.h"

#define PREFIX      "urn:nocturne:problem:"
#define TITLE_BYTES 256

void
problem_print(const struct err *err, const char *extra, struct buf *out)
{
    struct str title = str_from(err_name(err->code));

    buf_print(out, "{\"type\":\"" PREFIX "%s\",\"title\":\"", err_name(err->code));
    for (size_t i = 0; i < title.length; i++)
        buf_add_char(out, title.at[i] == '-' ? ' ' : title.at[i]);
    buf_print(out, "\",\"status\":%d,\"detail\":", err_http_status(err->code));
    buf_add_json(out, str_from(err->text));
    if (extra && *extra) {
        buf_add_char(out, ',');
        buf_add_text(out, extra);
    }
    buf_add_char(out, '}');
}

/* A body of somebody else's: the status is all there is to go by. */
static void
guess(struct err *err, int status, struct str title)
{
    if (title.length)
        err_set(err, err_from_http_status(status), "%.*s (status %d)", STR_ARG(title),
            status);
    else
        err_set(err, err_from_http_status(status), "it answered with status %d", status);
}

void
problem_parse(struct err *err, int status, struct str body)
{
    struct err ignored;
    struct str type = { 0 }, title = { 0 }, detail = { 0 };
    json_t *root = member_object(body, MEMBER_BODY_BYTES, &ignored);
    enum err_code code = err_from_http_status(status);

    if (root) {
        member_view(root, "type", MEMBER_MAY, TITLE_BYTES, &type, &ignored);
        member_view(root, "title", MEMBER_MAY, TITLE_BYTES, &title, &ignored);
        member_view(root, "detail", MEMBER_MAY, sizeof err->text - 1, &detail, &ignored);
    }
    /* Only where the type is one of ours does its name say more than the status. */
    if (str_starts(type, PREFIX)) {
        enum err_code named = err_named(type.at + strlen(PREFIX));

        if (err_http_status(named) == status)
            code = named;
    }
    if (detail.length)
        err_set(err, code, "%.*s", STR_ARG(detail));
    else
        guess(err, status, title);
    json_decref(root);
}
