/* source -- the kinds there are. */
#include "hub/source/source.h"

#include <string.h>

#include "hub/source/kubernetes.h"
#include "hub/source/simulated.h"

const struct source_class *const source_classes[] = {
    &kubernetes_class,
    &simulated_class,
    NULL,
};

const struct source_class *
source_class_find(const char *kind)
{
    for (size_t i = 0; source_classes[i]; i++)
        if (strcmp(source_classes[i]->kind, kind) == 0)
            return source_classes[i];
    return NULL;
}
