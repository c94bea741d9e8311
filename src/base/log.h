/*
 * log -- one line a happening, to a sink that cli sets (stderr, or a capped file).
 * Control bytes are made safe here. Nothing secret is ever passed in.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>
#include <stddef.h>

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

void log_to_stderr(enum log_level least);
bool log_to_file(const char *path, size_t cap_bytes,
    enum log_level least); /* rotates once to PATH.1 */
void log_off(void);        /* the default */
void log_line(enum log_level level, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
