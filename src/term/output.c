/* output -- see output.h. */
#include "term/output.h"

#define QUERY "\033[6n"

void
output_init(struct output *output, enum depth depth, bool erases_coloured, int64_t now_ms)
{
    *output = (struct output){ .stage = stage_new(depth, erases_coloured) };
    link_init(&output->link, now_ms);
}

void
output_release(struct output *output)
{
    stage_free(output->stage);
    *output = (struct output){ 0 };
}

void
output_restart(struct output *output, int64_t now_ms)
{
    link_init(&output->link, now_ms);
    stage_repaint(output->stage);
}

void
output_wrote(struct output *output, size_t bytes, int64_t now_ms)
{
    link_wrote(&output->link, bytes, now_ms);
}

static void
ask(struct output *output, int64_t now_ms, struct buf *out)
{
    int x = -1, y = -1;

    stage_position(output->stage, &x, &y);
    buf_add_text(out, QUERY);
    link_wrote(&output->link, sizeof QUERY - 1, now_ms);
    link_asked(&output->link, y + 1, x + 1, now_ms);
    output->queries++;
}

bool
output_step(struct output *output, int64_t now_ms, struct buf *out)
{
    size_t before = out->length;
    size_t room = 0;

    if (!stage_is_shown(output->stage))
        room = link_room(&output->link, now_ms, stage_input_waits(output->stage));
    if (room && stage_stripe(output->stage, room, out)) {
        link_wrote(&output->link, out->length - before, now_ms);
        output->stripes++;
    }
    /* Never out of the blue: with a stripe, or because one has no room. */
    bool busy = out->length > before || !stage_is_shown(output->stage);
    if ((busy || !output->queries) && link_wants_query(&output->link, now_ms))
        ask(output, now_ms, out);
    return out->length > before;
}

int64_t
output_wake_ms(struct output *output, int64_t now_ms)
{
    return stage_is_shown(output->stage) ? -1 : link_wake_ms(&output->link, now_ms);
}

void
output_answered(struct output *output, int row, int column, int64_t now_ms)
{
    link_answered(&output->link, row, column, now_ms);
}
