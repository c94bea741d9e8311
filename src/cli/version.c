/* version -- what this is. */
#include "cli/command.h"
#include "wire/stream.h"

static bool
version_run(struct invocation *invocation, struct err *err)
{
    struct buf out = { 0 };
    bool ok;

    (void)invocation;
    buf_print(&out, "nocturne " NOCTURNE_VERSION " (API %d)\n", STREAM_API);
    ok = output(&out, err);
    buf_release(&out);
    return ok;
}

const struct command version_command = {
    .name = "version",
    .usage = "version",
    .help = "say which version this is, and of which API",
    .alone = true,
    .run = version_run,
};
