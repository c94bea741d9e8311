/*
 * state -- the table of decisions.md 2: three axes and maintenance give one state. Pure;
 * the hub alone calls state_decide, consoles show what the row says.
 */
#ifndef FLEET_STATE_H
#define FLEET_STATE_H

#include "fleet/cluster.h"

/* Sets state, beneath, since_s and reason of the cluster from its axes. True if state
 * changed. */
bool state_decide(struct cluster *cluster, struct intern *intern, uint32_t now_s);

/* The same rule over plain values. */
enum state state_of(
    bool maintenance, enum connectivity connectivity, enum health health, enum sync sync);

/* "Worst first": severity, then longer in it first. For qsort-like use; <0 if a comes
 * first, 0 if they are as bad. */
int state_severity(const struct cluster *a, const struct cluster *b);

/* The same, then by id. */
int state_order(
    const struct cluster *a, const struct cluster *b, const struct intern *intern);

#endif
