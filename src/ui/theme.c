/* theme -- see theme.h. */
#include "ui/theme.h"

#include <stdio.h>
#include <string.h>

static const char *const role_names[] = {
    [ROLE_BACKGROUND] = "background",
    [ROLE_TEXT] = "text",
    [ROLE_DIM] = "dim",
    [ROLE_FAINT] = "faint",
    [ROLE_ACCENT] = "accent",
    [ROLE_STRIP] = "strip",
    [ROLE_SELECTION] = "selection",
    [ROLE_WARNING] = "warning",
    [ROLE_HEALTHY] = "healthy",
    [ROLE_DEGRADED] = "degraded",
    [ROLE_DOWN] = "down",
    [ROLE_OFFLINE] = "offline",
    [ROLE_CATCHING_UP] = "catching-up",
    [ROLE_UPDATING] = "updating",
    [ROLE_MAINTENANCE] = "maintenance",
    [ROLE_UNKNOWN] = "unknown",
    [ROLE_RAMP_0] = "ramp-0",
    [ROLE_RAMP_1] = "ramp-1",
    [ROLE_RAMP_2] = "ramp-2",
    [ROLE_RAMP_3] = "ramp-3",
    [ROLE_RAMP_4] = "ramp-4",
    [ROLE_RAMP_5] = "ramp-5",
    [ROLE_RAMP_6] = "ramp-6",
    [ROLE_RAMP_7] = "ramp-7",
    [ROLE_CATEGORY_0] = "category-0",
    [ROLE_CATEGORY_1] = "category-1",
    [ROLE_CATEGORY_2] = "category-2",
    [ROLE_CATEGORY_3] = "category-3",
    [ROLE_CATEGORY_4] = "category-4",
    [ROLE_CATEGORY_5] = "category-5",
    [ROLE_CATEGORY_6] = "category-6",
    [ROLE_CATEGORY_7] = "category-7",
    [ROLES] = NULL,
};

static const char *const ansi_names[] = { "black", "red", "green", "yellow", "blue",
    "magenta", "cyan", "white", "default", NULL };

static const char *const theme_keys[] = { "name", "background", "roles", NULL };
static const char *const look_keys[] = { "colour", "ansi", "bold", "underline", "reverse",
    NULL };

struct parse {
    const char *file;
    struct err *err;
};

const char *
role_name(enum role role)
{
    return role < ROLES ? role_names[role] : "?";
}

bool
role_named(struct str name, enum role *role)
{
    for (int i = 0; i < ROLES; i++)
        if (str_is(name, role_names[i])) {
            *role = (enum role)i;
            return true;
        }
    return false;
}

static bool
parse_colour(const struct parse *parse, const struct yaml *map, uint32_t *rgb)
{
    const struct yaml *at = yaml_get(map, "colour");

    if (!at)
        return yaml_err(parse->file, map, parse->err, "'colour' is missing");
    if (at->kind != YAML_SCALAR || !colour_parse(str_from(at->text), rgb))
        return yaml_err(parse->file, at, parse->err,
            "expected a colour such as \"#7fb4ff\" (with its quotes), or default");
    return true;
}

static bool
parse_ansi(const struct parse *parse, const struct yaml *map, struct look *look)
{
    const struct yaml *at = yaml_get(map, "ansi");
    const char *name = NULL;

    look->ansi =
        look->rgb == COLOUR_DEFAULT ? ANSI_DEFAULT : (uint8_t)colour_nearest_8(look->rgb);
    if (!yaml_text(parse->file, map, "ansi", &name, parse->err))
        return false;
    if (!name)
        return true;
    for (uint8_t i = 0; ansi_names[i]; i++)
        if (!strcmp(name, ansi_names[i])) {
            look->ansi = i == 8 ? ANSI_DEFAULT : i;
            return true;
        }
    return yaml_err(parse->file, at, parse->err,
        "no ANSI colour '%.32s': black, red, green, yellow, blue, magenta, cyan, white "
        "or default",
        name);
}

