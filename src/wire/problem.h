/*
 * problem -- an error as an RFC 9457 body:
 * {"type":"urn:nocturne:problem:moved","title":…,"status":409,"detail":…} with members
 * that some types add (joined, left, live, conflicts).
 */
#ifndef WIRE_PROBLEM_H
#define WIRE_PROBLEM_H

#include "base/buf.h"
#include "base/err.h"

#define PROBLEM_TYPE "application/problem+json"

/* extra: further members without braces, or NULL. */
void problem_print(const struct err *err, const char *extra, struct buf *out);

/* What an answer with that status and body means; tolerates a body that is no problem. */
void problem_parse(struct err *err, int status, struct str body);

#endif
