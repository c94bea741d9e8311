/* saved -- see saved.h. */
#include "term/saved.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TRIES       10
#define TRY_MS      10
#define STACK_BYTES 32768

static const int crashes[] = { SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL };

#define CRASHES (sizeof crashes / sizeof *crashes)

static struct {
    volatile sig_atomic_t armed;
    int fd;
    struct termios before;
    char leave[SAVED_LEAVE_BYTES];
    size_t leave_length;
    struct sigaction old[CRASHES];
    bool has_exit_hook;
    _Alignas(64) char stack[STACK_BYTES]; /* for a crash that is a stack's overflow */
} term_saved;

void
saved_restore(int fd, const struct termios *before, const char *leave, size_t length)
{
    for (int i = 0; i < TRIES && length; i++) {
        ssize_t written = write(fd, leave, length);
        if (written > 0) {
            leave += written;
            length -= (size_t)written;
        } else if (written < 0 && errno != EAGAIN && errno != EINTR)
            break;
        struct pollfd writable = { fd, POLLOUT, 0 };
        if (length)
            poll(&writable, 1, TRY_MS);
    }
    /* Not TCSAFLUSH: on a link that stands it would wait for ever. */
    tcsetattr(fd, TCSANOW, before);
    tcflush(fd, TCIFLUSH);
}

static void
restore_saved(void)
{
    if (!term_saved.armed)
        return;
    term_saved.armed = 0;
    tcflush(term_saved.fd, TCOFLUSH);
    saved_restore(
        term_saved.fd, &term_saved.before, term_saved.leave, term_saved.leave_length);
}

static void
on_crash(int signal, siginfo_t *info, void *context)
{
    (void)context;
    restore_saved();
    for (size_t i = 0; i < CRASHES; i++)
        if (crashes[i] == signal)
            sigaction(signal, &term_saved.old[i], NULL);
    /* A real fault happens again by itself; one that was sent does not. */
    if (info->si_code <= 0)
        raise(signal);
}

bool
saved_arm(int fd, const struct termios *before, const char *leave)
{
    struct sigaction action = { .sa_sigaction = on_crash,
        .sa_flags = SA_SIGINFO | SA_ONSTACK };
    stack_t stack = { .ss_sp = term_saved.stack, .ss_size = STACK_BYTES };

    if (term_saved.armed || strlen(leave) >= SAVED_LEAVE_BYTES)
        return false;
    term_saved.fd = fd;
    term_saved.before = *before;
    term_saved.leave_length = strlen(leave);
    memcpy(term_saved.leave, leave, term_saved.leave_length);
    sigaltstack(&stack, NULL);
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < CRASHES; i++)
        sigaction(crashes[i], &action, &term_saved.old[i]);
    if (!term_saved.has_exit_hook)
        atexit(restore_saved);
    term_saved.has_exit_hook = true;
    term_saved.armed = 1;
    return true;
}

void
saved_disarm(int fd)
{
    if (!term_saved.armed || term_saved.fd != fd)
        return;
    term_saved.armed = 0;
    for (size_t i = 0; i < CRASHES; i++)
        sigaction(crashes[i], &term_saved.old[i], NULL);
}
