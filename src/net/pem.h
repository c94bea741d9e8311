/*
 * pem -- is this text a certificate, a bundle, a private key? Asked before it is used, so
 * that a broken file is named when it is read, not by the TLS handshake. Never prompts.
 */
#ifndef NET_PEM_H
#define NET_PEM_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"

bool pem_check_certificates(struct str pem, struct err *err); /* one or more */
bool pem_check_pair(struct str certificate, struct str key, struct err *err);

#endif
