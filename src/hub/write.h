/*
 * write -- the routes of maintenance and audit: the handlers behind write_routes, one
 * table for api_new.
 */
#ifndef HUB_WRITE_H
#define HUB_WRITE_H

#include "hub/api.h"

extern const struct route write_routes[];

/* api_maintenance.c */
void maintenance_get(struct request *request);
void maintenance_get_one(struct request *request);
void maintenance_post_start(struct request *request);
void maintenance_post_end(struct request *request);
void maintenance_post_end_one(struct request *request);

/* api_audit.c */
void audit_get(struct request *request);
void audit_get_verify(struct request *request);
void audit_post_recover(struct request *request);

/* api_export.c */
void audit_get_export(struct request *request);

#endif
