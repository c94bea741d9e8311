/* entry -- see entry.h. */
#include "wire/entry.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "wire/member.h"

#define ENTRY_TEXT_BYTES ((size_t)1 << 20)
#define ENTRY_IDS        200000

static void
print_member(struct buf *out, const char *member, const char *text)
{
    buf_print(out, ",\"%s\":", member);
    buf_add_json(out, str_from(text));
}

static void
print_chained(const struct entry *entry, struct buf *out)
{
    buf_print(
        out, "\"seq\":%" PRId64 ",\"time_ms\":%" PRId64, entry->seq, entry->time_ms);
    print_member(out, "kind", entry->kind);
    print_member(out, "action", entry->action);
    print_member(out, "subject", entry->subject);
    print_member(out, "origin", entry->origin);
    print_member(out, "verb", entry->verb);
    print_member(out, "target", entry->target);
    print_member(out, "reason", entry->reason);
    print_member(out, "result", entry->result);
    print_member(out, "window", entry->window);
    buf_print(out, ",\"count\":%" PRId64, entry->count);
    print_member(out, "set", entry->set);
    buf_add_text(out, ",\"detail\":");
    buf_add_text(out, entry->detail && entry->detail[0] ? entry->detail : "{}");
}

void
entry_print_canonical(const struct entry *entry, struct buf *out)
{
    buf_add_char(out, '{');
    print_chained(entry, out);
    buf_add_char(out, '}');
}

void
entry_hash(const char *before, const struct entry *entry, char hex[DIGEST_HEX_LENGTH + 1])
{
    struct digest *digest = digest_new();
    struct buf text = { 0 };

    entry_print_canonical(entry, &text);
    digest_add(digest, before, strlen(before));
    digest_add(digest, "\n", 1);
    digest_add(digest, text.at, text.length);
    digest_add(digest, "\n", 1);
    digest_finish(digest, hex);
    buf_release(&text);
}

void
entry_print(const struct entry *entry, struct buf *out)
{
    buf_add_char(out, '{');
    print_chained(entry, out);
    print_member(out, "hash", entry->hash);
    buf_add_text(out, ",\"time\":\"");
    clock_print_rfc3339(out, entry->time_ms);
    buf_print(out, "\",\"partial\":%s,\"clusters\":[", entry->partial ? "true" : "false");
    for (size_t i = 0; i < entry->cluster_count; i++) {
        if (i)
            buf_add_char(out, ',');
        buf_add_json(out, str_from(entry->clusters[i]));
    }
    buf_add_text(out, "]}");
}

void
entry_release(struct entry *entry)
{
    const char *texts[] = { entry->kind, entry->action, entry->subject, entry->origin,
        entry->verb, entry->target, entry->reason, entry->result, entry->window,
        entry->set, entry->detail, entry->hash };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        free((char *)texts[i]);
    for (size_t i = 0; i < entry->cluster_count; i++)
        free(entry->clusters[i]);
    free(entry->clusters);
    memset(entry, 0, sizeof *entry);
}

void
entry_copy(struct entry *to, const struct entry *from)
{
    *to = *from;
    to->kind = mem_text(from->kind);
    to->action = mem_text(from->action);
    to->subject = mem_text(from->subject);
    to->origin = mem_text(from->origin);
    to->verb = mem_text(from->verb);
    to->target = mem_text(from->target);
    to->reason = mem_text(from->reason);
    to->result = mem_text(from->result);
    to->window = mem_text(from->window);
    to->set = mem_text(from->set);
    to->detail = mem_text(from->detail);
    to->hash = mem_text(from->hash);
    to->clusters = NULL;
    to->cluster_count = 0;
}

static bool
parse_texts(struct entry *entry, const json_t *object, struct err *err)
{
    const struct {
        const char *name;
        const char **value;
    } texts[] = {
        { "kind", &entry->kind },
        { "action", &entry->action },
        { "subject", &entry->subject },
        { "origin", &entry->origin },
        { "verb", &entry->verb },
        { "target", &entry->target },
        { "reason", &entry->reason },
        { "result", &entry->result },
        { "window", &entry->window },
        { "set", &entry->set },
        { "hash", &entry->hash },
    };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char *value = NULL;

        if (!member_text(
                object, texts[i].name, MEMBER_NEEDED, ENTRY_TEXT_BYTES, &value, err))
            return false;
        *texts[i].value = value;
    }
    return true;
}

static bool
parse_entry(struct entry *entry, const json_t *object, struct err *err)
{
    struct frozen clusters = { 0 };
    const json_t *detail = json_object_get(object, "detail");

    if (!member_i64(object, "seq", MEMBER_NEEDED, &entry->seq, err) ||
        !member_i64(object, "time_ms", MEMBER_NEEDED, &entry->time_ms, err) ||
        !member_i64(object, "count", MEMBER_NEEDED, &entry->count, err) ||
        !member_bool(object, "partial", MEMBER_MAY, &entry->partial, err) ||
        !parse_texts(entry, object, err))
        return false;
    if (json_is_object(detail)) {
        char *text = json_dumps(detail, JSON_COMPACT);

        entry->detail = mem_text(text);
        free(text);
    }
    if (!member_ids(object, "clusters", MEMBER_MAY, ENTRY_IDS, &clusters, err)) {
        frozen_release(&clusters);
        return false;
    }
    entry->clusters = clusters.ids;
    entry->cluster_count = clusters.count;
    return true;
}

