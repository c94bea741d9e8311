/* process: daemons, and who somebody is. */
#include "net/process.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "helper/check.h"

static void
a_daemon_runs_apart_and_hangs_up_when_it_ends(void **state)
{
    char folder[] = "/tmp/process-test-XXXXXX", log[64];
    const char *const argv[] = { "/bin/sh", "-c",
        "echo pid $$ sid $(ps -o sid= -p $$ 2>/dev/null) in $(pwd); read x || echo no "
        "input",
        NULL };
    struct pollfd fd = { .events = POLLIN };
    struct buf buf = { 0 };
    struct err err = { 0 };
    struct stat stat_now;

    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(log, sizeof(log), "%s/log", folder);
    assert_true(process_daemon(argv, log, &fd.fd, &err));
    while (!(fd.revents & POLLHUP))
        poll(&fd, 1, -1);
    close(fd.fd);
    assert_true(file_read(log, 4096, &buf, &err));
    assert_non_null(strstr(buf.at, " in /\n"));
    assert_non_null(strstr(buf.at, "no input"));
    assert_int_equal(stat(log, &stat_now), 0);
    assert_int_equal(stat_now.st_mode & 0777, 0600);
    buf_release(&buf);
    unlink(log);
    rmdir(folder);
}

static void
what_cannot_be_started_is_told(void **state)
{
    char folder[] = "/tmp/process-test-XXXXXX", log[64];
    const char *const argv[] = { "/nowhere/program", NULL };
    struct err err = { 0 };

    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(log, sizeof(log), "%s/log", folder);
    assert_false(process_daemon(argv, log, NULL, &err));
    assert_non_null(strstr(err.text, "/nowhere/program: No such file"));
    unlink(log);
    assert_false(process_daemon(argv, "/nowhere/log", NULL, &err));
    assert_non_null(strstr(err.text, "/nowhere/log"));
    rmdir(folder);
}

static void
a_uid_has_a_name_and_groups_or_none(void **state)
{
    struct identity identity;
    char *self = process_self();

    (void)state;
    identity_look_up(&identity, 0, 0);
    assert_string_equal(identity.user, "root");
    assert_true(identity.group_count >= 1);
    assert_string_equal(identity.groups[0], "root");
    identity_look_up(&identity, 4294960000u, 4294960000u);
    assert_string_equal(identity.user, "");
    assert_int_equal(identity.group_count, 0);
    assert_int_equal(process_uid(), getuid());
    assert_non_null(strstr(self, "unit/net/process"));
    free(self);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_daemon_runs_apart_and_hangs_up_when_it_ends),
        cmocka_unit_test(what_cannot_be_started_is_told),
        cmocka_unit_test(a_uid_has_a_name_and_groups_or_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
