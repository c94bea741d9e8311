/* maintenance -- see maintenance.h. */
#include "wire/maintenance.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "fleet/selector.h"
#include "wire/member.h"

static const char *const start_members[] = { "selector", "names", "duration_ms", "reason",
    "dry_run", "force", "frozen", "accept", NULL };
static const char *const end_members[] = { "selector", "names", "reason", "dry_run",
    "frozen", "accept", NULL };

static void
print_text(struct buf *out, const char *member, const char *text)
{
    buf_print(out, "\"%s\":", member);
    if (text)
        buf_add_json(out, str_from(text));
    else
        buf_add_text(out, "null");
}

static void
print_time(struct buf *out, const char *member, int64_t wall_ms)
{
    buf_print(out, "\"%s\":", member);
    if (!wall_ms) {
        buf_add_text(out, "null");
        return;
    }
    buf_add_char(out, '"');
    clock_print_rfc3339(out, wall_ms);
    buf_add_char(out, '"');
}

void
maintenance_request_release(struct maintenance_request *request)
{
    free(request->selector);
    free(request->reason);
    frozen_release(&request->names);
    frozen_release(&request->frozen);
    memset(request, 0, sizeof *request);
}

static void
print_frozen(const struct maintenance_request *request, struct buf *out)
{
    buf_print(out, ",\"frozen\":{\"count\":%zu,\"hash\":\"%s\"", request->frozen.count,
        request->frozen.hash);
    if (!request->hash_only) {
        buf_add_char(out, ',');
        frozen_print_ids(&request->frozen, "ids", SIZE_MAX, out);
    }
    buf_add_char(out, '}');
}

void
maintenance_request_print(const struct maintenance_request *request, struct buf *out)
{
    buf_print(out, "{\"dry_run\":%s", request->dry_run ? "true" : "false");
    if (request->selector) {
        buf_add_char(out, ',');
        print_text(out, "selector", request->selector);
    }
    if (request->names.count) {
        buf_add_char(out, ',');
        frozen_print_ids(&request->names, "names", SIZE_MAX, out);
    }
    if (request->duration_ms)
        buf_print(out, ",\"duration_ms\":%" PRId64, request->duration_ms);
    if (request->reason) {
        buf_add_char(out, ',');
        print_text(out, "reason", request->reason);
    }
    if (request->force)
        buf_add_text(out, ",\"force\":true");
    if (request->has_frozen)
        print_frozen(request, out);
    if (request->accept[0])
        buf_print(out, ",\"accept\":\"%s\"", request->accept);
    buf_add_char(out, '}');
}

bool
maintenance_check_reason(struct str reason, struct err *err)
{
    size_t at;
    uint32_t rune;

    if (!str_trim(reason).length)
        err_set(err, ERR_INPUT, "a reason is needed: the audit keeps it");
    else if (reason.length > MAINTENANCE_REASON_BYTES)
        err_set(err, ERR_LIMIT, "the reason is longer than %d bytes",
            MAINTENANCE_REASON_BYTES);
    else if (!text_is_valid(reason))
        err_set(err, ERR_INPUT, "the reason is not UTF-8");
    else if (text_find_control(reason, &at, &rune))
        err_set(err, ERR_INPUT,
            "the reason must be one line of plain text: U+%04" PRIX32
            " at byte %zu is a control character",
            rune, at + 1);
    else
        return true;
    return false;
}

bool
maintenance_check_duration(int64_t duration_ms, struct err *err)
{
    if (duration_ms >= MAINTENANCE_LEAST_MS && duration_ms <= MAINTENANCE_MOST_MS)
        return true;
    err_set(err, ERR_INPUT, "the duration must be between 1m and 30d");
    return false;
}

