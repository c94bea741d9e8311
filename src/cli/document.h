/*
 * document -- a JSON body for a person or a script: as it is, or as YAML.
 */
#ifndef CLI_DOCUMENT_H
#define CLI_DOCUMENT_H

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

/* Block style; what was quoted stays quoted where it must, so that it reads back the
 * same. indent: columns before each line; `item`: the first line begins with "- ". */
bool document_print_yaml(
    struct str json, size_t indent, bool item, struct buf *out, struct err *err);

/* For a person: unquoted, unknowns as "-", and behind each time how long ago it was. */
bool document_print_text(
    struct str json, int64_t now_ms, struct buf *out, struct err *err);

#endif
