/* file -- see file.h. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

static bool
file_fail(struct err *err, const char *path)
{
    enum err_code code = errno == ENOENT   ? ERR_NOT_FOUND
                         : errno == EACCES ? ERR_DENIED
                                           : ERR_IO;

    err_set(err, code, "%s: %s", path, strerror(errno));
    return false;
}

static bool
read_all(int fd, const char *path, size_t limit, struct buf *buf, struct err *err)
{
    char chunk[16384];
    size_t total = 0;

    for (;;) {
        ssize_t count = read(fd, chunk, sizeof chunk);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return file_fail(err, path);
        if (!count)
            return true;
        total += (size_t)count;
        if (total > limit) {
            err_set(err, ERR_LIMIT, "%s: longer than %zu bytes", path, limit);
            return false;
        }
        buf_add(buf, chunk, (size_t)count);
    }
}

bool
file_read(const char *path, size_t limit, struct buf *buf, struct err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

    if (fd < 0)
        return file_fail(err, path);
    bool ok = read_all(fd, path, limit, buf, err);
    close(fd);
    return ok;
}

static bool
write_all(int fd, const char *at, size_t length)
{
    while (length) {
        ssize_t count = write(fd, at, length);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return false;
        at += count;
        length -= (size_t)count;
    }
    return true;
}

bool
file_write(const char *path, const void *at, size_t length, struct err *err)
{
    char *beside = mem_print("%s.new", path);
    bool ok = false;
    int fd = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);

    if (fd < 0) {
        file_fail(err, beside);
        goto out;
    }
    bool written = write_all(fd, at, length) && !fsync(fd);
    if (close(fd) || !written || rename(beside, path)) {
        file_fail(err, path);
        unlink(beside);
        goto out;
    }
    ok = true;
out:
    free(beside);
    return ok;
}

bool
file_make_folders(const char *path, struct err *err)
{
    char *copy = mem_text(path);
    bool ok = false;

    for (char *at = copy + 1;; at++) {
        if (*at && *at != '/')
            continue;
        char end = *at;
        *at = '\0';
        if (mkdir(copy, 0700) && errno != EEXIST) {
            file_fail(err, copy);
            goto out;
        }
        *at = end;
        if (!end)
            break;
    }
    ok = true;
out:
    free(copy);
    return ok;
}

bool
file_exists(const char *path)
{
    return !access(path, F_OK);
}

bool
file_check_private(const char *path, struct err *err)
{
    struct stat stat;

    if (lstat(path, &stat))
        return file_fail(err, path);
    if (!S_ISDIR(stat.st_mode))
        err_set(err, ERR_DENIED, "%s: not a folder", path);
    else if (stat.st_uid != geteuid())
        err_set(err, ERR_DENIED, "%s: belongs to uid %u", path, (unsigned)stat.st_uid);
    else if ((stat.st_mode & 07777) != 0700)
        err_set(err, ERR_DENIED, "%s: mode %04o, must be 0700", path,
            (unsigned)stat.st_mode & 07777);
    else
        return true;
    return false;
}

static char *
xdg_home(const char *variable, const char *below_home)
{
    const char *set = getenv(variable), *home = getenv("HOME");

    if (set && *set == '/')
        return mem_print("%s/nocturne", set);
    if (!below_home || !home || *home != '/')
        return NULL;
    return mem_print("%s/%s/nocturne", home, below_home);
}

char *
file_config_home(void)
{
    return xdg_home("XDG_CONFIG_HOME", ".config");
}

char *
file_state_home(void)
{
    return xdg_home("XDG_STATE_HOME", ".local/state");
}

char *
file_runtime_home(void)
{
    char *home = xdg_home("XDG_RUNTIME_DIR", NULL);

    return home ? home : mem_print("/tmp/nocturne-%u", (unsigned)geteuid());
}

int
file_lock(const char *path, bool wait, struct err *err)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

    if (fd < 0) {
        file_fail(err, path);
        return -1;
    }
    while (flock(fd, wait ? LOCK_EX : LOCK_EX | LOCK_NB)) {
        if (errno == EINTR)
            continue;
        if (errno == EWOULDBLOCK)
            err_set(err, ERR_CONFLICT, "%s: held by another process", path);
        else
            file_fail(err, path);
        close(fd);
        return -1;
    }
    return fd;
}