static bool
take_entry(struct entry *entry, const json_t *object, struct err *err)
{
    memset(entry, 0, sizeof *entry);
    if (parse_entry(entry, object, err))
        return true;
    entry_release(entry);
    return false;
}

bool
entry_parse(struct entry *entry, struct str text, struct err *err)
{
    json_t *object = member_object(text, MEMBER_BODY_BYTES, err);
    bool ok = object && take_entry(entry, object, err);

    json_decref(object);
    return ok;
}

bool
entry_list_parse(struct str body, void (*each)(void *user, const struct entry *entry),
    void *user, int64_t *next, struct err *err)
{
    json_t *object = member_object(body, MEMBER_BODY_BYTES, err);
    const json_t *entries = json_object_get(object, "entries");
    const json_t *item;
    size_t i;
    bool ok = false;

    *next = 0;
    if (!object)
        return false;
    if (!json_is_array(entries)) {
        err_set(err, ERR_INPUT, "\"entries\": expected a list");
        goto out;
    }
    json_array_foreach(entries, i, item)
    {
        struct entry entry;

        if (!take_entry(&entry, item, err)) {
            err_wrap(err, "entry %zu", i + 1);
            goto out;
        }
        each(user, &entry);
        entry_release(&entry);
    }
    ok = member_i64(object, "next", MEMBER_MAY, next, err);
out:
    json_decref(object);
    return ok;
}

void
verdict_print(const struct verdict *verdict, struct buf *out)
{
    buf_print(out, "{\"verdict\":\"%s\",\"entries\":%" PRId64 ",\"at\":%" PRId64,
        verdict->consistent ? "unproven"
        : verdict->damaged  ? "damaged"
                            : "tampered",
        verdict->entries, verdict->at);
    print_member(out, "why", verdict->why);
    print_member(out, "head", verdict->head);
    buf_print(out, ",\"head_at\":%" PRId64 ",\"segment\":%" PRId64 ",\"simulated\":%s",
        verdict->head_at, verdict->segment, verdict->simulated ? "true" : "false");
    print_member(out, "before", verdict->before);
    print_member(out, "before_state", verdict->before_state);
    buf_add_char(out, '}');
}

bool
verdict_parse(struct verdict *verdict, struct str body, struct err *err)
{
    json_t *object = member_object(body, MEMBER_BODY_BYTES, err);
    char name[16] = "";
    bool ok;

    memset(verdict, 0, sizeof *verdict);
    ok = object &&
         member_copy(object, "verdict", MEMBER_NEEDED, name, sizeof name, err) &&
         member_i64(object, "entries", MEMBER_NEEDED, &verdict->entries, err) &&
         member_i64(object, "at", MEMBER_MAY, &verdict->at, err) &&
         member_copy(object, "why", MEMBER_MAY, verdict->why, sizeof verdict->why, err) &&
         member_copy(
             object, "head", MEMBER_MAY, verdict->head, sizeof verdict->head, err) &&
         member_i64(object, "head_at", MEMBER_MAY, &verdict->head_at, err) &&
         member_i64(object, "segment", MEMBER_MAY, &verdict->segment, err) &&
         member_bool(object, "simulated", MEMBER_MAY, &verdict->simulated, err) &&
         member_copy(object, "before", MEMBER_MAY, verdict->before,
             sizeof verdict->before, err) &&
         member_copy(object, "before_state", MEMBER_MAY, verdict->before_state,
             sizeof verdict->before_state, err);
    verdict->consistent = !strcmp(name, "unproven");
    verdict->damaged = !strcmp(name, "damaged");
    json_decref(object);
    return ok;
}

bool
verdict_judge(const struct verdict *verdict, struct err *err)
{
    const char *entries = verdict->entries == 1 ? "entry" : "entries";

    if (verdict->damaged) {
        err_set(err, ERR_CORRUPT,
            "journal.db is damaged at entry %" PRId64
            ": %s. `nocturne audit recover` (role admin) puts it aside and begins a new "
            "segment",
            verdict->at, verdict->why);
        return false;
    }
    if (!verdict->consistent) {
        err_set(err, ERR_CORRUPT, "tampered at entry %" PRId64 ": %s", verdict->at,
            verdict->why);
        return false;
    }
    if (verdict->head_at)
        err_set(err, ERR_UNPROVEN,
            "%" PRId64 " %s, internally consistent; the head you gave is entry %" PRId64
            "; origin unproven",
            verdict->entries, entries, verdict->head_at);
    else
        err_set(err, ERR_UNPROVEN,
            "%" PRId64 " %s, internally consistent; origin and tail unproven",
            verdict->entries, entries);
    return false;
}
