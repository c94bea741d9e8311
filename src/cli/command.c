/* command -- the table of subcommands, and the way from main to one of them. */
#include "cli/command.h"

#include <errno.h>
#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "base/text.h"
#include "net/process.h"

#define COMMANDS 32

const struct command *const commands[] = {
    &console_command,
    &hub_command,
    &get_command,
    &describe_command,
    &frame_command,
    &maintenance_command,
    &audit_command,
    &whoami_command,
    &check_command,
    &version_command,
    &help_command,
    NULL,
};

static const struct command *
command_find(const char *name)
{
    for (size_t i = 0; commands[i]; i++)
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    return NULL;
}

/* The command whose name stands at `at`; the console when there is none. */
static const struct command *
command_choose(int count, char **arguments, int at, struct err *err)
{
    const char *names[COMMANDS], *near;
    const struct command *found;
    size_t known = 0;

    if (count > 1 && strcmp(arguments[1], "--version") == 0)
        return &version_command;
    if (count > 1 &&
        (strcmp(arguments[1], "--help") == 0 || strcmp(arguments[1], "-h") == 0))
        return &help_command;
    if (at == 0)
        return commands[0];
    found = command_find(arguments[at]);
    if (found)
        return found;
    for (size_t i = 0; commands[i] && known < COMMANDS; i++)
        names[known++] = commands[i]->name;
    near = str_nearest(str_from(arguments[at]), names, known);
    err_set(err, ERR_USAGE, "no command '%.64s'%s%s%s; see nocturne help", arguments[at],
        near ? ", did you mean '" : "", near ? near : "", near ? "'" : "");
    return NULL;
}

/* All arguments but the command's name, or the flag that stands for it. */
static char **
arguments_of(
    const struct command *command, int count, char **arguments, int at, int *kept)
{
    char **rest = mem_zero((size_t)count + 1, sizeof(*rest));
    bool flag = at != 1 && (command == &version_command || command == &help_command);

    *kept = 0;
    for (int i = 1; i < count; i++)
        if (i != at && !(i == 1 && flag && arguments[1][0] == '-'))
            rest[(*kept)++] = arguments[i];
    return rest;
}

static bool
command_run(int count, char **arguments, struct err *err)
{
    int at = invocation_command(count, arguments), kept = 0;
    const struct command *command = command_choose(count, arguments, at, err);
    struct invocation invocation = { .command = command };
    char **rest = NULL;
    struct buf help = { 0 };
    bool ok = false;

    if (!command)
        return false;
    rest = arguments_of(command, count, arguments, at, &kept);
    if (!invocation_parse(&invocation, kept, rest, err))
        goto out;
    if (invocation_has(&invocation, "help")) {
        command_help(command, &help);
        ok = output(&help, err);
        goto out;
    }
    if (command->alone && invocation.word_count > 0)
        err_set(err, ERR_USAGE, "%s takes no '%.64s'; see nocturne %s --help",
            command->name, invocation.words[0], command->name);
    else
        ok = command->run(&invocation, err);
out:
    buf_release(&help);
    invocation_release(&invocation);
    free(rest);
    return ok;
}

int
command_main(int count, char **arguments)
{
    struct err err = { 0 };

    process_harden();
    setlocale(LC_CTYPE, "");
    if (!command_run(count, arguments, &err)) {
        if (err.text[0])
            notice("%s", err.text);
        return err_exit_code(err.code);
    }
    return 0;
}

void
notice(const char *format, ...)
{
    char text[2048];
    struct buf safe = { 0 };
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    buf_add_text(&safe, "nocturne: ");
    text_safe(&safe, str_from(text));
    buf_add_char(&safe, '\n');
    fputs(safe.at, stderr);
    buf_release(&safe);
}

bool
output_raw(const struct buf *buf, struct err *err)
{
    size_t done = 0;

    fflush(stdout);
    while (done < buf->length) {
        ssize_t count = write(STDOUT_FILENO, buf->at + done, buf->length - done);

        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0) {
            err_set(err, ERR_IO, "standard output: %s", strerror(errno));
            if (errno == EPIPE) /* the reader had enough: no news to anybody */
                err->text[0] = '\0';
            return false;
        }
        done += (size_t)count;
    }
    return true;
}

bool
output(const struct buf *buf, struct err *err)
{
    struct buf safe = { 0 };
    struct str rest = buf_str(buf), line;
    bool ok;

    if (!isatty(STDOUT_FILENO))
        return output_raw(buf, err);
    while (str_split(&rest, '\n', &line)) {
        text_safe(&safe, line);
        if (rest.at)
            buf_add_char(&safe, '\n');
    }
    ok = output_raw(&safe, err);
    buf_release(&safe);
    return ok;
}
