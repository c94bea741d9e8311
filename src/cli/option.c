/* option -- the words of a command line: options of the command's table, and the rest. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "cli/command.h"

#define NAMES 64

/* clang-format off */
const struct option client_options[] = {
    { 0,   "hub",        "SOCKET",   "talk to the hub that listens there" },
    { 0,   "kubeconfig", "FILE",     "the API server to look at: a private hub is started for it" },
    { 0,   "context",    "NAME",     "this context of the kubeconfig" },
    { 0,   "demo",       NULL,       "a simulated fleet, to look around" },
    { 0,   "read-only",  NULL,       "nothing that writes can be reached" },
    { 0,   "wait",       "DURATION", "wait so long for the hub and its sources (30s)" },
    { 0,   NULL,         NULL,       NULL },
};

static const struct option help_option[] = {
    { 'h', "help",       NULL,       "say what the command does" },
    { 0,   NULL,         NULL,       NULL },
};
/* clang-format on */

/* The tables that hold for a command. */
static size_t
tables_of(const struct command *command, const struct option *tables[3])
{
    size_t count = 0;

    if (command->options)
        tables[count++] = command->options;
    if (command->client)
        tables[count++] = client_options;
    tables[count++] = help_option;
    return count;
}

static const struct option *
option_find(const struct command *command, char letter, struct str name)
{
    const struct option *tables[3];
    size_t count = tables_of(command, tables);

    for (size_t i = 0; i < count; i++)
        for (const struct option *at = tables[i]; at->name; at++)
            if (letter ? at->letter == letter : str_is(name, at->name))
                return at;
    return NULL;
}

static void
unknown_option(const struct command *command, struct str name, struct err *err)
{
    const struct option *tables[3];
    size_t count = tables_of(command, tables), known = 0;
    const char *names[NAMES], *near;

    for (size_t i = 0; i < count; i++)
        for (const struct option *at = tables[i]; at->name && known < NAMES; at++)
            names[known++] = at->name;
    near = str_nearest(name, names, known);
    err_set(err, ERR_USAGE, "no option '--%.*s'%s%s%s; see nocturne %s --help",
        STR_ARG(name), near ? ", did you mean '--" : "", near ? near : "",
        near ? "'" : "", command->name);
}

static bool
option_take(struct invocation *invocation, const struct option *option, const char *value,
    struct err *err)
{
    if (option->value && !value)
        err_set(err, ERR_USAGE, "--%s needs a %s", option->name, option->value);
    else if (!option->value && value)
        err_set(err, ERR_USAGE, "--%s takes no value", option->name);
    else if (invocation->given_count == INVOCATION_OPTIONS)
        err_set(err, ERR_USAGE, "more than %d options", INVOCATION_OPTIONS);
    else {
        invocation->given[invocation->given_count++] =
            (struct given){ option, value ? value : "" };
        return true;
    }
    return false;
}

/* --name, --name=value, -n, -nvalue, -n=value: the option, and its value or NULL. */
static const struct option *
option_read(
    const struct command *command, const char *text, const char **value, struct err *err)
{
    bool is_long = text[1] == '-';
    const char *equals = is_long ? strchr(text, '=') : NULL;
    struct str name = str_from(text + 2);
    const struct option *option;

    if (equals) {
        name.length = (size_t)(equals - text) - 2;
        *value = equals + 1;
    } else if (!is_long && text[2]) {
        *value = text[2] == '=' ? text + 3 : text + 2;
    }
    option = option_find(command, is_long ? 0 : text[1], name);
    if (!option && is_long)
        unknown_option(command, name, err);
    else if (!option)
        err_set(err, ERR_USAGE, "no option '-%c'; see nocturne %s --help", text[1],
            command->name);
    return option;
}

/* The option at arguments[*at]; its value may be the next word. */
static bool
option_parse(
    struct invocation *invocation, int count, char **arguments, int *at, struct err *err)
{
    const char *value = NULL;
    const struct option *option =
        option_read(invocation->command, arguments[*at], &value, err);

    if (!option)
        return false;
    if (option->value && !value && *at + 1 < count)
        value = arguments[++*at];
    return option_take(invocation, option, value, err);
}

int
invocation_command(int count, char **arguments)
{
    static const struct command any = { .client = true };

    for (int i = 1; i < count; i++) {
        const struct option *option;
        const char *value = NULL;
        struct err err;

        if (arguments[i][0] != '-')
            return i;
        option = option_read(&any, arguments[i], &value, &err);
        if (!option)
            return 0; /* an option of the console, which has no name */
        i += option->value && !value;
    }
    return 0;
}

bool
invocation_parse(
    struct invocation *invocation, int count, char **arguments, struct err *err)
{
    bool options = true;

    if (count > INVOCATION_WORDS) {
        err_set(err, ERR_USAGE, "more than %d words", INVOCATION_WORDS);
        return false;
    }
    invocation->words = mem_zero((size_t)count + 1, sizeof(*invocation->words));
    for (int i = 0; i < count; i++) {
        if (options && strcmp(arguments[i], "--") == 0)
            options = false;
        else if (!options || arguments[i][0] != '-' || arguments[i][1] == '\0')
            invocation->words[invocation->word_count++] = arguments[i];
        else if (!option_parse(invocation, count, arguments, &i, err))
            return false;
    }
    return true;
}

void
invocation_release(struct invocation *invocation)
{
    free(invocation->words);
    *invocation = (struct invocation){ 0 };
}

const char *
invocation_value(const struct invocation *invocation, const char *name)
{
    for (size_t i = invocation->given_count; i > 0; i--)
        if (strcmp(invocation->given[i - 1].option->name, name) == 0)
            return invocation->given[i - 1].value;
    return NULL;
}

bool
invocation_has(const struct invocation *invocation, const char *name)
{
    return invocation_value(invocation, name) != NULL;
}

bool
invocation_duration(const struct invocation *invocation, const char *name,
    int64_t *duration_ms, struct err *err)
{
    const char *value = invocation_value(invocation, name);

    if (!value || clock_parse_duration(str_from(value), duration_ms))
        return true;
    err_set(err, ERR_USAGE, "--%s: a duration such as 90s, 5m or 2h, not '%.64s'", name,
        value);
    return false;
}

bool
invocation_choice(const struct invocation *invocation, const char *name,
    const char *const *names, size_t *choice, struct err *err)
{
    const char *value = invocation_value(invocation, name);
    struct buf known = { 0 };

    *choice = 0;
    if (!value)
        return true;
    for (size_t i = 0; names[i]; i++)
        if (strcmp(names[i], value) == 0) {
            *choice = i;
            return true;
        }
    for (size_t i = 0; names[i]; i++)
        buf_print(&known, "%s%s", i > 0 ? ", " : "", names[i]);
    err_set(err, ERR_USAGE, "--%s: no '%.64s'; there are: %s", name, value, known.at);
    buf_release(&known);
    return false;
}
