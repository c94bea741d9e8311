/*
 * details -- what GET /v1/clusters/ID adds to a cluster's row, as lines: the open window,
 * what the upstream says beyond the row, where each fact was learned, who did what. The
 * row's own values, which the answer repeats, are not said twice.
 */
#ifndef CONSOLE_PANEL_DETAILS_H
#define CONSOLE_PANEL_DETAILS_H

#include "console/panel/lines.h"

/* Who put it into maintenance, until when, why; nothing if it is not in one. */
void details_window(struct lines *lines, const struct cluster *cluster);
void details_draw(struct lines *lines, const struct cluster *cluster);

#endif
