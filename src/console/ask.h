/*
 * ask -- what a view needs from the hub besides the stream: details of the cluster looked
 * at, the audit trail. Asked anew while somebody looks, never otherwise.
 */
#ifndef CONSOLE_ASK_H
#define CONSOLE_ASK_H

#include <stdbool.h>

struct session;

void ask_settle(struct session *session);      /* ask what is due */
bool ask_waits(const struct session *session); /* an answer is still to come */

#endif
