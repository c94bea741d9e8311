/* dialects -- which dialect files there are: the user's, and those in the binary. */
#include <ctype.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/builtin.h"
#include "base/file.h"
#include "base/mem.h"
#include "hub/source/dialect.h"

#define FILE_BYTES ((size_t)1 << 20)
#define NAMES      256

static bool
name_is_safe(const char *name)
{
    size_t length = strlen(name);

    for (size_t i = 0; i < length; i++)
        if (!islower((unsigned char)name[i]) && !isdigit((unsigned char)name[i]) &&
            name[i] != '-')
            return false;
    return length > 0 && length <= DIALECT_NAME_BYTES;
}

static void
names_add(char **names, size_t *count, struct str file)
{
    char *name;
    size_t at = 0;

    if (*count == NAMES || !str_ends(file, ".yaml"))
        return;
    name = mem_text_length(file.at, file.length - 5);
    while (at < *count && strcmp(names[at], name) != 0)
        at++;
    if (at < *count || !name_is_safe(name)) {
        free(name);
        return;
    }
    names[(*count)++] = name;
}

static int
by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static char *
user_folder(void)
{
    char *home = file_config_home();
    char *folder = home ? mem_print("%s/dialects", home) : NULL;

    free(home);
    return folder;
}

char **
dialect_names(void)
{
    char **names = mem_zero(NAMES + 1, sizeof(*names));
    char *folder = user_folder();
    DIR *dir = folder ? opendir(folder) : NULL;
    struct dirent *entry;
    size_t count = 0;

    for (const struct builtin *builtin = builtins; builtin->path; builtin++)
        if (strncmp(builtin->path, "dialects/", 9) == 0)
            names_add(names, &count, str_from(builtin->path + 9));
    while (dir && (entry = readdir(dir)) != NULL)
        names_add(names, &count, str_from(entry->d_name));
    if (dir)
        closedir(dir);
    free(folder);
    qsort(names, count, sizeof(*names), by_name);
    return names;
}

static void
not_found(const char *name, struct err *err)
{
    char **names = dialect_names();
    struct buf list = { 0 };
    size_t count = 0;
    const char *near;

    for (; names[count]; count++)
        buf_print(&list, "%s%s", count ? ", " : "", names[count]);
    near = str_nearest(str_from(name), (const char *const *)names, count);
    err_set(err, ERR_NOT_FOUND, "no dialect is called '%.64s'%s%s%s; there are: %s", name,
        near ? ": did you mean '" : "", near ? near : "", near ? "'?" : "",
        list.at ? list.at : "none");
    buf_release(&list);
    texts_free(names);
}

struct dialect *
dialect_load_builtin(const char *name, struct err *err)
{
    char *path = mem_print("dialects/%s.yaml", name);
    const struct builtin *builtin = builtin_find(path);
    struct dialect *dialect = NULL;

    if (builtin)
        dialect = dialect_parse(
            path, name, (struct str){ builtin->text, builtin->length }, err);
    free(path);
    return dialect;
}

struct dialect *
dialect_load(const char *name, struct err *err)
{
    char *folder = user_folder();
    char *path =
        folder && name_is_safe(name) ? mem_print("%s/%s.yaml", folder, name) : NULL;
    struct dialect *dialect = NULL;
    struct buf text = { 0 };
    struct err why = { 0 };

    if (path && file_exists(path)) {
        if (file_read(path, FILE_BYTES, &text, err))
            dialect = dialect_parse(path, name, buf_str(&text), err);
    } else {
        dialect = dialect_load_builtin(name, &why);
        if (!dialect)
            not_found(name, err);
        if (why.code != ERR_NONE)
            *err = why;
    }
    buf_release(&text);
    free(path);
    free(folder);
    return dialect;
}
