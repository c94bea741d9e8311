/* A server that says anything, in any order: never two requests at once, and what began
 * is ended or aborted. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "hub/source/reflector.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct world {
    bool in_flight, open;
};

static void
on_request(void *user, const char *path, bool compressed)
{
    struct world *world = user;

    (void)path;
    (void)compressed;
    assert(!world->in_flight);
    world->in_flight = true;
}

static void
on_cancel(void *user)
{
    struct world *world = user;

    assert(world->in_flight);
    world->in_flight = false;
}

static void
on_begin(void *user)
{
    struct world *world = user;

    assert(!world->open);
    world->open = true;
}

static bool
on_object(void *user, const json_t *object)
{
    (void)user;
    return json_object_get(object, "metadata") != NULL;
}

static void
on_end(void *user, bool sweep)
{
    struct world *world = user;

    (void)sweep;
    assert(world->open);
    world->open = false;
}

static void
on_abort(void *user)
{
    on_end(user, false);
}

static void
on_changed(void *user)
{
    (void)user;
}

static const struct reflector_calls calls = { on_request, on_cancel, on_begin, on_object,
    on_object, on_end, on_abort, on_changed };

/* One byte says what happens; 'd' and a length byte take that many bytes as the answer's.
 */
static void
play(struct world *world, struct reflector *reflector, struct str script)
{
    static const int statuses[] = { 200, 200, 200, 410, 429, 500, 504, 422 };
    int64_t now_ms = 1000;

    for (size_t at = 0; at < script.length; at++) {
        unsigned char c = (unsigned char)script.at[at];
        struct http_head head = { .status = statuses[c % 8], .retry_after_ms = c };
        size_t left = script.length - at - 1;

        now_ms += c * 100;
        if (!world->in_flight || c < 64)
            reflector_tick(reflector, now_ms);
        else if (c < 96)
            reflector_head(reflector, &head, now_ms);
        else if (c < 224) {
            size_t length = (size_t)(c - 95) * 4 < left ? (size_t)(c - 95) * 4 : left;

            reflector_data(reflector, (struct str){ script.at + at + 1, length }, now_ms);
            at += length;
        } else {
            world->in_flight = false;
            reflector_done(reflector,
                &(struct err){ .code = c & 1 ? ERR_NONE : ERR_IO, .text = "lost" },
                now_ms);
        }
        assert(strnlen(reflector->fault, sizeof(reflector->fault)) <
               sizeof(reflector->fault));
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct world world = { 0 };
    struct reflector reflector;

    reflector_init(&reflector, &calls, &world, "/apis/g/v1/things", "things.g");
    reflector_start(&reflector, 0);
    play(&world, &reflector, (struct str){ (const char *)data, size });
    reflector_stop(&reflector);
    assert(!world.in_flight && !world.open);
    reflector_release(&reflector);
    return 0;
}
