/* What a service manager hears. */
#include "net/notify.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

static void
a_state_goes_to_the_socket_that_was_named(void **state)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    char folder[] = "/tmp/nocturne-notify-XXXXXX", text[32] = "";
    int fd = socket(AF_UNIX, SOCK_DGRAM, 0);

    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(address.sun_path, sizeof address.sun_path, "%s/notify", folder);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    setenv("NOTIFY_SOCKET", address.sun_path, 1);
    notify_service("READY=1");
    assert_int_equal(recv(fd, text, sizeof text - 1, MSG_DONTWAIT), 7);
    assert_string_equal(text, "READY=1");
    close(fd);
    unlink(address.sun_path);
    rmdir(folder);
}

static void
an_abstract_name_is_one_too(void **state)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    char name[64], text[32] = "";
    int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
    int length = snprintf(name, sizeof name, "@nocturne-notify-%d", (int)getpid());

    (void)state;
    memcpy(address.sun_path + 1, name + 1, (size_t)length - 1);
    assert_int_equal(
        bind(fd, (struct sockaddr *)&address,
            (socklen_t)(offsetof(struct sockaddr_un, sun_path) + (size_t)length)),
        0);
    setenv("NOTIFY_SOCKET", name, 1);
    notify_service("STOPPING=1");
    assert_int_equal(recv(fd, text, sizeof text - 1, MSG_DONTWAIT), 10);
    close(fd);
}

static void
nobody_to_tell_is_no_fault(void **state)
{
    char longer[200];

    (void)state;
    memset(longer, '/', sizeof longer);
    longer[sizeof longer - 1] = 0;
    unsetenv("NOTIFY_SOCKET");
    notify_service("READY=1");
    setenv("NOTIFY_SOCKET", longer, 1);
    notify_service("READY=1");
    setenv("NOTIFY_SOCKET", "relative", 1);
    notify_service("READY=1");
    setenv("NOTIFY_SOCKET", "/nowhere/notify", 1);
    notify_service("READY=1");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_state_goes_to_the_socket_that_was_named),
        cmocka_unit_test(an_abstract_name_is_one_too),
        cmocka_unit_test(nobody_to_tell_is_no_fault),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
