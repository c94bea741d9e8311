/* builtin -- see builtin.h. */
#include "base/builtin.h"

#include <string.h>

const struct builtin *
builtin_find(const char *path)
{
    for (const struct builtin *builtin = builtins; builtin->path; builtin++)
        if (!strcmp(builtin->path, path))
            return builtin;
    return NULL;
}

void
builtin_names(const char *folder, struct buf *out)
{
    size_t length = strlen(folder);
    bool first = true;

    for (const struct builtin *at = builtins; at->path; at++) {
        struct str name = str_from(at->path);

        if (!str_starts(name, folder) || at->path[length] != '/')
            continue;
        name = (struct str){ at->path + length + 1, name.length - length - 1 };
        if (str_ends(name, ".yaml"))
            name.length -= 5;
        if (!first)
            buf_add_text(out, ", ");
        first = false;
        buf_add_str(out, name);
    }
}
