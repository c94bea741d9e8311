/* fault -- the table, a pick by weight, the text. */
#include "hub/source/fault.h"

/* clang-format off */
const struct fault faults[FAULTS] = {
    [FAULT_NONE]        = { "ManagedClusterHealthy",                                  HEALTH_HEALTHY,  0, 0, 0, false, false, 0 },
    [FAULT_NODE]        = { "NodeNotReady: node-@ missed # heartbeats",               HEALTH_DEGRADED, 4, 2, 1, false, false, 420 },
    [FAULT_GPU_GONE]    = { "GPUFellOffBus: node-@: Xid 79 on GPU 0",                 HEALTH_DEGRADED, 2, 0, 0, true,  false, 500 },
    [FAULT_GPU_HOT]     = { "GPUThrottled: node-@: GPU at 8# C",                      HEALTH_DEGRADED, 3, 0, 0, true,  true,  240 },
    [FAULT_ADDON]       = { "AddonDegraded: ingress has 1 of # replicas ready",       HEALTH_DEGRADED, 2, 0, 0, false, false, 200 },
    [FAULT_DISK]        = { "DiskPressure: node-@ is 9# % full",                      HEALTH_DEGRADED, 2, 0, 0, false, false, 400 },
    [FAULT_CERTIFICATE] = { "CertificateExpiring: kubelet of node-@: # days left",    HEALTH_DEGRADED, 1, 0, 0, false, false, 600 },
    [FAULT_LEADER]      = { "ControlPlaneDown: readyz: etcd has no leader",           HEALTH_FAILING,  2, 3, 0, false, false, 400 },
    [FAULT_API]         = { "ControlPlaneDown: readyz: 500, # checks failed",         HEALTH_FAILING,  3, 0, 0, false, false, 400 },
    [FAULT_ONLY_NODE]   = { "NodeNotReady: node-a, the only one, runs no pods",       HEALTH_FAILING,  2, 1, 1, false, false, 600 },
    [FAULT_STORY_BEATS] = { "NodeSuspect: node-@ missed # heartbeats",                HEALTH_DEGRADED, 0, 2, 0, false, false, 0 },
    [FAULT_STORY_LOST]  = { "NodeNotReady: node-@ missed # heartbeats, node-a serves", HEALTH_DEGRADED, 0, 2, 1, false, false, 0 },
    [FAULT_STORY_REPLACED] = { "NodeReplaced: new node-@ joined, volume replica #0 %", HEALTH_DEGRADED, 0, 2, 0, false, false, 0 },
};
/* clang-format on */

static bool
may_befall(const struct fault *fault, enum health health, const struct fault_place *place)
{
    if (fault->health != health || !fault->weight)
        return false;
    if (health == HEALTH_FAILING ? fault->nodes && place->nodes != fault->nodes
                                 : place->nodes < fault->nodes)
        return false;
    return (!fault->gpu || place->gpus) && (!fault->day || place->day);
}

enum fault_kind
fault_pick(enum health health, const struct fault_place *place, uint64_t random)
{
    uint64_t all = 0;
    int kind;

    for (kind = 0; kind < FAULTS; kind++)
        if (may_befall(&faults[kind], health, place))
            all += faults[kind].weight;
    if (!all)
        return FAULT_NONE;
    random %= all;
    for (kind = 0;; kind++) {
        if (!may_befall(&faults[kind], health, place))
            continue;
        if (random < faults[kind].weight)
            return (enum fault_kind)kind;
        random -= faults[kind].weight;
    }
}

void
fault_print(enum fault_kind kind, char node, unsigned digit, struct buf *out)
{
    for (const char *at = faults[kind].reason; *at; at++) {
        if (*at == '@')
            buf_add_char(out, node);
        else if (*at == '#')
            buf_add_char(out, (char)('0' + digit % 10));
        else
            buf_add_char(out, *at);
    }
}
