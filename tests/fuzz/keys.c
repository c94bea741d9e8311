/* keys: any bytes, whole and in pieces, give the same keys, each of which has a name. */
#include <assert.h>
#include <stdlib.h>

#include "term/keys.h"

static void
saw_key(void *user, struct key key)
{
    struct buf *log = user, name = { 0 };
    struct key back;

    key_print(key, &name);
    if (!key_parse(buf_str(&name), &back) || !key_same(key, back))
        abort();
    buf_add_str(log, buf_str(&name));
    buf_add_char(log, '\n');
    buf_release(&name);
}

static void
saw_paste(void *user, struct str text)
{
    if (text.length > KEYS_PASTE_BYTES)
        abort();
    buf_add_str(user, text);
}

static void
saw_position(void *user, int row, int column)
{
    if (row < 1 || column < 1)
        abort();
    buf_print(user, "%d,%d\n", row, column);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct keys_calls calls = { saw_key, saw_paste, saw_position };
    struct buf whole = { 0 }, split = { 0 };
    struct keys *a = keys_new(&calls, &whole), *b = keys_new(&calls, &split);

    keys_feed(a, (const char *)data, size);
    for (size_t i = 0; i < size; i++)
        keys_feed(b, (const char *)data + i, 1);
    if (keys_waiting(a) != keys_waiting(b))
        abort();
    keys_timeout(a);
    keys_timeout(b);
    if (keys_waiting(a) || !str_same(buf_str(&whole), buf_str(&split)))
        abort();
    keys_free(a);
    keys_free(b);
    buf_release(&whole);
    buf_release(&split);
    return 0;
}