/* {"count":N,"hash":H,"ids":[…]}: what the ids hash to is what counts. */
static bool
parse_set(const json_t *object, struct frozen *set, struct err *err)
{
    int64_t count = 0;
    char hash[DIGEST_HEX_LENGTH + 1] = "";

    if (!member_i64(object, "count", MEMBER_NEEDED, &count, err) ||
        !member_copy(object, "hash", MEMBER_NEEDED, hash, sizeof hash, err) ||
        !member_ids(object, "ids", MEMBER_NEEDED, FROZEN_IDS, set, err))
        return false;
    frozen_seal(set);
    if (count == (int64_t)set->count && !strcmp(hash, set->hash))
        return true;
    err_set(err, ERR_INPUT,
        "count %" PRId64
        " and hash %.12s… are not those of the ids, which are %zu and %.12s…",
        count, hash, set->count, set->hash);
    return false;
}

static bool
parse_frozen(struct maintenance_request *request, const json_t *object, struct err *err)
{
    const json_t *frozen = json_object_get(object, "frozen");

    if (!frozen || json_is_null(frozen))
        return true;
    request->has_frozen = true;
    if (!json_is_object(frozen)) {
        err_set(
            err, ERR_INPUT, "\"frozen\": expected the count, hash and ids of a preview");
        return false;
    }
    request->hash_only = !json_object_get(frozen, "ids");
    if (request->hash_only ? member_copy(frozen, "hash", MEMBER_NEEDED,
                                 request->frozen.hash, sizeof request->frozen.hash, err)
                           : parse_set(frozen, &request->frozen, err))
        return true;
    err_wrap(err, "\"frozen\"");
    return false;
}

static bool
parse_members(struct maintenance_request *request, const json_t *object, bool start,
    struct err *err)
{
    enum member_need need = start ? MEMBER_NEEDED : MEMBER_MAY;

    return member_known(object, start ? start_members : end_members, err) &&
           member_text(
               object, "selector", MEMBER_MAY, SELECTOR_BYTES, &request->selector, err) &&
           member_ids(
               object, "names", MEMBER_MAY, MAINTENANCE_NAMES, &request->names, err) &&
           member_i64(object, "duration_ms", need, &request->duration_ms, err) &&
           member_text(
               object, "reason", need, MAINTENANCE_REASON_BYTES, &request->reason, err) &&
           member_bool(object, "dry_run", MEMBER_MAY, &request->dry_run, err) &&
           member_bool(object, "force", MEMBER_MAY, &request->force, err) &&
           member_copy(object, "accept", MEMBER_MAY, request->accept,
               sizeof request->accept, err) &&
           parse_frozen(request, object, err);
}

static bool
check_request(const struct maintenance_request *request, bool start, struct err *err)
{
    if (request->selector && request->names.count) {
        err_set(err, ERR_INPUT, "\"selector\" and \"names\" exclude each other");
        return false;
    }
    if (start && !maintenance_check_duration(request->duration_ms, err)) {
        err_wrap(err, "\"duration_ms\"");
        return false;
    }
    if ((start || request->reason) &&
        !maintenance_check_reason(str_from(request->reason), err)) {
        err_wrap(err, "\"reason\"");
        return false;
    }
    if (request->accept[0] && !request->has_frozen) {
        err_set(err, ERR_INPUT,
            "\"accept\" without the ids of \"frozen\": there is nothing to act on");
        return false;
    }
    return true;
}

bool
maintenance_request_parse(
    struct maintenance_request *request, struct str body, bool start, struct err *err)
{
    json_t *object;
    bool ok = false;

    memset(request, 0, sizeof *request);
    object = member_object(body, MEMBER_BODY_BYTES, err);
    if (!object)
        return false;
    ok = parse_members(request, object, start, err) && check_request(request, start, err);
    json_decref(object);
    if (!ok)
        maintenance_request_release(request);
    return ok;
}

void
maintenance_window_release(struct maintenance_window *window)
{
    free(window->target);
    free(window->reason);
    free(window->by);
    free(window->ended_by);
    frozen_release(&window->ids);
    memset(window, 0, sizeof *window);
}

