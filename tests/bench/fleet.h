/*
 * fleet.h -- a fleet for the benchmarks: rows as the rig's stores look in a console,
 * about nine tags each.
 */
#ifndef BENCH_FLEET_H
#define BENCH_FLEET_H

#include <stdio.h>

#include "base/buf.h"
#include "fleet/fleet.h"
#include "wire/row.h"

static inline void
bench_row(struct buf *out, unsigned i)
{
    static const char *const regions[] = { "west-coast", "mountain", "midwest", "central",
        "south", "northeast" };
    static const char *const states[] = { "healthy", "healthy", "healthy", "healthy",
        "healthy", "degraded", "offline", "down" };
    const char *state = states[i % 97 % 8];

    buf_print(out,
        "{\"id\":\"ocm:store-%05u\",\"name\":\"store-%05u\",\"source\":\"ocm\",\"tags\":{"
        "\"city\":\"city-%u\",\"cluster.open-cluster-management.io/"
        "clusterset\":\"retail\","
        "\"feature.open-cluster-management.io/addon-cluster-proxy\":\"available\","
        "\"feature.open-cluster-management.io/addon-observability-controller\":"
        "\"available\",\"gpu\":\"%s\",\"hours\":\"%s\",\"region\":\"%s\",\"size\":"
        "\"urban\","
        "\"tier\":\"broad\"},\"connectivity\":{\"value\":\"up\",\"reason\":"
        "\"ManagedClusterAvailable\",\"since\":\"2026-11-23T10:%02u:%02uZ\"},\"health\":{"
        "\"value\":\"healthy\",\"reason\":\"\",\"since\":\"2026-11-23T10:%02u:%02uZ\"},"
        "\"sync\":{\"value\":\"synced\",\"reason\":\"AppliedManifestComplete\",\"since\":"
        "\"2026-11-23T10:00:00Z\"},\"maintenance\":null,\"state\":\"%s\",\"beneath\":\"%"
        "s\","
        "\"reason\":\"\",\"since\":\"2026-11-23T10:%02u:%02uZ\",\"seen\":null,"
        "\"versions\":{"
        "\"kubernetes\":{\"desired\":null,\"actual\":\"v1.%u.4+k3s1\"},\"app\":{"
        "\"desired\":"
        "\"2.4.1\",\"actual\":\"2.4.1\"},\"model\":{\"desired\":\"3.2\",\"actual\":\"3."
        "1\"}},"
        "\"nodes\":{\"ready\":2,\"total\":3},\"gpus\":{\"count\":2,\"model\":\"L4\"},"
        "\"location\":{\"latitude\":%u.52000,\"longitude\":-122.68000,\"timezone\":"
        "\"America/Los_Angeles\",\"place\":\"city-%u\"}}",
        i, i, i % 120, i % 3 ? "l4" : "t4", i % 2 ? "24h" : "day", regions[i % 6],
        i / 60 % 60, i % 60, i / 60 % 60, i % 60, state, state, i / 60 % 60, i % 60,
        30 + i % 4, 25 + i % 20, i % 120);
}

/* A fleet of `count`, through the wire's parser. */
static inline struct fleet *
bench_fleet(unsigned count)
{
    struct fleet *fleet = fleet_new();
    struct buf text = { 0 };
    struct err err;

    for (unsigned i = 0; i < count; i++) {
        buf_clear(&text);
        bench_row(&text, i);
        if (row_parse(fleet, buf_str(&text), NULL, &err) == FLEET_NONE) {
            fprintf(stderr, "%s\n", err.text);
            break;
        }
    }
    buf_release(&text);
    return fleet;
}

#endif
