/*
 * process -- child processes, and who somebody is by uid.
 */
#ifndef NET_PROCESS_H
#define NET_PROCESS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

/* SIGPIPE ignored, RLIMIT_CORE 0, not dumpable, umask 077, no descriptor below 3 free.
 * Once, at the start of every process, before it opens anything. */
void process_harden(void);

/* Start a daemon: its own session, stdin /dev/null, stdout and stderr to log_path (0600).
 * argv[0] is what runs. *alive_fd (may be NULL) gets a descriptor, yours to close, that
 * hangs up when the daemon ends. */
bool process_daemon(
    const char *const *argv, const char *log_path, int *alive_fd, struct err *err);
/* Does nobody read any more what is written to that pipe, socket or terminal? */
bool process_is_unread(int fd);
char *process_self(void); /* path of the running binary; yours to free */

uint32_t process_uid(void);

/* Blocking, so call them in the pool: names by uid, "" when there is none. */
struct identity {
    char user[64];
    char groups[16][64];
    int group_count;
};
void identity_look_up(struct identity *identity, uint32_t uid, uint32_t gid);

#endif
