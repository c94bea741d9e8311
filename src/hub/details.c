/* details -- what is known of one cluster beyond its row: its facets, who said what and
 * when. */
#include "hub/site.h"
#include "wire/stream.h"

#include <string.h>

struct printer {
    const struct intern *intern;
    struct buf *out;
};

static void
add_time(struct buf *out, const char *name, uint32_t at_s)
{
    buf_print(out, ",\"%s\":", name);
    json_add_time(out, (int64_t)at_s * 1000);
}

static void
add_value(const struct printer *p, uint32_t text)
{
    if (text)
        buf_add_json(p->out, intern_str(p->intern, text));
    else
        buf_add_text(p->out, "null");
}

static void
add_text(const struct printer *p, const char *name, uint32_t text)
{
    buf_print(p->out, ",\"%s\":", name);
    add_value(p, text);
}

static void
add_axis(const struct printer *p, const struct piece *piece)
{
    buf_print(p->out, ",\"%s\":{\"value\":\"%s\"", axis_name(piece->at),
        axis_value_name(piece->at, piece->value));
    add_text(p, "reason", piece->a);
    add_time(p->out, "since", piece->b);
    buf_add_char(p->out, '}');
}

static void
add_versions(const struct printer *p, const struct facet *facet)
{
    bool any = false;

    for (int layer = 0; layer < LAYERS; layer++) {
        const struct piece *piece = facet_piece(facet, PIECE_VERSION, (uint8_t)layer);

        if (!piece)
            continue;
        buf_print(p->out, "%s\"%s\":{\"desired\":", any ? "," : ",\"versions\":{",
            layer_name((enum layer)layer));
        add_value(p, piece->a);
        add_text(p, "actual", piece->b);
        buf_add_char(p->out, '}');
        any = true;
    }
    if (any)
        buf_add_char(p->out, '}');
}

static void
add_pieces(const struct printer *p, const struct facet *facet)
{
    const struct piece *piece;
    uint32_t tags = 0;

    for (int axis = 0; axis < AXES; axis++)
        if ((piece = facet_piece(facet, PIECE_AXIS, (uint8_t)axis)))
            add_axis(p, piece);
    add_versions(p, facet);
    if ((piece = facet_piece(facet, PIECE_PENDING, 0)))
        add_time(p->out, "pending_since", piece->a ? piece->a : piece->b);
    if ((piece = facet_piece(facet, PIECE_NODES, 0)))
        buf_print(p->out, ",\"nodes\":{\"ready\":%d,\"total\":%d}", (int)piece->a,
            (int)piece->b);
    if ((piece = facet_piece(facet, PIECE_GPUS, 0))) {
        buf_print(p->out, ",\"gpus\":{\"count\":%d", (int)piece->a);
        add_text(p, "model", piece->b);
        buf_add_char(p->out, '}');
    }
    for (uint32_t i = 0; i < facet->piece_count; i++) {
        piece = &facet->pieces[i];
        tags += piece->kind == PIECE_TAG;
        if (piece->kind == PIECE_BEAT) {
            buf_print(p->out, ",\"promise_ms\":%u,\"misses\":%u", piece->a, piece->at);
            add_time(p->out, "heartbeat", piece->b);
        }
    }
    if (tags)
        buf_print(p->out, ",\"tags\":%u", tags);
}

void
model_print_details(const struct model *model, uint32_t slot,
    const char *(*resource_name)(void *user, uint32_t source, uint32_t resource),
    void *user, struct buf *out)
{
    struct printer p = { model->fleet->intern, out };
    const struct facet *facet = facet_at(&model->store, model->sites[slot].first);

    buf_add_text(out, "\"facets\":[");
    for (const char *comma = ""; facet;
         facet = facet_at(&model->store, facet->next), comma = ",") {
        const char *name =
            resource_name ? resource_name(user, facet->source, facet->resource) : NULL;

        buf_print(out, "%s{\"source\":", comma);
        buf_add_json(out, str_from(model->upstreams[facet->source].status->name));
        buf_add_text(out, ",\"resource\":");
        buf_add_json(out, str_from(name));
        buf_add_text(out, ",\"object\":");
        buf_add_json(out, intern_str(p.intern, facet->object));
        buf_print(out, ",\"inventory\":%s", facet->inventory ? "true" : "false");
        add_time(out, "observed_at", facet->observed_s);
        add_time(out, "upstream_at", facet->upstream_s);
        add_pieces(&p, facet);
        buf_add_char(out, '}');
    }
    buf_add_char(out, ']');
}
