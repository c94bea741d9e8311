/* keymap -- keymap files into bindings. */
#include "console/keymap.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/builtin.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/yaml.h"

#define KEYMAP_FILE_BYTES 65536

static const char *const keymap_keys_known[] = { "name", "keys", NULL };

/* Keys that people hold down, or press before they look. */
static const char *const motion_keys[] = { "up", "down", "left", "right", "home", "end",
    "page-up", "page-down", "h", "j", "k", "l", "enter", "space", "tab", "backspace",
    NULL };

static bool
is_motion_key(struct key key)
{
    for (int i = 0; motion_keys[i]; i++) {
        struct key motion;

        if (key_parse(str_from(motion_keys[i]), &motion) && key_same(motion, key))
            return true;
    }
    return false;
}

static bool
parse_action(
    const char *file, const struct yaml *at, struct binding *binding, struct err *err)
{
    struct str rest = str_trim(str_from(at->kind == YAML_SCALAR ? at->text : ""));
    struct str name = { 0 };
    const char *near = NULL;

    if (!str_split(&rest, ' ', &name) || name.length == 0)
        return yaml_err(file, at, err, "a key has an action, such as next-problem");
    rest = str_trim(rest);
    binding->action = action_find(name);
    if (!binding->action) {
        near = action_suggest(name);
        if (near)
            return yaml_err(file, at, err, "no action '%.*s'; did you mean '%s'?",
                STR_ARG(name), near);
        return yaml_err(
            file, at, err, "no action '%.*s'; the help view lists them", STR_ARG(name));
    }
    if (rest.length && binding->action->argument == ARGUMENT_NONE)
        return yaml_err(
            file, at, err, "action '%s' takes no argument", binding->action->name);
    if (rest.length >= sizeof(binding->argument))
        return yaml_err(
            file, at, err, "an argument has at most %d bytes", KEYMAP_ARGUMENT_BYTES - 1);
    memcpy(binding->argument, rest.at ? rest.at : "", rest.length);
    binding->argument[rest.length] = '\0';
    return true;
}

/* Problems of the key itself are at the key, not at its action. */
static bool
key_err(const char *file, const struct yaml *at, struct err *err, const char *what)
{
    struct yaml key = *at;

    key.line = at->key_line;
    key.column = at->key_column;
    return yaml_err(file, &key, err, "%s", what);
}

static bool
parse_binding(
    const char *file, const struct yaml *at, struct keymap *keymap, struct err *err)
{
    struct binding *binding = &keymap->bindings[keymap->count];
    const struct binding *other = NULL;
    char what[160];

    if (!key_parse(str_from(at->key), &binding->key)) {
        snprintf(what, sizeof(what),
            "no key '%.40s'; keys are such as a, G, space, enter, page-down, ctrl-l, f5",
            at->key);
        return key_err(file, at, err, what);
    }
    other = keymap_find(keymap, binding->key);
    if (other) {
        snprintf(what, sizeof(what), "'%.40s' is bound to '%s' on line %d already",
            at->key, other->action->name, other->line);
        return key_err(file, at, err, what);
    }
    if (!parse_action(file, at, binding, err))
        return false;
    if ((binding->action->conditions & ACTION_DANGEROUS) && is_motion_key(binding->key)) {
        snprintf(what, sizeof(what), "'%.40s' is a key one leans on: '%s' wants another",
            at->key, binding->action->name);
        return key_err(file, at, err, what);
    }
    binding->line = at->key_line;
    keymap->count++;
    return true;
}

