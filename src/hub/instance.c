/* instance -- see instance.h. */
#include "hub/instance.h"

#include "base/digest.h"
#include "base/file.h"
#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HASH_HEX 16

static void
add(struct digest *digest, const char *text)
{
    if (text)
        digest_add(digest, text, strlen(text));
    digest_add(digest, "\n", 1);
}

void
instance_name(char name[40], const struct kubeconfig *kubeconfig)
{
    char hex[DIGEST_HEX_LENGTH + 1];
    struct digest *digest;

    if (!kubeconfig) {
        snprintf(name, 40, "demo");
        return;
    }
    digest = digest_new();
    add(digest, kubeconfig->server);
    add(digest, kubeconfig->context);
    add(digest, kubeconfig->user);
    digest_finish(digest, hex);
    snprintf(name, 40, "%.*s", HASH_HEX, hex);
}

bool
instance_init(struct instance *instance, const char *name, struct err *err)
{
    char *runtime = file_runtime_home(), *state = file_state_home(), *folder = NULL;
    bool ok = false;

    memset(instance, 0, sizeof *instance);
    snprintf(instance->name, sizeof instance->name, "%s", name);
    if (!runtime || !state) {
        err_set(err, ERR_IO,
            "neither HOME nor XDG_STATE_HOME says where to keep a hub's files");
        goto out;
    }
    folder = mem_print("%s/%s", runtime, name);
    instance->socket_path = mem_print("%s/hub.sock", folder);
    instance->start_lock = mem_print("%s/start.lock", folder);
    instance->state_path = mem_print("%s/%s", state, name);
    instance->log_path = mem_print("%s/hub.log", instance->state_path);
    /* Both levels: /tmp/nocturne-UID may be somebody else's trap. */
    ok = file_make_folders(runtime, err) && file_check_private(runtime, err) &&
         file_make_folders(folder, err) && file_check_private(folder, err) &&
         file_make_folders(instance->state_path, err);
out:
    free(runtime);
    free(state);
    free(folder);
    if (!ok)
        instance_release(instance);
    return ok;
}

void
instance_release(struct instance *instance)
{
    free(instance->socket_path);
    free(instance->start_lock);
    free(instance->state_path);
    free(instance->log_path);
    memset(instance, 0, sizeof *instance);
}
