/*
 * openapi -- docs/openapi.yaml as a judge of answers: is that route described, and does
 * that body hold to its schema? Objects are closed unless additionalProperties says
 * otherwise: what is not described must not be sent.
 */
#ifndef HELPER_OPENAPI_H
#define HELPER_OPENAPI_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"

struct openapi;

struct openapi *openapi_read(void); /* fails the test if it cannot be read */
void openapi_free(struct openapi *openapi);

bool openapi_has(const struct openapi *openapi, const char *method, const char *path);

/* Calls each described route. */
void openapi_each(const struct openapi *openapi,
    void (*each)(void *user, const char *method, const char *path), void *user);

/* False: err says where in the body and what. A body of NDJSON is judged line by line;
 * text is not judged. */
bool openapi_judge(const struct openapi *openapi, const char *method, const char *path,
    int status, const char *content_type, struct str body, struct err *err);

#endif
