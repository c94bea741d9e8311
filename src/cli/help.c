/* help -- what there is to say, from the tables. */
#include <ctype.h>
#include <string.h>

#include "cli/command.h"
#include "cli/topic.h"

static void
options_help(const struct option *options, const char *title, struct buf *out)
{
    if (!options || !options->name)
        return;
    buf_print(out, "\n%s:\n", title);
    for (const struct option *at = options; at->name; at++) {
        struct buf left = { 0 };

        if (at->letter)
            buf_print(&left, "-%c, --%s", at->letter, at->name);
        else
            buf_print(&left, "    --%s", at->name);
        if (at->value)
            buf_print(&left, " %s", at->value);
        buf_print(out, "  %-26s %s\n", left.at, at->help);
        buf_release(&left);
    }
}

void
command_help(const struct command *command, struct buf *out)
{
    if (command) {
        buf_print(out, "%s\n\nusage: nocturne %s\n", command->help, command->usage);
        if (command->more)
            buf_print(out, "\n%s\n", command->more);
        options_help(command->options, "options", out);
        if (command->client)
            options_help(client_options, "the hub", out);
        return;
    }
    buf_add_text(out, "nocturne -- a console for fleets of edge clusters\n\nusage:\n");
    for (size_t i = 0; commands[i]; i++)
        buf_print(
            out, "  nocturne %s\n      %s\n", commands[i]->usage, commands[i]->help);
    options_help(client_options, "every command that talks to a hub takes", out);
    buf_add_text(out,
        "\nnocturne COMMAND --help says more; nocturne help selector, how to select.\n");
}

/* --- docs/commands.md
 * ---------------------------------------------------------------------- */

/* clang-format off */
static const struct {
    enum err_code code;
    const char *means;
} exits[] = {
    { ERR_NONE,            "done, and whole" },
    { ERR_INTERNAL,        "a bug of ours" },
    { ERR_USAGE,           "the command line, a file or a selector makes no sense; nothing was done" },
    { ERR_UNPROVEN,        "audit verify: consistent, origin and tail unproven" },
    { ERR_DENIED,          "not allowed, or nobody the hub knows" },
    { ERR_NOT_FOUND,       "no such cluster, window, tag, context, file" },
    { ERR_CONFLICT,        "in the way: an open window, the same key with another request" },
    { ERR_MOVED,           "the selector has moved since the preview; nothing was done" },
    { ERR_LIMIT,           "more than a ceiling allows" },
    { ERR_READ_ONLY,       "writes are off; the text says why" },
    { ERR_UNAVAILABLE,     "no hub, or it does not answer" },
    { ERR_TIMEOUT,         "took too long; after --wait what was printed is not the whole fleet" },
    { ERR_IO,              "a file or the output could not be read or written" },
    { ERR_CORRUPT,         "a file of ours is not what we wrote; audit verify: tampered with, or damaged" },
    { ERR_VERSION,         "the hub speaks another API" },
    { ERR_UNSUPPORTED,     "understood, and not built" },
};
/* clang-format on */

static void
options_markdown(const struct option *options, struct buf *out)
{
    buf_add_text(out, "\n| option | does |\n|---|---|\n");
    for (const struct option *at = options; at->name; at++) {
        buf_add_text(out, "| `");
        if (at->letter)
            buf_print(out, "-%c`, `", at->letter);
        buf_print(out, "--%s%s%s` | %s |\n", at->name, at->value ? " " : "",
            at->value ? at->value : "", at->help);
    }
}

static void
help_markdown(struct buf *out)
{
    buf_add_text(out,
        "# Commands\n\nPrinted by `nocturne help --markdown`; a test holds this page to "
        "it.\n"
        "\nResults go to stdout, everything else to stderr. Where stdout is no terminal "
        "there "
        "are no colours\nand no prompts. Every command that talks to a hub takes:\n");
    options_markdown(client_options, out);
    buf_add_text(out,
        "\nWithout them the hub is the one of `NOCTURNE_HUB`, else the machine's "
        "(`/run/nocturne/hub.sock`, unless\n`KUBECONFIG` is set), else a private one for "
        "the "
        "kubeconfig (`KUBECONFIG`, `~/.kube/config`,\nin-cluster), which is started when "
        "it is "
        "not there and leaves a minute after its last client.\n");
    for (size_t i = 0; commands[i]; i++) {
        buf_print(out, "\n## %s\n\n    nocturne %s\n\n%c%s.\n", commands[i]->name,
            commands[i]->usage, toupper((unsigned char)commands[i]->help[0]),
            commands[i]->help + 1);
        if (commands[i]->more)
            buf_print(out, "\n%s\n", commands[i]->more);
        if (commands[i]->options)
            options_markdown(commands[i]->options, out);
    }
    buf_add_text(out, "\n## Exit codes\n\n| code | means |\n|---|---|\n");
    for (size_t i = 0; i < sizeof(exits) / sizeof(exits[0]); i++)
        buf_print(out, "| %d | %s |\n", err_exit_code(exits[i].code), exits[i].means);
}

static const struct {
    const char *name;
    void (*print)(struct buf *out);
} topics[] = {
    { "selector", topic_selector },
    { "fields", topic_fields },
};

/* A command's help, or a topic's. */
static bool
help_of(const char *word, struct buf *out, struct err *err)
{
    for (size_t i = 0; i < sizeof(topics) / sizeof(topics[0]); i++)
        if (strcmp(topics[i].name, word) == 0) {
            topics[i].print(out);
            return true;
        }
    for (size_t i = 0; commands[i]; i++)
        if (strcmp(commands[i]->name, word) == 0) {
            command_help(commands[i], out);
            return true;
        }
    err_set(err, ERR_USAGE, "no command '%.64s'; see nocturne help", word);
    return false;
}

static bool
help_run(struct invocation *invocation, struct err *err)
{
    bool markdown = invocation_has(invocation, "markdown"), ok = true;
    struct buf out = { 0 };

    if (invocation->word_count > (markdown ? 0 : 1)) {
        err_set(err, ERR_USAGE, "help of what? nocturne %s", invocation->command->usage);
        return false;
    }
    if (markdown)
        help_markdown(&out);
    else if (invocation->word_count > 0)
        ok = help_of(invocation->words[0], &out, err);
    else
        command_help(NULL, &out);
    ok = ok && output(&out, err);
    buf_release(&out);
    return ok;
}

/* clang-format off */
static const struct option help_options[] = {
    { 0, "markdown", NULL, "all of it, as docs/commands.md" },
    { 0, NULL,       NULL, NULL },
};
/* clang-format on */

const struct command help_command = {
    .name = "help",
    .usage = "help [COMMAND | selector | fields]",
    .help =
        "say what there is, what a command does, how to select, which fields there are",
    .options = help_options,
    .run = help_run,
};