static bool
parse_look(const struct parse *parse, const struct yaml *map, struct look *look)
{
    static const struct {
        const char *key;
        uint8_t attribute;
    } flags[] = {
        { "bold", ATTRIBUTE_BOLD },
        { "underline", ATTRIBUTE_UNDERLINE },
        { "reverse", ATTRIBUTE_REVERSE },
    };

    if (!yaml_known(parse->file, map, look_keys, parse->err) ||
        !parse_colour(parse, map, &look->rgb) || !parse_ansi(parse, map, look))
        return false;
    if (look->rgb != COLOUR_DEFAULT)
        look->index_256 = (uint8_t)colour_nearest_256(look->rgb);
    look->attributes = 0;
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        bool on = false;
        if (!yaml_bool(parse->file, map, flags[i].key, &on, parse->err))
            return false;
        if (on)
            look->attributes |= flags[i].attribute;
    }
    return true;
}

static bool
parse_roles(const struct parse *parse, const struct yaml *roles, struct theme *theme)
{
    if (!yaml_known(parse->file, roles, role_names + 1, parse->err))
        return false;
    for (int role = ROLE_BACKGROUND + 1; role < ROLES; role++) {
        const struct yaml *at = yaml_get(roles, role_names[role]);
        if (!at)
            return yaml_err(parse->file, roles, parse->err,
                "role '%s' is missing: a theme gives every role", role_names[role]);
        if (!parse_look(parse, at, &theme->looks[role]))
            return false;
    }
    return true;
}

static bool
parse_background(const struct parse *parse, const struct yaml *root, struct theme *theme)
{
    const struct yaml *at = yaml_get(root, "background");
    struct look *look = &theme->looks[ROLE_BACKGROUND];

    if (!at)
        return yaml_err(parse->file, root, parse->err, "'background' is missing");
    if (at->kind != YAML_SCALAR ||
        !colour_parse(str_from(at->text), &theme->background_rgb) ||
        theme->background_rgb == COLOUR_DEFAULT)
        return yaml_err(parse->file, at, parse->err,
            "expected a colour such as \"#11151c\" (with its quotes)");
    look->rgb = theme->background_rgb;
    look->index_256 = (uint8_t)colour_nearest_256(look->rgb);
    look->ansi = (uint8_t)colour_nearest_8(look->rgb);
    return true;
}

static bool
parse_name(const struct parse *parse, const struct yaml *root, struct theme *theme)
{
    const char *name = NULL;

    if (!yaml_text(parse->file, root, "name", &name, parse->err))
        return false;
    if (!name)
        return yaml_err(parse->file, root, parse->err, "'name' is missing");
    if (!*name || strlen(name) >= sizeof theme->name)
        return yaml_err(parse->file, yaml_get(root, "name"), parse->err,
            "a name has 1 to %zu bytes", sizeof theme->name - 1);
    snprintf(theme->name, sizeof theme->name, "%s", name);
    return true;
}

bool
theme_parse(struct theme *theme, const char *file, struct str text, struct err *err)
{
    struct parse parse = { file, err };
    struct theme parsed = { 0 };
    struct yaml *root = yaml_parse(file, text, err);
    bool ok = false;

    if (!root)
        return false;
    const struct yaml *roles = yaml_get(root, "roles");
    if (!yaml_known(file, root, theme_keys, err) || !parse_name(&parse, root, &parsed) ||
        !parse_background(&parse, root, &parsed))
        goto out;
    if (!roles) {
        yaml_err(file, root, err, "'roles' is missing");
        goto out;
    }
    if (!parse_roles(&parse, roles, &parsed))
        goto out;
    *theme = parsed;
    ok = true;
out:
    yaml_release(root);
    return ok;
}

bool
theme_is_mono(const struct theme *theme)
{
    for (int i = ROLE_BACKGROUND + 1; i < ROLES; i++) /* it is never painted */
        if (theme->looks[i].rgb != COLOUR_DEFAULT)
            return false;
    return true;
}
