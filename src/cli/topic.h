/*
 * topic -- what help says of things that are no command: selectors, fields. Markdown that
 * reads well as it is; docs/selector.md is printed from it.
 */
#ifndef CLI_TOPIC_H
#define CLI_TOPIC_H

#include "base/buf.h"

void topic_selector(struct buf *out);
void topic_fields(struct buf *out);

#endif
