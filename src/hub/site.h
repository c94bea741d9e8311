/*
 * site -- the insides of the model, shared by its files: model.c, intake.c, merge.c,
 * liveness.c, details.c; nobody else includes it.
 */
#ifndef HUB_SITE_H
#define HUB_SITE_H

#include "hub/facet.h"
#include "hub/join.h"
#include "hub/model.h"

struct site {       /* what the model knows of the cluster in a slot, beyond its row */
    uint32_t first; /* its facets */
    struct axis_fact held; /* health, as last observed while it was up */
    uint32_t link_back_s;  /* the link came back at */
    uint32_t lost_s;       /* seen to be lost at; 0: it is not, or was before we looked */
    int64_t beat_ms;       /* last beat, hub clock; 0 none */
    int64_t beat_silence_ms; /* its source's silence until then */
    uint8_t source, facet_count, inventories;
    bool present;
    bool restored; /* from cache.db: what no facet says stands until the source is synced
                    */
    bool merged;   /* from facets, once at least */
    bool overdue;  /* the deadline of its beat has passed */
    bool timed;    /* it is in the heap */
};

struct deadline {
    int64_t due_ms;
    uint32_t slot;
};

struct upstream { /* a source, as the model sees it */
    struct fleet_source *status;
    uint32_t name; /* text */
    uint32_t generations[MODEL_RESOURCES];
    uint64_t loading; /* bits of resources */
    uint32_t facets;
    int64_t fresh_ms;   /* as of the last look */
    int64_t silence_ms; /* how long it was silent in all */
    int64_t longest_ms; /* of its clusters' detection periods */
    uint32_t suspect_from_s;
    bool synced;     /* restored rows were settled */
    bool lost;       /* somebody was, since the last judgement */
    bool told_limit; /* of the ceiling, once */
};

struct model {
    struct model_options options;
    struct fleet *fleet;
    struct sink sink;
    struct upstream upstreams[FLEET_SOURCES];
    uint32_t attaches[FLEET_SOURCES];
    uint32_t upstream_count;
    struct facet_store store;
    struct joins joins;
    struct site *sites; /* by slot */
    size_t site_capacity;
    struct deadline *heap; /* soonest first */
    size_t heap_capacity;
    uint32_t heap_count;
    int64_t look_ms; /* next look at the sources' silence and losses */
    bool attaching;  /* some source attaches to clusters of another */
    bool counts_changed;
    uint64_t facts, merges, refused;
};

#define MODEL_LOOK_MS 5000 /* between looks at silence and losses */
#define MODEL_SOON_MS                                                                    \
    500 /* a loss or a count is judged after this, so that a burst is judged once */

struct site *site_touch(struct model *model, uint32_t slot);
int64_t model_now_ms(const struct model *model);

void model_look_within(struct model *model, int64_t delay_ms);
void model_count_sources(struct model *model); /* a source's counts changed */
void site_changed(struct model *model, uint32_t slot,
    bool tags); /* merge it, and tell if that made a change */

/* intake.c */
struct sink intake_sink(void);
void site_add(struct model *model, uint32_t slot, uint32_t source);

/* merge.c: make the row anew from its facets. tags: they may have changed. True if the
 * row did. */
bool site_merge(struct model *model, uint32_t slot, bool tags);

/* liveness.c */
int64_t upstream_silence_ms(const struct upstream *upstream, int64_t now_ms);
bool upstream_silent(const struct upstream *upstream, int64_t now_ms);
void upstream_look(struct upstream *upstream);
/* A facet with a beat was put; `first`: it was not known before. */
void site_beat(struct model *model, uint32_t slot, const struct piece *beat, bool first);
const struct piece *site_beat_piece(const struct model *model, const struct site *site);
void liveness_tick(struct model *model, int64_t now_ms,
    void (*overdue)(struct model *model, uint32_t slot));
/* More than a fifth lost at once? True if the source's suspect line changed. */
bool upstream_judge(struct model *model, uint32_t index, int64_t now_ms);

#endif
