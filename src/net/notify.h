/*
 * notify -- tell the service manager how we are (sd_notify's protocol): a datagram to
 * $NOTIFY_SOCKET. Without that variable nothing happens; a lost message is no fault of
 * ours.
 */
#ifndef NET_NOTIFY_H
#define NET_NOTIFY_H

void notify_service(const char *state); /* "READY=1", "STOPPING=1", "STATUS=…" */

#endif
