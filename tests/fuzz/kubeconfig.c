/* Any bytes as a kubeconfig: one context, or an error; no file is ever opened. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "net/kubeconfig.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct kubeconfig_text text = { .name = "f", .text = { (const char *)data, size } };
    struct kubeconfig kubeconfig;
    struct err err = { 0 };

    if (kubeconfig_parse(&kubeconfig, &text, NULL, &err))
        assert(kubeconfig.server && kubeconfig.context);
    else
        assert(err.code != ERR_NONE && !kubeconfig.server);
    kubeconfig_release(&kubeconfig);
    return 0;
}
