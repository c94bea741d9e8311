/* excerpt -- see excerpt.h. */
#include "hub/source/excerpt.h"

#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "hub/source/quantity.h"

/* Text that stays until the next object: numbers are printed into the mapping, as far as
 * it has room. */
bool
excerpt_keep(struct mapping *mapping, const json_t *value, struct str *text)
{
    char *scratch = mapping->scratch[mapping->scratch_used];

    if (!scalar_text(value, scratch, text))
        return false;
    if (text->at != scratch)
        return true;
    if (mapping->scratch_used == MAPPING_SCRATCH)
        return false;
    mapping->scratch_used++;
    return true;
}

static bool
cut_after(struct str *text, const char *mark)
{
    size_t length = strlen(mark);

    for (size_t at = text->length >= length ? text->length - length + 1 : 0; at-- > 0;)
        if (memcmp(text->at + at, mark, length) == 0) {
            text->at += at + length;
            text->length -= at + length;
            return text->length > 0;
        }
    return false;
}

/* before: and after:, then map:. False: nothing is left of it. */
static bool
refine(const struct rule *rule, struct str *text)
{
    if (rule->before) {
        const char *found =
            memmem(text->at, text->length, rule->before, strlen(rule->before));

        if (found)
            text->length = (size_t)(found - text->at);
    }
    for (size_t i = 0; rule->after && rule->after[i]; i++)
        if (!cut_after(text, rule->after[i]))
            return false;
    if (!text->length)
        return false;
    if (!rule->word_count)
        return true;
    for (uint32_t i = 0; i < rule->word_count; i++)
        if (str_is(*text, rule->words[i].from)) {
            *text = str_from(rule->words[i].to);
            return true;
        }
    return false;
}

static bool
refined_text(void *user, const json_t *value, struct str star)
{
    struct excerpt *excerpt = ((void **)user)[0];
    struct str *text = ((void **)user)[1];

    (void)star;
    return excerpt_keep(excerpt->mapping, value, text) && refine(excerpt->rule, text);
}

/* The first text any of the rule's paths leads to that survives its helpers. */
bool
excerpt_text(struct excerpt *excerpt, struct str *text)
{
    void *user[] = { excerpt, text };

    if (excerpt->rule->value) {
        *text = str_from(excerpt->rule->value);
        return true;
    }
    for (uint32_t i = 0; i < excerpt->rule->path_count; i++)
        if (path_each(excerpt->rule->paths[i], excerpt->object, refined_text, user))
            return true;
    return false;
}

static bool
json_number(const json_t *value, double *number)
{
    char scratch[SCALAR_BYTES];
    struct str text;

    if (json_is_number(value)) {
        *number = json_number_value(value);
        return true;
    }
    return json_is_string(value) && scalar_text(value, scratch, &text) &&
           quantity_parse(text, number);
}

/* A sum leaves out what is not there, unless nothing is. */
static bool
read_sum(const struct excerpt *excerpt, double *number)
{
    bool any = false;

    *number = 0;
    for (uint32_t i = 0; i < excerpt->rule->path_count; i++) {
        double part;

        if (!json_number(path_first(excerpt->rule->paths[i], excerpt->object), &part))
            continue;
        *number += part;
        any = true;
    }
    return any;
}

bool
excerpt_number(struct excerpt *excerpt, double *number)
{
    struct str text;

    if (excerpt->rule->sum)
        return read_sum(excerpt, number);
    return excerpt_text(excerpt, &text) && quantity_parse(text, number);
}

static bool
time_of(const json_t *value, int64_t *time_ms)
{
    if (json_is_string(value))
        return clock_parse_rfc3339(
            (struct str){ json_string_value(value), json_string_length(value) }, time_ms);
    if (!json_is_number(value))
        return false;
    *time_ms = (int64_t)(fmin(fmax(json_number_value(value), 0), 1e11) * 1000);
    return *time_ms > 0;
}

static bool
latest(void *user, const json_t *value, struct str star)
{
    int64_t *latest_ms = user, time_ms;

    (void)star;
    if (time_of(value, &time_ms) && time_ms > *latest_ms)
        *latest_ms = time_ms;
    return false;
}

/* The latest of all times the paths lead to; 0 without any. */
int64_t
excerpt_time(const struct excerpt *excerpt)
{
    int64_t latest_ms = 0;

    for (uint32_t i = 0; i < excerpt->rule->path_count; i++)
        path_each(excerpt->rule->paths[i], excerpt->object, latest, &latest_ms);
    return latest_ms;
}

struct writer { /* text into a fixed place, cut between runes */
    char *at;
    size_t length, capacity;
};

static void
writer_add(struct writer *writer, struct str text)
{
    size_t room = writer->capacity - writer->length;
    size_t length = text.length < room ? text.length : room;

    while (length < text.length && length > 0 &&
           ((unsigned char)text.at[length] & 0xC0) == 0x80)
        length--;
    if (length)
        memcpy(writer->at + writer->length, text.at, length);
    writer->length += length;
}

/* The condition that the rule's first such test looked at. */
const json_t *
excerpt_evidence(const struct excerpt *excerpt)
{
    for (uint32_t i = 0; i < excerpt->rule->when_count; i++)
        if (excerpt->rule->whens[i].condition)
            return path_first(excerpt->rule->whens[i].condition, excerpt->object);
    return NULL;
}

/* "{}" in a reason of the file is what the star stood for. */
static void
write_reason(struct writer *writer, const char *reason, struct str star)
{
    const char *hole = strstr(reason, "{}");

    if (!hole) {
        writer_add(writer, str_from(reason));
        return;
    }
    writer_add(writer, (struct str){ reason, (size_t)(hole - reason) });
    writer_add(writer, star);
    writer_add(writer, str_from(hole + 2));
}

void
excerpt_reason(struct excerpt *excerpt, const json_t *condition, enum axis axis)
{
    struct writer writer = { excerpt->mapping->reasons[axis], 0, CLUSTER_REASON_BYTES };
    const struct rule *rule = excerpt->rule;
    const char *reason = json_string_value(json_object_get(condition, "reason"));
    const char *message = json_string_value(json_object_get(condition, "message"));
    char scratch[SCALAR_BYTES];
    const json_t *found;
    struct str text;

    if (rule->reason)
        write_reason(&writer, rule->reason, excerpt->star);
    else if (rule->reason_from) {
        found = path_first(rule->reason_from, excerpt->object);
        if (found && scalar_text(found, scratch, &text))
            writer_add(&writer, text);
    } else {
        writer_add(&writer, str_from(reason));
        if (reason && reason[0] && message && message[0])
            writer_add(&writer, STR(": "));
        writer_add(&writer, str_from(message));
    }
    excerpt->mapping->fact.axes[axis].reason = (struct str){ writer.at, writer.length };
}

int64_t
excerpt_since(const struct excerpt *excerpt, const json_t *condition)
{
    const struct rule *rule = excerpt->rule;
    int64_t since_ms = 0;

    if (rule->since_observed)
        return 0;
    if (rule->since_from) {
        path_each(rule->since_from, excerpt->object, latest, &since_ms);
        return since_ms;
    }
    time_of(json_object_get(condition, "lastTransitionTime"), &since_ms);
    return since_ms;
}

bool
excerpt_holds(struct excerpt *excerpt)
{
    excerpt->star = (struct str){ 0 };
    for (uint32_t i = 0; i < excerpt->rule->when_count; i++)
        if (!when_holds(&excerpt->rule->whens[i], excerpt->object, &excerpt->star))
            return false;
    return true;
}
