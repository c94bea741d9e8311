/*
 * kubeconfig -- how to reach a Kubernetes API server: one context of a kubeconfig file,
 * or in-cluster. Refused with a clear word: exec plugins, auth-provider, proxy-url,
 * insecure-skip-tls-verify, username, impersonation, a token over plain http. Relative
 * file names count from the kubeconfig's folder, as kubectl does.
 */
#ifndef NET_KUBECONFIG_H
#define NET_KUBECONFIG_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"

struct kubeconfig { /* every text is owned; NULL if absent */
    char *path;     /* where it came from; "in-cluster" */
    char *context, *user;
    char *server;
    char *server_name;
    char *ca_pem, *cert_pem, *key_pem;
    char *token, *token_file;
};

/*
 * FILE (NULL: $KUBECONFIG's first file that exists, then ~/.kube/config, then
 * in-cluster), CONTEXT (NULL: current). Errors read "FILE:LINE:COLUMN: what"; nothing
 * secret is in them. False leaves it released.
 */
bool kubeconfig_load(struct kubeconfig *kubeconfig, const char *file, const char *context,
    struct err *err);

/* The same of a text. folder: where relative names count from; NULL refuses every
 * reference to a file. */
struct kubeconfig_text {
    const char *name, *folder;
    struct str text;
};
bool kubeconfig_parse(struct kubeconfig *kubeconfig, const struct kubeconfig_text *text,
    const char *context, struct err *err);

void kubeconfig_release(struct kubeconfig *kubeconfig); /* wipes keys and tokens */

#endif
