/*
 * kubernetes -- any upstream that speaks the Kubernetes API, as its dialects say: asks
 * the server what it serves, then keeps one reflector for each resource of a dialect that
 * is there. Only GET is ever sent.
 *
 * The server of the kubeconfig may be unix:/path as well: a proxy's socket.
 */
#ifndef HUB_SOURCE_KUBERNETES_H
#define HUB_SOURCE_KUBERNETES_H

#include "hub/source/source.h"

#define KUBERNETES_RESOURCES  64
#define KUBERNETES_LOOK_MS    600000 /* what is served is asked anew so often */
#define KUBERNETES_PACE_MS    100    /* changes that come within it are read together */
#define KUBERNETES_TELL_MS    1000   /* mere freshness is told no more often */
#define KUBERNETES_PROMISE_MS 180000 /* a silence longer than this is stale */

extern const struct source_class kubernetes_class;

#endif
