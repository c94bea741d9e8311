/*
 * line -- one line being typed: text, cursor, and what was typed before. Bytes are valid
 * UTF-8; a paste loses its controls. Editing keys are those of shells: arrows, ctrl-a,
 * ctrl-e, ctrl-u, ctrl-k, ctrl-w.
 */
#ifndef CONSOLE_LINE_H
#define CONSOLE_LINE_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"
#include "ui/key.h"

#define LINE_BYTES   4096
#define LINE_HISTORY 50

struct line {
    char text[LINE_BYTES + 1];
    size_t length, cursor; /* bytes */
};

struct line_history {
    char *texts[LINE_HISTORY]; /* oldest first */
    int count;
    int at;      /* count: the line itself */
    char *draft; /* what was typed before going back */
};

void line_set(struct line *line, struct str text); /* cursor behind it */
struct str line_text(const struct line *line);
int line_column(const struct line *line); /* of the cursor */

/* True if the key edited or moved; false: it means something else. */
bool line_key(struct line *line, struct key key);
void line_insert(struct line *line, struct str text);
/* All of it, its line ends as blanks, or nothing and why. */
bool line_paste(struct line *line, struct str text, struct err *err);
/* Take `from` bytes before the cursor away and put text there: completion. Answers how
 * many bytes stand there now: fewer than the text has if some of it was refused. */
size_t line_replace(struct line *line, size_t from, struct str text);

void line_remember(struct line_history *history, struct str text);
bool line_older(
    struct line_history *history, struct line *line); /* false: nothing older */
bool line_newer(struct line_history *history, struct line *line);
void line_forget(struct line_history *history); /* frees */

#endif
