/*
 * file -- whole files, folders, and where a user's files are kept (XDG). Files are made
 * 0600, folders 0700.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

/* The file's bytes appended to buf. ERR_NOT_FOUND, ERR_LIMIT if longer than limit,
 * ERR_IO; names the path. */
bool file_read(const char *path, size_t limit, struct buf *buf, struct err *err);

/* Write beside it, fsync, rename over it. What was there stays until the last step. */
bool file_write(const char *path, const void *at, size_t length, struct err *err);

bool file_make_folders(const char *path, struct err *err); /* mkdir -p, 0700 */
bool file_exists(const char *path);

/* Own by this user, a real folder, mode 0700: lstat, never through a link. ERR_DENIED
 * says what is wrong. */
bool file_check_private(const char *path, struct err *err);

/* $XDG_CONFIG_HOME/nocturne and so on, or their defaults below $HOME; NULL without a
 * home. Yours to free. */
char *file_config_home(void);
char *file_state_home(void);
char *file_runtime_home(void); /* $XDG_RUNTIME_DIR/nocturne, else /tmp/nocturne-UID */

/* Take an exclusive lock on a file, made if need be: its descriptor, held until closed;
 * -1 if another has it. */
int file_lock(const char *path, bool wait, struct err *err);

#endif
