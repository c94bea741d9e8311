/*
 * simulated -- the embedded fleet as a source: the simulation on the loop's clock, into
 * the same sink as any other.
 *
 * It loads by generations, some stores a turn, then goes live. It never fails once it has
 * started; its facts' times are the hub's. Nothing of it ever touches a network.
 */
#ifndef HUB_SOURCE_SIMULATED_H
#define HUB_SOURCE_SIMULATED_H

#include "hub/source/source.h"

#define SIMULATED_CLUSTERS   1200  /* where the options say 0 */
#define SIMULATED_LOAD       1000  /* stores a turn of the loop */
#define SIMULATED_TICK_MS    25    /* events closer than this are done together */
#define SIMULATED_FRESH_MS   10000 /* it says that it lives at least so often */
#define SIMULATED_PROMISE_MS 30000

extern const struct source_class simulated_class;

#endif
