/* check -- files of ours and yours, before they are used. */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/builtin.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/yaml.h"
#include "cli/command.h"
#include "console/console.h"
#include "hub/hub.h"
#include "net/kubeconfig.h"
#include "ui/theme.h"

static bool
check_theme(const char *file, struct str text, struct err *err)
{
    struct theme theme = { 0 };

    return theme_parse(&theme, file, text, err);
}

static bool
check_hub(const char *file, struct str text, struct err *err)
{
    (void)text; /* it is read again: what it names counts from its folder */
    return hub_check(file, err);
}

static bool
check_kubeconfig(const char *file, struct str text, struct err *err)
{
    struct kubeconfig kubeconfig = { 0 };
    bool ok = kubeconfig_load(&kubeconfig, file, NULL, err);

    (void)text;
    kubeconfig_release(&kubeconfig);
    return ok;
}

/* A file's kind is told by a key that it must have, and no other kind has. */
static const struct kind {
    const char *key, *name, *folder; /* folder: of shipped and user's files */
    bool (*check)(const char *file, struct str text, struct err *err);
} kinds[] = {
    { "rows", "view", "views", console_check_view },
    { "keys", "keymap", "keymaps", console_check_keymap },
    { "roles", "theme", "themes", check_theme },
    { "dialect", "dialect", "dialects", hub_check_dialect },
    { "contexts", "kubeconfig", NULL, check_kubeconfig },
    { "sources", "hub configuration", NULL, check_hub },
};

#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

/* By the folder it lies in, else by its keys. NULL: err says so. */
static const struct kind *
kind_of(const char *file, struct str text, struct err *err)
{
    struct yaml *yaml = yaml_parse(file, text, err);
    const struct kind *found = NULL;

    if (!yaml)
        return NULL;
    for (size_t i = 0; i < KINDS && !found; i++) {
        char *part = kinds[i].folder ? mem_print("/%s/", kinds[i].folder) : NULL;

        if (part && (strstr(file, part) || str_starts(str_from(file), part + 1)))
            found = &kinds[i];
        free(part);
    }
    for (size_t i = 0; i < KINDS && !found; i++)
        if (yaml->kind == YAML_MAP && yaml_get(yaml, kinds[i].key))
            found = &kinds[i];
    if (!found)
        yaml_err(file, yaml, err,
            "is it a view (rows:), keymap (keys:), theme (roles:), dialect (dialect:), "
            "hub.yaml (sources:) or kubeconfig (contexts:)? none of these is there");
    yaml_release(yaml);
    return found;
}

static bool
check_text(const char *file, struct str text, struct buf *out, struct err *err)
{
    const struct kind *kind = kind_of(file, text, err);

    if (!kind || !kind->check(file, text, err))
        return false;
    buf_print(out, "%s: a sound %s\n", file, kind->name);
    return true;
}

/* What is wrong is said at once; the next file is checked all the same. */
static void
check_file(const char *file, struct buf *out, uint32_t *bad)
{
    struct buf text = { 0 };
    struct err err = { 0 };

    if (!file_read(file, YAML_LIMIT_BYTES, &text, &err) ||
        !check_text(file, buf_str(&text), out, &err)) {
        notice("%s", err.text);
        ++*bad;
    }
    buf_release(&text);
}

static int
compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
check_folder(const char *folder, struct buf *out, uint32_t *bad)
{
    DIR *entries = opendir(folder);
    struct dirent *entry;
    char **names = NULL;
    size_t count = 0, capacity = 0;

    while (entries && (entry = readdir(entries))) {
        if (!str_ends(str_from(entry->d_name), ".yaml"))
            continue;
        names = mem_grow(names, &capacity, count + 1, sizeof(*names));
        names[count++] = mem_print("%s/%s", folder, entry->d_name);
    }
    if (entries)
        closedir(entries);
    if (count > 0)
        qsort(names, count, sizeof(*names), compare_names);
    for (size_t i = 0; i < count; i++) {
        check_file(names[i], out, bad);
        free(names[i]);
    }
    free(names);
}

/* Without names: the shipped files, and the user's. */
static void
check_all(struct buf *out, uint32_t *bad)
{
    char *home = file_config_home();
    struct err err = { 0 };

    for (const struct builtin *at = builtins; at->path; at++) {
        if (!check_text(at->path, (struct str){ at->text, at->length }, out, &err)) {
            notice("%s", err.text);
            ++*bad;
        }
    }
    for (size_t i = 0; home && i < KINDS; i++) {
        char *folder = kinds[i].folder ? mem_print("%s/%s", home, kinds[i].folder) : NULL;

        if (folder)
            check_folder(folder, out, bad);
        free(folder);
    }
    free(home);
}

static bool
check_run(struct invocation *invocation, struct err *err)
{
    struct buf out = { 0 };
    uint32_t bad = 0;
    bool ok;

    for (size_t i = 0; i < invocation->word_count; i++)
        check_file(invocation->words[i], &out, &bad);
    if (invocation->word_count == 0)
        check_all(&out, &bad);
    ok = output(&out, err);
    if (ok && bad > 0) {
        err_set(err, ERR_INPUT, "%u file%s not sound", bad, bad == 1 ? " is" : "s are");
        ok = false;
    }
    buf_release(&out);
    return ok;
}

const struct command check_command = {
    .name = "check",
    .usage = "check [FILE…]",
    .help = "are these views, keymaps, themes, dialects, hub.yaml, kubeconfigs sound?",
    .more = "Without a file: the shipped ones and those in ~/.config/nocturne.",
    .run = check_run,
};
