/* log -- see log.h. log_sink is the one mutable global here. */
#include "base/log.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"

struct sink_state {
    int fd; /* 0: off */
    size_t cap_bytes, written_bytes;
    char *path;
    enum log_level least;
};

static struct sink_state log_sink;

static const char *const level_names[] = { "error", "warn", "info", "debug" };

void
log_to_stderr(enum log_level least)
{
    log_off();
    log_sink = (struct sink_state){ .fd = STDERR_FILENO, .least = least };
}

void
log_off(void)
{
    if (log_sink.path)
        close(log_sink.fd);
    free(log_sink.path);
    log_sink = (struct sink_state){ 0 };
}

static int
log_open(const char *path, int flags)
{
    return open(
        path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | flags, 0600);
}

bool
log_to_file(const char *path, size_t cap_bytes, enum log_level least)
{
    struct stat stat;
    int fd = log_open(path, 0);

    if (fd < 0)
        return false;
    log_off();
    log_sink = (struct sink_state){
        .fd = fd, .cap_bytes = cap_bytes, .path = mem_text(path), .least = least
    };
    if (!fstat(fd, &stat))
        log_sink.written_bytes = (size_t)stat.st_size;
    return true;
}

static void
log_rotate(void)
{
    char *old = mem_print("%s.1", log_sink.path);

    if (!rename(log_sink.path, old)) {
        int fd = log_open(log_sink.path, O_TRUNC);
        if (fd >= 0) {
            close(log_sink.fd);
            log_sink.fd = fd;
        }
    }
    log_sink.written_bytes = 0;
    free(old);
}

void
log_line(enum log_level level, const char *format, ...)
{
    char text[1024];
    struct buf line = { 0 };
    va_list args;

    if (!log_sink.fd || level > log_sink.least)
        return;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    clock_print_rfc3339(&line, clock_wall_ms());
    buf_print(&line, " %s ", level_names[level]);
    text_safe(&line, str_from(text));
    buf_add_char(&line, '\n');
    if (log_sink.cap_bytes && log_sink.written_bytes + line.length > log_sink.cap_bytes)
        log_rotate();
    ssize_t wrote = write(log_sink.fd, line.at, line.length);
    if (wrote > 0)
        log_sink.written_bytes += (size_t)wrote;
    buf_release(&line);
}
