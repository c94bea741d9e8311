/*
 * kubeconfig -- how to reach a Kubernetes API server: one context of a kubeconfig file,
 * of several read as one, or in-cluster. Refused with a clear word: exec plugins,
 * auth-provider, proxy-url, insecure-skip-tls-verify, username, impersonation, a token
 * over plain http. Relative file names count from the folder of the kubeconfig that has
 * them, as kubectl does.
 */
#ifndef NET_KUBECONFIG_H
#define NET_KUBECONFIG_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"

struct kubeconfig { /* every text is owned; NULL if absent */
    char *path;     /* where it came from, FILE:FILE… if from several; "in-cluster" */
    char *context, *user;
    char *server;
    char *server_name;
    char *ca_pem, *cert_pem, *key_pem;
    char *token, *token_file;
};

/*
 * FILE or FILE:FILE… (NULL: $KUBECONFIG, then ~/.kube/config, then in-cluster), CONTEXT
 * (NULL: current). Of several files those that are there count, and the first that has a
 * name, or a current context, wins. Errors read "FILE:LINE:COLUMN: what"; nothing
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
