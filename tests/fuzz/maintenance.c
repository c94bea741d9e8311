/* Bodies of the maintenance and audit routes, at both ends: what is accepted comes back
 * the same. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "wire/entry.h"
#include "wire/maintenance.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
request(struct str text, bool start)
{
    struct maintenance_request request, again;
    struct buf out = { 0 };
    struct err err = { 0 };

    if (!maintenance_request_parse(&request, text, start, &err)) {
        assert(err.code != ERR_NONE && err.text[0]);
        return;
    }
    if (!start)
        request.duration_ms = 0;
    maintenance_request_print(&request, &out);
    if (start || !request.force) {
        assert(maintenance_request_parse(&again, buf_str(&out), start, &err));
        assert(!strcmp(again.frozen.hash, request.frozen.hash));
        assert(again.names.count == request.names.count);
        maintenance_request_release(&again);
    }
    maintenance_request_release(&request);
    buf_release(&out);
}

static void
see_window(void *user, const struct maintenance_window *window)
{
    struct buf out = { 0 };

    (void)user;
    maintenance_window_print(window, SIZE_MAX, &out);
    buf_release(&out);
}

static void
see_entry(void *user, const struct entry *entry)
{
    struct buf out = { 0 };

    (void)user;
    entry_print(entry, &out);
    buf_release(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = { (const char *)data, size };
    struct maintenance_window window;
    struct maintenance_answer answer;
    struct maintenance_moved moved;
    struct verdict verdict;
    struct frozen set;
    struct err err = { 0 };
    int64_t next;

    request(text, true);
    request(text, false);
    if (maintenance_window_parse(&window, text, &err)) {
        see_window(NULL, &window);
        maintenance_window_release(&window);
    }
    if (maintenance_answer_parse(&answer, text, &err))
        maintenance_answer_release(&answer);
    if (maintenance_moved_parse(&moved, text, &err))
        maintenance_moved_release(&moved);
    maintenance_list_parse(text, see_window, NULL, &err);
    entry_list_parse(text, see_entry, NULL, &next, &err);
    if (verdict_parse(&verdict, text, &err))
        verdict_judge(&verdict, &err);
    if (frozen_parse_lines(&set, text))
        frozen_release(&set);
    return 0;
}
