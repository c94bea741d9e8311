/* topic -- `help selector` and `help fields`; docs/selector.md is the two together. */
#include "cli/topic.h"

#include <string.h>

#include "fleet/field.h"
#include "fleet/selector.h"

/* clang-format off */
static const struct {
    const char *term, *means;
} terms[] = {
    { "region=west-coast",      "the tag or field has that value; `==` is the same" },
    { "region!=west-coast",     "it has another, or none" },
    { "region in (west, east)", "it has one of these" },
    { "hours notin (24h)",      "it has none of these, or is not there" },
    { "ticket",                 "the tag is there, the field is known" },
    { "!ticket",                "it is not" },
    { "gpus>=2",                "compared as numbers; `<`, `<=`, `>`, `>=`" },
    { "version.model<3.2",      "compared as versions where both look like one" },
    { "seen>10m",               "an age: not heard of for ten minutes; `seen<10m` is younger" },
    { "since<1h",               "in its state for less than an hour" },
    { "~port",                  "its name or a tag's value contains that, whatever the case" },
    { "tag.state=CA",           "the tag, where a field has the same name" },
    { "city='new york'",        "quotes of either kind make a value of anything; `\"\"` is the empty one" },
};

static const char *const kinds[] = {
    [FIELD_TEXT] = "text", [FIELD_NUMBER] = "number", [FIELD_AGE] = "age",
    [FIELD_ENUM] = "word", [FIELD_LIST] = "list",
};
/* clang-format on */

void
topic_selector(struct buf *out)
{
    buf_add_text(out,
        "# Selectors\n\n"
        "Which clusters: the same language in `-l`, the console's filter (`/`), a "
        "view's\n"
        "`filter` and a binding's `within`.\n\n"
        "    nocturne get clusters --demo -l 'region=west-coast,state!=healthy'\n"
        "    nocturne get fleet --demo -l 'hours in (24h, day) seen<10m'\n"
        "    nocturne frame table --demo -l 'state in (down, offline)'\n\n"
        "Terms stand one behind the other, with a comma or a blank between them, and "
        "all\n"
        "must hold. An empty selector selects everything.\n\n"
        "| term | selects where |\n|---|---|\n");
    for (size_t i = 0; i < sizeof(terms) / sizeof(terms[0]); i++)
        buf_print(out, "| `%s` | %s |\n", terms[i].term, terms[i].means);
    buf_print(out,
        "\nA name is a field where there is one of that name (`nocturne help fields`),\n"
        "otherwise a tag as the upstream has it (`nocturne get tags`). A tag that no "
        "cluster\n"
        "has is no error, since tags come and go; commands say so on stderr. In the\n"
        "console a bare word that is neither is searched for, as if `~` stood before "
        "it.\n\n"
        "- `in` and `notin` are reserved, and need `(`.\n"
        "- A word field takes only its words; `<` and `>` are not for it.\n"
        "- An age takes only `<`, `<=`, `>`, `>=` and a duration: 90s, 5m, 2h, 9d, 1w. "
        "Time\n"
        "  alone may change the answer, and a watch follows it.\n"
        "- A list can be asked only whether it is there.\n"
        "- What is not known is never equal, less or more; `!=` and `notin` hold.\n"
        "- Within quotes a backslash takes the next character as it is. The shell needs\n"
        "  quotes of its own round `!`, `<`, `>`, `(` and blanks.\n"
        "- At most %d bytes, %d terms, %d values in a set. An error names the column.\n",
        SELECTOR_BYTES, SELECTOR_TERMS, SELECTOR_VALUES);
}

void
topic_fields(struct buf *out)
{
    buf_add_text(out,
        "# Fields\n\nThe same names are fields of a selector, columns, and keys to sort, "
        "group and\ncolour by.\n\n| field | kind | is |\n|---|---|---|\n");
    for (const struct field *field = fields; field->name; field++) {
        buf_print(out, "| `%s` | %s | %s", field->name, kinds[field->kind], field->help);
        for (size_t i = 0; field->words && field->words[i]; i++)
            buf_print(out, "%s%s", i > 0 ? ", " : ": ", field->words[i]);
        buf_add_text(out, " |\n");
    }
}