bool
keymap_parse(struct keymap *keymap, const char *file, struct str text, struct err *err)
{
    struct yaml *yaml = yaml_parse(file, text, err);
    const struct yaml *keys = NULL;
    const char *name = NULL;
    bool ok = false;

    memset(keymap, 0, sizeof(*keymap));
    if (!yaml)
        return false;
    if (!yaml_known(file, yaml, keymap_keys_known, err) ||
        !yaml_text(file, yaml, "name", &name, err))
        goto out;
    if (!name || !name[0] || strlen(name) >= sizeof(keymap->name)) {
        yaml_err(file, yaml, err, "a keymap has a name of at most %zu bytes",
            sizeof(keymap->name) - 1);
        goto out;
    }
    snprintf(keymap->name, sizeof(keymap->name), "%s", name);
    keys = yaml_get(yaml, "keys");
    if (!keys || keys->kind != YAML_MAP) {
        yaml_err(file, keys ? keys : yaml, err, "a keymap has keys: {q: leave, …}");
        goto out;
    }
    for (const struct yaml *at = keys->first; at; at = at->next) {
        if (keymap->count == KEYMAP_BINDINGS) {
            yaml_err(file, at, err, "more than %d keys", KEYMAP_BINDINGS);
            goto out;
        }
        if (!parse_binding(file, at, keymap, err))
            goto out;
    }
    ok = true;
out:
    yaml_release(yaml);
    return ok;
}

static bool
load_user(
    struct keymap *keymap, const char *folder, const char *name, struct err *problem)
{
    char *path = mem_print("%s/%s.yaml", folder, name);
    struct buf text = { 0 };
    bool ok = file_exists(path) && file_read(path, KEYMAP_FILE_BYTES, &text, problem) &&
              keymap_parse(keymap, path, buf_str(&text), problem);

    buf_release(&text);
    free(path);
    return ok;
}

static void
not_found(const char *name, struct err *err)
{
    struct buf names = { 0 };

    builtin_names("keymaps", &names);
    err_set(err, ERR_NOT_FOUND, "no keymap '%.64s'; there are: %s, and your own", name,
        names.at);
    buf_release(&names);
}

bool
keymap_load(struct keymap *keymap, const char *folder, const char *name,
    struct err *problem, struct err *err)
{
    char *path = NULL;
    const struct builtin *builtin = NULL;
    bool ok = false;

    *problem = (struct err){ 0 };
    if (folder && !strchr(name, '/') && load_user(keymap, folder, name, problem))
        return true;
    path = mem_print("keymaps/%s.yaml", name);
    builtin = builtin_find(path);
    if (!builtin && problem->code != ERR_NONE)
        *err = *problem;
    else if (!builtin)
        not_found(name, err);
    else
        ok = keymap_parse(
            keymap, path, (struct str){ builtin->text, builtin->length }, err);
    free(path);
    return ok;
}

const struct binding *
keymap_find(const struct keymap *keymap, struct key key)
{
    for (int i = 0; i < keymap->count; i++)
        if (key_same(keymap->bindings[i].key, key))
            return &keymap->bindings[i];
    return NULL;
}

/* Letters and '-': a name, not a rune of several bytes. */
static bool
text_is_word(const char *text)
{
    for (; *text; text++)
        if (!isalnum((unsigned char)*text) && *text != '-')
            return false;
    return true;
}

/* "enter" is the word in files; a person reads Enter, Ctrl-C, Page-Up. */
static void
print_key(struct key key, struct buf *out)
{
    size_t from = out->length;
    bool first = true;

    key_print(key, out);
    if (out->length - from < 2 || !text_is_word(out->at + from))
        return;
    for (size_t i = from; i < out->length; i++) {
        if (first)
            out->at[i] = (char)toupper((unsigned char)out->at[i]);
        first = out->at[i] == '-';
    }
}

void
keymap_keys(
    const struct keymap *keymap, const struct action *action, char *text, size_t room)
{
    struct buf out = { 0 };
    size_t kept = 0;

    text[0] = '\0';
    for (int i = 0; i < keymap->count; i++) {
        const struct binding *binding = &keymap->bindings[i];

        if (binding->action != action || binding->argument[0])
            continue;
        if (out.length)
            buf_add_char(&out, ' ');
        print_key(binding->key, &out);
        if (out.length >= room)
            break;
        kept = out.length;
    }
    snprintf(text, room, "%.*s", (int)kept, out.at ? out.at : "");
    buf_release(&out);
}

bool
keymap_key(const struct keymap *keymap, const struct action *action, char text[24])
{
    for (int i = 0; i < keymap->count; i++) {
        const struct binding *binding = &keymap->bindings[i];
        struct buf out = { 0 };

        if (binding->action != action || binding->argument[0])
            continue;
        print_key(binding->key, &out);
        snprintf(text, 24, "%s", out.at);
        buf_release(&out);
        return true;
    }
    return false;
}
