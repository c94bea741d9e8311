/*
 * complete -- what could stand where the cursor of the bottom line is: actions, views,
 * tags with their values, fields, clusters.
 */
#ifndef CONSOLE_COMPLETE_H
#define CONSOLE_COMPLETE_H

struct session;

/* Fills session->choices and choice_from. */
void complete(struct session *session);

#endif
