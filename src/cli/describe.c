/* describe, whoami -- one document of the hub, for a person or a script. */
#include "cli/command.h"

#include <string.h>

#include "cli/document.h"
#include "cli/visit.h"
#include "net/http.h"

static const char *const formats[] = { "text", "json", "yaml", NULL };

/* clang-format off */
static const struct option document_options[] = {
    { 'o', "output", "FORMAT", "text, json, yaml" },
    { 0,   NULL,     NULL,     NULL },
};
/* clang-format on */

/* Print what the hub says at that path. picture: wait for the sources first. */
static bool
print_answer(
    const struct invocation *invocation, const char *path, bool picture, struct err *err)
{
    struct visit visit = { 0 };
    struct buf body = { 0 }, out = { 0 };
    struct err late = { 0 };
    size_t format;
    bool ok = false;

    if (!invocation_choice(invocation, "output", formats, &format, err) ||
        !visit_open(&visit, invocation, NULL, NULL, err))
        goto out;
    if (picture && !visit_sync(&visit, &late) && late.code != ERR_TIMEOUT) {
        *err = late;
        goto out;
    }
    if (!visit_get(&visit, path, &body, err))
        goto out;
    if (format == 0) {
        ok = document_print_text(buf_str(&body), client_hub_ms(visit.client), &out, err);
    } else if (format == 2) {
        ok = document_print_yaml(buf_str(&body), 0, false, &out, err);
    } else {
        buf_add_str(&out, buf_str(&body));
        buf_add_char(&out, '\n');
        ok = true;
    }
    ok = ok && output(&out, err);
    if (ok && late.code != ERR_NONE) {
        *err = late;
        ok = false;
    }
out:
    buf_release(&out);
    buf_release(&body);
    visit_release(&visit);
    return ok;
}

static bool
describe_run(struct invocation *invocation, struct err *err)
{
    struct buf path = { 0 };
    bool ok;

    if (invocation->word_count != 2 || strcmp(invocation->words[0], "cluster") != 0) {
        err_set(err, ERR_USAGE, "describe what? nocturne %s", invocation->command->usage);
        return false;
    }
    buf_add_text(&path, "/v1/clusters/");
    http_encode(&path, str_from(invocation->words[1]));
    ok = print_answer(invocation, path.at, true, err);
    buf_release(&path);
    return ok;
}

static bool
whoami_run(struct invocation *invocation, struct err *err)
{
    return print_answer(invocation, "/v1/whoami", false, err);
}

const struct command describe_command = {
    .name = "describe",
    .usage = "describe cluster NAME",
    .help = "all that is known of one cluster, with ages",
    .options = document_options,
    .client = true,
    .run = describe_run,
};

const struct command whoami_command = {
    .name = "whoami",
    .usage = "whoami",
    .help = "who you are to the hub, and what you may do",
    .options = document_options,
    .client = true,
    .alone = true,
    .run = whoami_run,
};
