/* clause -- one term of a selector: made, checked, printed. Matching is in match.c. */
#include "fleet/clause.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "fleet/scan.h"
#include "fleet/selector.h"
#include "fleet/version.h"

static const char *const marks[] = {
    [RELATION_EXISTS] = "",
    [RELATION_ABSENT] = "!",
    [RELATION_CONTAINS] = "~",
    [RELATION_EQUAL] = "=",
    [RELATION_NOT_EQUAL] = "!=",
    [RELATION_LESS] = "<",
    [RELATION_LESS_EQUAL] = "<=",
    [RELATION_MORE] = ">",
    [RELATION_MORE_EQUAL] = ">=",
    [RELATION_IN] = " in ",
    [RELATION_NOT_IN] = " notin ",
};

static const char *const unit_words[] = {
    [UNIT_NONE] = "a plain number",
    [UNIT_COUNT] = "a plain number",
    [UNIT_CELSIUS] = "a temperature such as 80C",
    [UNIT_PERCENT] = "a share such as 40%",
    [UNIT_BYTES] = "a size such as 12GiB",
    [UNIT_DURATION] = "a duration such as 5m",
    [UNIT_DEGREES] = "degrees as a plain number",
};

void
clause_release(struct clause *clause)
{
    for (size_t i = 0; i < clause->count; i++)
        free(clause->values[i].text);
    free(clause->values);
    free(clause->key);
    free(clause->memo);
    *clause = (struct clause){ 0 };
}

bool
clause_name(struct clause *clause, struct str name, struct err *err)
{
    bool tag = str_starts(name, "tag.");

    if (tag)
        name = (struct str){ name.at + 4, name.length - 4 };
    if (!name.length)
        return scan_err(
            clause->column, err, "a name is missing%s", tag ? " behind tag." : "");
    if (name.length > CLUSTER_TAG_BYTES)
        return scan_err(
            clause->column, err, "a name has at most %d bytes", CLUSTER_TAG_BYTES);
    clause->field = tag ? NULL : field_find(name);
    clause->subject = clause->field ? SUBJECT_FIELD : SUBJECT_TAG;
    clause->key = mem_text_length(name.at, name.length);
    return true;
}

bool
clause_add(struct clause *clause, struct str value, int column, struct err *err)
{
    struct clause_value *added;

    if (clause->count >= SELECTOR_VALUES)
        return scan_err(column, err, "more than %d values in a set", SELECTOR_VALUES);
    clause->values = mem_grow(
        clause->values, &clause->capacity, clause->count + 1, sizeof *clause->values);
    added = &clause->values[clause->count++];
    *added = (struct clause_value){ .column = column, .number = CLAUSE_NOWHERE };
    added->text = mem_text_length(value.at, value.length);
    added->view = (struct str){ added->text, value.length };
    added->is_amount = amount_parse(value, &added->amount, &added->unit);
    return true;
}

static bool
orders(enum relation relation)
{
    return relation >= RELATION_LESS && relation <= RELATION_MORE_EQUAL;
}

static bool
check_word(struct clause *clause, const struct clause_value *value, struct err *err)
{
    const struct field *field = clause->field;
    struct buf list = { 0 };
    const char *near;
    size_t count = 0;

    for (; field->words[count]; count++)
        if (str_is(value->view, field->words[count])) {
            clause->words |= UINT64_C(1) << count;
            return true;
        }
    near = str_nearest(value->view, field->words, count);
    for (size_t i = 0; i < count; i++)
        buf_print(&list, "%s%s", i ? ", " : "", field->words[i]);
    if (near)
        scan_err(value->column, err, "%s is never \"%.40s\"; did you mean %s?",
            field->name, value->text, near);
    else
        scan_err(value->column, err, "%s is one of %s; to compare the tag write tag.%s",
            field->name, list.at, field->name);
    buf_release(&list);
    return false;
}

static bool
check_amount(const struct clause *clause, struct clause_value *value, struct err *err)
{
    enum field_unit unit = clause->field->unit;

    if (unit == UNIT_COUNT || unit == UNIT_DEGREES)
        unit = UNIT_NONE;
    /* A bare 80 is 80 in the field's own unit, but nobody knows what 5 is of an age. */
    if (value->is_amount &&
        (value->unit == unit || (value->unit == UNIT_NONE && unit != UNIT_DURATION)))
        return true;
    return scan_err(value->column, err, "%s is compared with %s, and this is \"%.40s\"",
        clause->field->name, unit_words[clause->field->unit], value->text);
}

static bool
check_existence(const struct clause *clause, struct err *err)
{
    if (clause->subject == SUBJECT_FIELD && clause->field->always)
        return scan_err(clause->column, err,
            "%s is always known; compare it, or write tag.%s for the tag of that name",
            clause->key, clause->key);
    return true;
}

static bool
check_operator(const struct clause *clause, struct err *err)
{
    const struct field *field = clause->field;

    if (field->kind == FIELD_LIST)
        return scan_err(clause->column, err,
            "%s is a list: it cannot be compared as a whole%s", field->name,
            str_is(str_from(field->name), "tags") ? "; write KEY=VALUE" : "");
    if (field->kind == FIELD_ENUM && orders(clause->relation))
        return scan_err(
            clause->column, err, "%s is a word: use =, !=, in or notin", field->name);
    if (field->kind == FIELD_AGE && !orders(clause->relation))
        return scan_err(clause->column, err, "%s is an age: use < or >, such as %s<5m",
            field->name, field->name);
    return true;
}

bool
clause_check(struct clause *clause, struct err *err)
{
    if (clause->relation == RELATION_EXISTS || clause->relation == RELATION_ABSENT)
        return check_existence(clause, err);
    if (clause->subject != SUBJECT_FIELD)
        return true;
    if (!check_operator(clause, err))
        return false;
    for (size_t i = 0; i < clause->count; i++) {
        struct clause_value *value = &clause->values[i];

        if (clause->field->kind == FIELD_ENUM && !check_word(clause, value, err))
            return false;
        if ((clause->field->kind == FIELD_NUMBER || clause->field->kind == FIELD_AGE) &&
            !check_amount(clause, value, err))
            return false;
    }
    return true;
}

/* As it must be written to be read as the same again. */
static void
print_name(const struct clause *clause, struct buf *out)
{
    struct buf name = { 0 };
    struct str key = str_from(clause->key);

    if (clause->subject == SUBJECT_TAG && (field_find(key) || str_starts(key, "tag.") ||
                                              str_is(key, "in") || str_is(key, "notin")))
        buf_add_text(&name, "tag.");
    buf_add_str(&name, key);
    scan_print_word(buf_str(&name), out);
    buf_release(&name);
}

void
clause_print(const struct clause *clause, struct buf *out)
{
    bool set = clause->relation == RELATION_IN || clause->relation == RELATION_NOT_IN;

    if (clause->relation == RELATION_ABSENT)
        buf_add_char(out, '!');
    if (clause->subject != SUBJECT_TEXT)
        print_name(clause, out);
    if (clause->relation != RELATION_ABSENT)
        buf_add_text(out, marks[clause->relation]);
    if (set)
        buf_add_char(out, '(');
    for (size_t i = 0; i < clause->count; i++) {
        if (i)
            buf_add_char(out, ',');
        scan_print_word(clause->values[i].view, out);
    }
    if (set)
        buf_add_char(out, ')');
}
