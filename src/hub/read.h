/*
 * read -- the handlers of the GET side: the fleet, its tags, sources, clusters, and the
 * hub itself.
 */
#ifndef HUB_READ_H
#define HUB_READ_H

#include "hub/api.h"

extern const struct route read_routes[];

/* api_fleet.c */
void fleet_get(struct request *request);
void tags_get(struct request *request);
void sources_get(struct request *request);

/* api_cluster.c */
void clusters_get(struct request *request);
void cluster_get(struct request *request);

/* api_hub.c */
void whoami_get(struct request *request);
void hub_get(struct request *request);
void hub_post_stop(struct request *request);
void healthz_get(struct request *request);
void metrics_get(struct request *request);

/* api_fleet.c: the ?selector= of the query, parsed and bound; NULL and err if it is
 * malformed. */
struct selector *request_selector(struct request *request, struct err *err);

#endif
