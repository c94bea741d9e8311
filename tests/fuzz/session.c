/* session: any keys and pastes, with clusters coming and going meanwhile, leave a screen
 * that can be drawn. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console/frame.h"
#include "console/session.h"

#define NOW_MS INT64_C(1795528800000)

static const enum key_code codes[] = { KEY_ENTER, KEY_ESC, KEY_TAB, KEY_BACKSPACE,
    KEY_DELETE, KEY_UP, KEY_DOWN, KEY_LEFT, KEY_RIGHT, KEY_HOME, KEY_END, KEY_PAGE_UP,
    KEY_PAGE_DOWN, KEY_F1, KEY_PASTE, KEY_FOCUS_IN };

static void
come(struct fleet *fleet, struct session *session, unsigned n)
{
    char id[32], region[16];
    uint32_t slot = FLEET_NONE;
    struct cluster *cluster = NULL;

    snprintf(id, sizeof(id), "s:c-%u", n % 64);
    snprintf(region, sizeof(region), "r%u", n % 5);
    slot = fleet_touch(fleet, str_from(id));
    cluster = fleet_at(fleet, slot);
    cluster_set_tag(cluster, fleet->intern, STR("region"), str_from(region));
    cluster->state = (uint8_t)(n % STATES);
    cluster->beneath = cluster->state;
    session_touch(session, slot);
}

static void
go(struct fleet *fleet, struct session *session, unsigned n)
{
    uint32_t slot = fleet->ceiling ? n % fleet->ceiling : 0;

    if (!fleet_at(fleet, slot))
        return;
    session_gone(session, slot);
    fleet_remove(fleet, slot);
    fleet_reuse(fleet, slot);
}

static void
act(struct fleet *fleet, struct session *session, uint8_t byte, struct canvas *canvas)
{
    struct key key = { .code = KEY_RUNE, .rune = byte };

    if (byte >= 0xE0)
        come(fleet, session, byte * 7u);
    else if (byte >= 0xC0)
        go(fleet, session, byte);
    else if (byte >= 0xA0) {
        canvas_resize(canvas, (byte - 0x9F) * 8, (byte - 0x9F) * 3);
        frame_draw(session, canvas);
    } else if (byte >= 0x80) {
        key.code = (uint8_t)codes[byte % 16];
        session_key(session, key, STR("pas\x1bte region=r1\n"));
    } else if (byte < 32) {
        key.modifiers = KEY_CTRL;
        key.rune = 'a' + byte % 26;
        session_key(session, key, STR(""));
    } else
        session_key(session, key, STR(""));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fleet *fleet = fleet_new();
    struct session_options options = { .fleet = fleet };
    struct hello hello = { .role = "operator" };
    struct link link = { .phase = LINK_LIVE };
    struct err err = { 0 };
    struct session *session = session_new(&options, &err);
    struct canvas canvas = { 0 };

    if (!session)
        abort();
    canvas_init(&canvas, 100, 30);
    for (unsigned i = 0; i < 20; i++)
        come(fleet, session, i);
    session_changed(session, CLIENT_HELLO | CLIENT_SYNCED, &hello, &link);
    for (size_t i = 0; i < size && i < 512; i++) {
        session_tick(session, NOW_MS + (int64_t)i * 100);
        act(fleet, session, data[i], &canvas);
    }
    session_tick(session, NOW_MS + 100000);
    frame_draw(session, &canvas);
    canvas_release(&canvas);
    session_free(session);
    fleet_free(fleet);
    return 0;
}
