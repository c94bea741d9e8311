/*
 * outline -- which parts of an object anybody reads, as a tree: the rest is cut out
 * before parsing, for an object is mostly what nobody reads and parsing it is most of
 * what an event costs. Built once from paths, then only read.
 *
 * What a path leads to is the same before and after the cut. Elements of a list keep
 * their places: one that nobody reads is null. What is cut is not looked into: it need
 * not be well-formed.
 */
#ifndef HUB_SOURCE_OUTLINE_H
#define HUB_SOURCE_OUTLINE_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/str.h"

struct outline;

struct outline *outline_new(void); /* nothing of it is read */
void outline_free(struct outline *outline);

void outline_whole(struct outline *outline); /* all of it is read */

/* The part of it of that name, or of every name that begins so. */
struct outline *outline_member(struct outline *outline, struct str name, bool prefix);

/* The elements of a list: those in which that text stands, all of them if it is empty. */
struct outline *outline_element(struct outline *outline, struct str holding);

/* The members of members, down to the last one, which is read whole; NULL-ended. */
void outline_names(struct outline *outline, const char *const *names);

/* The object as outlined: a copy in scratch that is no longer, or the object itself where
 * it is no JSON as far as was looked. */
struct str outline_cut(
    const struct outline *outline, struct str object, struct buf *scratch);

#endif
