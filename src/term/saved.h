/*
 * saved -- how the terminal was before, and how to give it back whatever happens: at exit
 * and on a crash too. One terminal a process; the one allowed global of this room.
 */
#ifndef TERM_SAVED_H
#define TERM_SAVED_H

#include <stdbool.h>
#include <stddef.h>
#include <termios.h>

#define SAVED_LEAVE_BYTES 128

/* From here on the terminal is given back if this process dies. False: another one is
 * looked after already, this one is not. */
bool saved_arm(int fd, const struct termios *before, const char *leave);
void saved_disarm(int fd);

/* Give it back now: what is still to be shown is dropped, `leave` is written, the modes
 * are restored. At most 100 ms. Async-signal-safe. */
void saved_restore(
    int fd, const struct termios *before, const char *leave, size_t length);

#endif
