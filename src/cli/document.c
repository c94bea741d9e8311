/* document -- JSON is YAML too, so the one reader does for both. */
#include "cli/document.h"

#include <ctype.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "base/yaml.h"

/* Words that some reader of YAML takes for something else than text. */
static const char *const special[] = { "null", "~", "true", "false", "yes", "no", "on",
    "off", "y", "n", NULL };

/* Text that needs no quotes: a letter first, then letters, digits and a few marks. */
static bool
is_plain(const char *text)
{
    if (!isalpha((unsigned char)text[0]))
        return false;
    for (const char *at = text; *at; at++)
        if (!isalnum((unsigned char)*at) && !strchr("._/+-", *at))
            return false;
    for (size_t i = 0; special[i]; i++)
        if (strcasecmp(text, special[i]) == 0)
            return false;
    return true;
}

struct printer {
    struct buf *out;
    bool text; /* for a person */
    int64_t now_ms;
};

static void
print_age(struct printer *printer, const char *text)
{
    int64_t at_ms;
    char age[16];

    if (!clock_parse_rfc3339(str_from(text), &at_ms))
        return;
    if (at_ms > printer->now_ms + 999) {
        clock_print_age(age, at_ms - printer->now_ms);
        buf_print(printer->out, "  (in %s)", age);
    } else {
        clock_print_age(age, printer->now_ms > at_ms ? printer->now_ms - at_ms : 0);
        buf_print(printer->out, "  (%s ago)", age);
    }
}

static void
print_scalar(struct printer *printer, const struct yaml *yaml)
{
    bool null = yaml->plain && (!yaml->text[0] || strcmp(yaml->text, "null") == 0);

    if (printer->text) {
        if (null)
            buf_add_char(printer->out, '-');
        else if (!yaml->text[0])
            buf_add_text(printer->out, "\"\"");
        else
            text_safe(printer->out, str_from(yaml->text));
        print_age(printer, yaml->text);
    } else if (yaml->plain || is_plain(yaml->text)) {
        buf_add_text(printer->out, null ? "null" : yaml->text);
    } else {
        buf_add_json(printer->out, str_from(yaml->text));
    }
}

static void print_node(
    struct printer *printer, const struct yaml *yaml, size_t indent, bool inlined);

static void
print_key(struct printer *printer, const char *key)
{
    if (printer->text)
        text_safe(printer->out, str_from(key));
    else if (is_plain(key))
        buf_add_text(printer->out, key);
    else
        buf_add_json(printer->out, str_from(key));
    buf_add_char(printer->out, ':');
}

/* A member's or item's value behind what was printed of its line. */
static void
print_value(struct printer *printer, const struct yaml *yaml, size_t indent)
{
    if (yaml->kind == YAML_SCALAR) {
        print_scalar(printer, yaml);
        buf_add_char(printer->out, '\n');
    } else if (!yaml->first && printer->text) {
        buf_add_text(printer->out, "none\n");
    } else if (!yaml->first) {
        buf_add_text(printer->out, yaml->kind == YAML_MAP ? "{}\n" : "[]\n");
    } else {
        print_node(printer, yaml, indent, true);
    }
}

/* The empty text in a list: a scope that nothing limits. */
static bool
is_boundless(const struct yaml *yaml)
{
    return yaml->kind == YAML_SCALAR && !yaml->plain && !yaml->text[0];
}

static void
print_item(struct printer *printer, const struct yaml *yaml, size_t indent)
{
    buf_add_text(printer->out, "- ");
    if (printer->text && is_boundless(yaml))
        buf_add_text(printer->out, "everywhere\n");
    else
        print_value(printer, yaml, indent + 2);
}

/* inlined: the first line's indent is there already. */
static void
print_node(struct printer *printer, const struct yaml *yaml, size_t indent, bool inlined)
{
    for (const struct yaml *at = yaml->first; at; at = at->next) {
        if (!inlined)
            buf_add_repeat(printer->out, ' ', indent);
        inlined = false;
        if (yaml->kind == YAML_LIST) {
            print_item(printer, at, indent);
            continue;
        }
        print_key(printer, at->key);
        if (at->kind == YAML_SCALAR || !at->first) {
            buf_add_char(printer->out, ' ');
            print_value(printer, at, indent);
        } else {
            buf_add_char(printer->out, '\n');
            print_node(printer, at, indent + 2, false);
        }
    }
}

bool
document_print_yaml(
    struct str json, size_t indent, bool item, struct buf *out, struct err *err)
{
    struct printer printer = { .out = out };
    struct yaml *yaml = yaml_parse("answer", json, err);

    if (!yaml)
        return false;
    buf_add_repeat(out, ' ', indent);
    if (item)
        buf_add_text(out, "- ");
    print_value(&printer, yaml, indent + (item ? 2 : 0));
    yaml_release(yaml);
    return true;
}

bool
document_print_text(struct str json, int64_t now_ms, struct buf *out, struct err *err)
{
    struct printer printer = { .out = out, .text = true, .now_ms = now_ms };
    struct yaml *yaml = yaml_parse("answer", json, err);

    if (!yaml)
        return false;
    print_value(&printer, yaml, 0);
    yaml_release(yaml);
    return true;
}
