/* process -- see process.h. */
#include "net/process.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"

#define LOOK_UP_BYTES 16384

/* A JSON object is a hundred small allocations, made and freed together. glibc keeps
 * seven of each size at hand unless it is told otherwise before the program starts; more
 * save a hub a tenth of what a watch event costs. */
#define MALLOC_TUNABLES "GLIBC_TUNABLES"
#define MALLOC_MANY     "glibc.malloc.tcache_count=128"

/* What was closed before we began neither reads nor writes, and its number goes to no
 * socket, so that output fails instead of going astray. */
static void
hold_standard(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 &&
            open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
            abort(); /* no /dev/null: nowhere to say so */
}

void
process_harden(void)
{
    struct rlimit none = { 0, 0 };

    hold_standard();
    signal(SIGPIPE, SIG_IGN);
    setrlimit(RLIMIT_CORE, &none);
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    umask(077);
}

bool
process_is_unread(int fd)
{
    struct pollfd poll_fd = { .fd = fd };

    return poll(&poll_fd, 1, 0) == 1 && poll_fd.revents & (POLLERR | POLLHUP);
}

/* In the child: what failed, told through the pipe that exec closes. */
static _Noreturn void
tell_and_exit(int pipe_fd, const char *what)
{
    char text[160];
    int length = snprintf(text, sizeof(text), "%s: %s", what, strerror(errno));

    if (length > 0 && write(pipe_fd, text, strnlen(text, sizeof(text))) < 0)
        _exit(126);
    _exit(127);
}

static _Noreturn void
become_daemon(const char *const *argv, const char *log_path, int pipe_fd, int alive_fd)
{
    sigset_t none;
    int null_fd, log_fd;
    pid_t pid;

    if (setsid() < 0)
        tell_and_exit(pipe_fd, "setsid");
    pid = fork(); /* a session leader could get a terminal back */
    if (pid < 0)
        tell_and_exit(pipe_fd, "fork");
    if (pid > 0)
        _exit(0);
    null_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    log_fd = open(log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (null_fd < 0 || log_fd < 0)
        tell_and_exit(pipe_fd, log_path);
    if (dup2(null_fd, 0) < 0 || dup2(log_fd, 1) < 0 || dup2(log_fd, 2) < 0)
        tell_and_exit(pipe_fd, "dup2");
    close_range(3, ~0U, CLOSE_RANGE_CLOEXEC); /* nothing of ours leaks into it */
    if (alive_fd >= 0)
        fcntl(alive_fd, F_SETFD, 0); /* it stays open for as long as the daemon lives */
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    if (chdir("/") < 0)
        tell_and_exit(pipe_fd, "chdir /");
    setenv(MALLOC_TUNABLES, MALLOC_MANY, 0);
    execv(argv[0], (char *const *)(uintptr_t)argv);
    tell_and_exit(pipe_fd, argv[0]);
}

static void
pair_close(int fds[2])
{
    for (int i = 0; i < 2; i++)
        if (fds[i] >= 0)
            close(fds[i]);
}

/* What the child says went wrong; nothing once it is another program. */
static bool
child_failed(pid_t pid, int pipe_fd, struct err *err)
{
    char text[160];
    ssize_t length;
    int status;

    while ((length = read(pipe_fd, text, sizeof(text) - 1)) < 0 && errno == EINTR)
        ;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    if (length > 0)
        err_set(err, ERR_IO, "%.*s", (int)length, text);
    return length > 0;
}

bool
process_daemon(
    const char *const *argv, const char *log_path, int *alive_fd, struct err *err)
{
    int told[2] = { -1, -1 }, alive[2] = { -1, -1 };
    bool ok = false;
    pid_t pid;

    if (pipe2(told, O_CLOEXEC) < 0 || pipe2(alive, O_CLOEXEC) < 0) {
        err_set(err, ERR_IO, "pipe: %s", strerror(errno));
        goto out;
    }
    pid = fork();
    if (pid == 0)
        become_daemon(argv, log_path, told[1], alive_fd ? alive[1] : -1);
    if (pid < 0) {
        err_set(err, ERR_IO, "fork: %s", strerror(errno));
        goto out;
    }
    close(told[1]);
    told[1] = -1;
    if (child_failed(pid, told[0], err))
        goto out;
    if (alive_fd) {
        *alive_fd = alive[0];
        alive[0] = -1;
    }
    ok = true;
out:
    pair_close(told);
    pair_close(alive);
    return ok;
}

char *
process_self(void)
{
    char path[4096];
    ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - 1);
    struct str self = { path, length > 0 ? (size_t)length : 0 };

    /* An upgrade replaced the file: what stands there now is the one to run. */
    if (str_ends(self, " (deleted)"))
        self.length -= strlen(" (deleted)");
    return self.length > 0 ? mem_text_length(self.at, self.length) : mem_text("nocturne");
}

uint32_t
process_uid(void)
{
    return (uint32_t)getuid();
}

void
identity_look_up(struct identity *identity, uint32_t uid, uint32_t gid)
{
    char *room = mem_alloc(LOOK_UP_BYTES);
    struct passwd user, *found_user = NULL;
    struct group group, *found;
    gid_t gids[16] = { gid };
    int count = 16;

    *identity = (struct identity){ 0 };
    if (getpwuid_r(uid, &user, room, LOOK_UP_BYTES, &found_user) == 0 && found_user)
        snprintf(identity->user, sizeof(identity->user), "%s", user.pw_name);
    if (identity->user[0] == '\0')
        count = 1;
    else if (getgrouplist(identity->user, gid, gids, &count) < 0)
        count = 16; /* more than fit: the first ones */
    for (int i = 0; i < count; i++) {
        found = NULL;
        if (getgrgid_r(gids[i], &group, room, LOOK_UP_BYTES, &found) == 0 && found)
            snprintf(identity->groups[identity->group_count++],
                sizeof(identity->groups[0]), "%s", group.gr_name);
    }
    free(room);
}