void
maintenance_window_print(
    const struct maintenance_window *window, size_t ids_limit, struct buf *out)
{
    buf_print(out, "{\"id\":\"%s\",\"how\":\"%s\",", window->id, window->how);
    print_text(out, "target", window->target);
    buf_add_char(out, ',');
    print_text(out, "reason", window->reason);
    buf_add_char(out, ',');
    print_text(out, "by", window->by);
    buf_add_char(out, ',');
    print_time(out, "started", window->started_ms);
    buf_add_char(out, ',');
    print_time(out, "until", window->until_ms);
    buf_add_char(out, ',');
    print_time(out, "ended", window->ended_ms);
    buf_add_char(out, ',');
    print_text(out, "ended_by", window->ended_by);
    buf_print(out, ",\"count\":%" PRIu32 ",\"partial\":%s,", window->count,
        window->partial ? "true" : "false");
    frozen_print_ids(&window->ids, "ids", ids_limit, out);
    buf_add_char(out, '}');
}

static bool
parse_window(struct maintenance_window *window, const json_t *object, struct err *err)
{
    int64_t count = 0;

    if (!member_copy(object, "id", MEMBER_NEEDED, window->id, sizeof window->id, err) ||
        !member_copy(
            object, "how", MEMBER_NEEDED, window->how, sizeof window->how, err) ||
        !member_text(object, "target", MEMBER_MAY, 1u << 20, &window->target, err) ||
        !member_text(object, "reason", MEMBER_MAY, MAINTENANCE_REASON_BYTES,
            &window->reason, err) ||
        !member_text(object, "by", MEMBER_MAY, 256, &window->by, err) ||
        !member_text(object, "ended_by", MEMBER_MAY, 256, &window->ended_by, err) ||
        !member_time(object, "started", MEMBER_MAY, &window->started_ms, err) ||
        !member_time(object, "until", MEMBER_MAY, &window->until_ms, err) ||
        !member_time(object, "ended", MEMBER_MAY, &window->ended_ms, err) ||
        !member_count(object, "count", MEMBER_NEEDED, FROZEN_IDS, &count, err) ||
        !member_bool(object, "partial", MEMBER_MAY, &window->partial, err) ||
        !member_ids(object, "ids", MEMBER_MAY, FROZEN_IDS, &window->ids, err))
        return false;
    window->count = (uint32_t)count;
    frozen_seal(&window->ids);
    return true;
}

static bool
take_window(struct maintenance_window *window, const json_t *object, struct err *err)
{
    memset(window, 0, sizeof *window);
    if (parse_window(window, object, err))
        return true;
    maintenance_window_release(window);
    return false;
}

bool
maintenance_window_parse(
    struct maintenance_window *window, struct str text, struct err *err)
{
    json_t *object = member_object(text, MEMBER_BODY_BYTES, err);
    bool ok = object && take_window(window, object, err);

    json_decref(object);
    return ok;
}

bool
maintenance_list_parse(struct str body,
    void (*each)(void *user, const struct maintenance_window *window), void *user,
    struct err *err)
{
    json_t *object = member_object(body, MEMBER_BODY_BYTES, err);
    const json_t *windows = json_object_get(object, "windows");
    const json_t *item;
    size_t i;
    bool ok = false;

    if (!object)
        return false;
    if (!json_is_array(windows)) {
        err_set(err, ERR_INPUT, "\"windows\": expected a list");
        goto out;
    }
    json_array_foreach(windows, i, item)
    {
        struct maintenance_window window;

        if (!take_window(&window, item, err)) {
            err_wrap(err, "window %zu", i + 1);
            goto out;
        }
        each(user, &window);
        maintenance_window_release(&window);
    }
    ok = true;
out:
    json_decref(object);
    return ok;
}

void
maintenance_answer_release(struct maintenance_answer *answer)
{
    frozen_release(&answer->set);
    frozen_release(&answer->conflicts);
    memset(answer, 0, sizeof *answer);
}

