/*
 * err -- why something failed: a code and one line of text, held by value.
 *
 * A function that can fail returns bool and takes `struct err *err` last; true leaves
 * *err alone. The bottom says what happened (err_set), each layer above says what it was
 * trying (err_wrap). One table maps a code to its name on the wire, its HTTP status and
 * the exit code of a command.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

enum err_code {
    ERR_NONE,
    ERR_USAGE,           /* the command line makes no sense */
    ERR_INPUT,           /* what was given (file, request, selector) is malformed */
    ERR_UNAUTHENTICATED, /* nobody we know */
    ERR_DENIED,          /* known, but not allowed */
    ERR_NOT_FOUND,
    ERR_CONFLICT,    /* clashes with what is there, such as an open window */
    ERR_MOVED,       /* the live filter no longer selects the frozen set */
    ERR_IN_FLIGHT,   /* the same idempotency key is being worked on */
    ERR_KEY_REUSED,  /* the same idempotency key came with another body */
    ERR_LIMIT,       /* a named ceiling was reached */
    ERR_READ_ONLY,   /* writes are off, and the text says why */
    ERR_UNAVAILABLE, /* the other side does not answer, or not yet */
    ERR_TIMEOUT,
    ERR_IO,
    ERR_CORRUPT,     /* a file of ours is not what we wrote */
    ERR_VERSION,     /* made by a version that this one cannot talk to */
    ERR_UNSUPPORTED, /* understood, and not built */
    ERR_UNPROVEN,    /* internally consistent, origin and tail unproven */
    ERR_INTERNAL,
    ERR_CODES
};

struct err {
    enum err_code code;
    char text[512];
};

void err_set(struct err *err, enum err_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Put "format: " before the text that is there; the code stays. */
void err_wrap(struct err *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

const char *err_name(enum err_code code);  /* "not-found": the problem type on the wire */
enum err_code err_named(const char *name); /* ERR_INTERNAL if there is no such name */
int err_http_status(enum err_code code);   /* 404 */
enum err_code err_from_http_status(int status); /* the plainest code of that status */
int err_exit_code(enum err_code code); /* what the command exits with; docs/commands.md */

#endif
