/*
 * command -- the subcommands: one file and one row each. Help and the option parser read
 * the row.
 *
 * A command prints its result on stdout, everything else goes to stderr. It fails with an
 * err, which main prints as one line and turns into the exit code (docs/commands.md).
 */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

#define INVOCATION_OPTIONS 32
#define INVOCATION_WORDS   4096

struct option {
    char letter;       /* 0: none */
    const char *name;  /* "selector"; NULL ends the table */
    const char *value; /* what it takes, for the help; NULL: a flag */
    const char *help;
};

struct invocation;

struct command {
    const char *name;
    const char *usage; /* behind "nocturne" */
    const char *help;  /* one line */
    const char *more;  /* further lines, or NULL */
    const struct option *options;
    bool client; /* takes the options of every client command too */
    bool alone;  /* takes no words */
    bool (*run)(struct invocation *invocation, struct err *err);
};

struct invocation {
    const struct command *command;
    struct given {
        const struct option *option;
        const char *value; /* "" of a flag */
    } given[INVOCATION_OPTIONS];
    size_t given_count;
    const char **words; /* what is no option, in order */
    size_t word_count;
};

extern const struct command *const commands[]; /* ends with NULL */

/* The options of every client command. */
extern const struct option client_options[];

/* Everything: parse, run, say what failed. The exit code. */
int command_main(int count, char **arguments);

/* Where the command's name stands: first, or behind options of every client command, as
 * `=` prints it. 0: nowhere. */
int invocation_command(int count, char **arguments);

/* Parse what stands around the command's name. ERR_USAGE says what was expected. */
bool invocation_parse(
    struct invocation *invocation, int count, char **arguments, struct err *err);
void invocation_release(struct invocation *invocation);

/* The option's value; NULL when it was not given. Of several the last counts. */
const char *invocation_value(const struct invocation *invocation, const char *name);
bool invocation_has(const struct invocation *invocation, const char *name);
/* A duration option; *duration_ms stays when it was not given. */
bool invocation_duration(const struct invocation *invocation, const char *name,
    int64_t *duration_ms, struct err *err);
/* One of `names` (NULL-ended) as its place; the first when it was not given. */
bool invocation_choice(const struct invocation *invocation, const char *name,
    const char *const *names, size_t *choice, struct err *err);

void command_help(const struct command *command, struct buf *out); /* NULL: all of them */

/* To stderr, safe, as one line: "nocturne: …". */
void notice(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* To stdout; made safe line by line if that is a terminal. False and ERR_IO when nobody
 * takes it any more. */
bool output(const struct buf *buf, struct err *err);
/* The same, never changed: what we drew ourselves. */
bool output_raw(const struct buf *buf, struct err *err);

extern const struct command console_command, hub_command, get_command, describe_command,
    frame_command, maintenance_command, audit_command, whoami_command, check_command,
    version_command, help_command;

#endif