void
maintenance_answer_print(const struct maintenance_answer *answer, struct buf *out)
{
    buf_print(out, "{\"dry_run\":%s,\"window\":", answer->dry_run ? "true" : "false");
    if (answer->window[0])
        buf_print(out, "\"%s\"", answer->window);
    else
        buf_add_text(out, "null");
    buf_add_char(out, ',');
    print_time(out, "until", answer->until_ms);
    buf_print(out, ",\"count\":%zu,\"hash\":\"%s\",\"not_permitted\":%" PRIu32 ",",
        answer->set.count, answer->set.hash, answer->not_permitted);
    frozen_print_ids(&answer->conflicts, "windows", SIZE_MAX, out);
    buf_add_char(out, ',');
    frozen_print_ids(&answer->set, "ids", SIZE_MAX, out);
    buf_add_char(out, '}');
}

static bool
parse_answer(struct maintenance_answer *answer, const json_t *object, struct err *err)
{
    int64_t not_permitted = 0;

    if (!member_bool(object, "dry_run", MEMBER_NEEDED, &answer->dry_run, err) ||
        !member_copy(
            object, "window", MEMBER_MAY, answer->window, sizeof answer->window, err) ||
        !member_time(object, "until", MEMBER_MAY, &answer->until_ms, err) ||
        !member_i64(object, "not_permitted", MEMBER_MAY, &not_permitted, err) ||
        !member_ids(object, "windows", MEMBER_MAY, FROZEN_IDS, &answer->conflicts, err) ||
        !parse_set(object, &answer->set, err))
        return false;
    answer->not_permitted =
        not_permitted < 0 || not_permitted > UINT32_MAX ? 0 : (uint32_t)not_permitted;
    frozen_seal(&answer->conflicts);
    return true;
}

bool
maintenance_answer_parse(
    struct maintenance_answer *answer, struct str body, struct err *err)
{
    json_t *object = member_object(body, MEMBER_BODY_BYTES, err);
    bool ok;

    memset(answer, 0, sizeof *answer);
    ok = object && parse_answer(answer, object, err);
    json_decref(object);
    if (!ok)
        maintenance_answer_release(answer);
    return ok;
}

void
maintenance_moved_release(struct maintenance_moved *moved)
{
    frozen_release(&moved->joined);
    frozen_release(&moved->left);
    memset(moved, 0, sizeof *moved);
}

void
maintenance_moved_print(const struct maintenance_moved *moved, struct buf *out)
{
    frozen_print_ids(&moved->joined, "joined", SIZE_MAX, out);
    buf_add_char(out, ',');
    frozen_print_ids(&moved->left, "left", SIZE_MAX, out);
    buf_print(out, ",\"live\":{\"count\":%" PRIu32 ",\"hash\":\"%s\"}", moved->live_count,
        moved->live);
}

static bool
parse_moved(struct maintenance_moved *moved, const json_t *object, struct err *err)
{
    const json_t *live = json_object_get(object, "live");
    int64_t count = 0;

    if (!member_ids(object, "joined", MEMBER_NEEDED, FROZEN_IDS, &moved->joined, err) ||
        !member_ids(object, "left", MEMBER_NEEDED, FROZEN_IDS, &moved->left, err))
        return false;
    if (!json_is_object(live)) {
        err_set(err, ERR_INPUT, "\"live\": expected an object");
        return false;
    }
    if (!member_count(live, "count", MEMBER_NEEDED, FROZEN_IDS, &count, err) ||
        !member_copy(live, "hash", MEMBER_NEEDED, moved->live, sizeof moved->live, err))
        return false;
    moved->live_count = (uint32_t)count;
    frozen_seal(&moved->joined);
    frozen_seal(&moved->left);
    return true;
}

bool
maintenance_moved_parse(struct maintenance_moved *moved, struct str body, struct err *err)
{
    json_t *object = member_object(body, MEMBER_BODY_BYTES, err);
    bool ok;

    memset(moved, 0, sizeof *moved);
    ok = object && parse_moved(moved, object, err);
    json_decref(object);
    if (!ok)
        maintenance_moved_release(moved);
    return ok;
}
