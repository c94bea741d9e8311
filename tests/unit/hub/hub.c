/* The daemon in a process of its own: two on one store, a signal, a cold start without
 * upstream, leaving by itself. */
#include "hub/hub.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "hub/instance.h"

#include <dirent.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

struct bench {
    char folder[64], socket[96], state[96], kubeconfig[96];
};

struct child {
    pid_t pid;
    int ready; /* a byte comes when it answers; the end when it is gone */
};

static int
setup(void **state)
{
    struct bench *bench = mem_zero(1, sizeof *bench);

    snprintf(bench->folder, sizeof bench->folder, "/tmp/nocturne-hub-XXXXXX");
    assert_non_null(mkdtemp(bench->folder));
    snprintf(bench->socket, sizeof bench->socket, "%s/hub.sock", bench->folder);
    snprintf(bench->state, sizeof bench->state, "%s/state", bench->folder);
    snprintf(bench->kubeconfig, sizeof bench->kubeconfig, "%s/kubeconfig", bench->folder);
    *state = bench;
    return 0;
}

static void
remove_folder(const char *path)
{
    DIR *folder = opendir(path);
    struct dirent *entry;
    char below[400];

    while (folder && (entry = readdir(folder))) {
        if (entry->d_name[0] == '.')
            continue;
        snprintf(below, sizeof below, "%s/%s", path, entry->d_name);
        if (unlink(below))
            remove_folder(below);
    }
    if (folder)
        closedir(folder);
    rmdir(path);
}

static int
teardown(void **state)
{
    remove_folder(((struct bench *)*state)->folder);
    free(*state);
    return 0;
}

static void
tell_ready(void *user)
{
    char byte = 1;

    if (write(*(int *)user, &byte, 1) != 1)
        _exit(99);
}

static struct child
start(struct bench *bench, const struct hub_options *given)
{
    struct hub_options options = *given;
    struct child child;
    int pipes[2];

    options.private_hub = true;
    options.socket_path = bench->socket;
    options.state_path = bench->state;
    options.ready = tell_ready;
    options.user = &pipes[1];
    assert_int_equal(pipe(pipes), 0);
    fflush(stdout);
    child.pid = fork();
    assert_true(child.pid >= 0);
    if (!child.pid) {
        struct err err = { 0 };

        close(pipes[0]);
        _exit(hub_run(&options, &err) ? 0 : (int)err.code);
    }
    close(pipes[1]);
    child.ready = pipes[0];
    return child;
}

/* True when it answers, false when it ended before. */
static bool
is_ready(struct child *child)
{
    char byte;

    return read(child->ready, &byte, 1) == 1;
}

/* What hub_run returned: 0 or the code of its err. */
static int
wait_for(struct child *child)
{
    int status;

    assert_int_equal(waitpid(child->pid, &status, 0), child->pid);
    close(child->ready);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static int
dial(const struct bench *bench)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    snprintf(address.sun_path, sizeof address.sun_path, "%s", bench->socket);
    if (connect(fd, (struct sockaddr *)&address, sizeof address)) {
        close(fd);
        return -1;
    }
    return fd;
}

/* The whole answer to a GET; the connection is closed after it. */
static char *
get(const struct bench *bench, const char *path)
{
    struct buf answer = { 0 };
    char request[200], chunk[4096];
    ssize_t length;
    int fd = dial(bench);

    assert_true(fd >= 0);
    length = snprintf(request, sizeof request,
        "GET %s HTTP/1.1\r\nHost: hub\r\nConnection: close\r\n\r\n", path);
    assert_int_equal(write(fd, request, (size_t)length), length);
    while ((length = read(fd, chunk, sizeof chunk)) > 0)
        buf_add(&answer, chunk, (size_t)length);
    close(fd);
    return buf_take(&answer);
}

static void
expect(const struct bench *bench, const char *path, const char *what)
{
    char *answer = get(bench, path);

    if (!strstr(answer, what))
        fail_msg("GET %s: no %s in\n%.2000s", path, what, answer);
    free(answer);
}

static const struct hub_options demo = { .demo = true, .clusters = 20, .linger_ms = -1 };

static void
a_demo_hub_answers_and_drains_at_sigterm(void **state)
{
    struct bench *bench = *state;
    struct child child = start(bench, &demo);

    assert_true(is_ready(&child));
    expect(bench, "/v1/fleet", "\"simulated\":true");
    expect(bench, "/v1/fleet", "\"total\":20");
    expect(bench, "/v1/whoami", "\"role\":\"admin\"");
    kill(child.pid, SIGTERM);
    assert_int_equal(wait_for(&child), 0);
    assert_true(dial(bench) < 0);
}

static void
sighup_changes_nothing(void **state)
{
    struct bench *bench = *state;
    struct child child = start(bench, &demo);

    assert_true(is_ready(&child));
    kill(child.pid, SIGHUP);
    expect(bench, "/v1/fleet", "\"total\":20");
    kill(child.pid, SIGTERM);
    assert_int_equal(wait_for(&child), 0);
}

static void
a_second_hub_on_one_store_is_refused(void **state)
{
    struct bench *bench = *state, other = *bench;
    struct child first = start(bench, &demo), second;

    assert_true(is_ready(&first));
    snprintf(other.socket, sizeof other.socket, "%s/other.sock", bench->folder);
    second = start(&other, &demo);
    assert_false(is_ready(&second));
    assert_int_equal(wait_for(&second), ERR_CONFLICT);
    expect(bench, "/healthz", "ok");
    kill(first.pid, SIGTERM);
    assert_int_equal(wait_for(&first), 0);
}

static void
a_second_hub_on_one_socket_leaves_no_file(void **state)
{
    struct bench *bench = *state, other = *bench;
    struct child first = start(bench, &demo), second;

    assert_true(is_ready(&first));
    snprintf(other.state, sizeof other.state, "%s/other", bench->folder);
    second = start(&other, &demo);
    assert_false(is_ready(&second));
    assert_int_equal(wait_for(&second), ERR_CONFLICT);
    assert_int_equal(access(other.state, F_OK), -1);
    expect(bench, "/healthz", "ok");
    kill(first.pid, SIGTERM);
    assert_int_equal(wait_for(&first), 0);
}

static void
it_leaves_by_itself_when_nobody_looks(void **state)
{
    struct bench *bench = *state;
    struct hub_options options = demo;
    struct child child;

    options.linger_ms = 1;
    child = start(bench, &options);
    assert_true(is_ready(&child));
    assert_int_equal(wait_for(&child), 0);
}

static void
a_client_keeps_it(void **state)
{
    struct bench *bench = *state;
    struct hub_options options = demo;
    struct child child;
    int fd;

    options.linger_ms = 200;
    child = start(bench, &options);
    assert_true(is_ready(&child));
    fd = dial(bench);
    assert_true(fd >= 0);
    for (int i = 0; i < 3; i++)
        expect(bench, "/healthz", "ok");
    assert_int_equal(waitpid(child.pid, NULL, WNOHANG), 0);
    close(fd);
    assert_int_equal(wait_for(&child), 0);
}

static void
real_and_simulated_never_share_a_store(void **state)
{
    struct bench *bench = *state;
    struct hub_options options = { .kubeconfig = bench->kubeconfig, .linger_ms = -1 };
    struct child child = start(bench, &demo);
    char journal[120];

    assert_true(is_ready(&child));
    kill(child.pid, SIGTERM);
    assert_int_equal(wait_for(&child), 0);
    child = start(bench, &options);
    assert_false(is_ready(&child));
    assert_int_equal(wait_for(&child), ERR_CONFLICT);
    snprintf(journal, sizeof journal, "%s/journal.db", bench->state);
    assert_int_equal(unlink(journal), 0); /* the cache alone knows */
    child = start(bench, &options);
    assert_false(is_ready(&child));
    assert_int_equal(wait_for(&child), ERR_CONFLICT);
    assert_int_equal(access(journal, F_OK), -1);
}

static void
write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void
an_upstream_that_is_dead_shows_as_a_fault_and_the_hub_serves(void **state)
{
    struct bench *bench = *state;
    struct hub_options options = { .kubeconfig = bench->kubeconfig, .linger_ms = -1 };
    struct child child;

    /* Port 1 of the loopback: nobody listens there. */
    write_text(bench->kubeconfig,
        "apiVersion: v1\nkind: Config\ncurrent-context: a\n"
        "clusters: [{name: a, cluster: {server: 'http://127.0.0.1:1'}}]\n"
        "users: [{name: a, user: {}}]\n"
        "contexts: [{name: a, context: {cluster: a, user: a}}]\n");
    child = start(bench, &options);
    assert_true(is_ready(&child));
    expect(bench, "/v1/sources", "\"phase\":\"retrying\"");
    expect(bench, "/v1/fleet", "\"total\":0");
    kill(child.pid, SIGTERM);
    assert_int_equal(wait_for(&child), 0);
}

static void
a_broken_source_of_hub_yaml_stops_no_other(void **state)
{
    struct bench *bench = *state;
    char path[128];
    struct hub_options options = { .config_path = path, .linger_ms = -1 };
    struct err err = { 0 };
    struct child child;

    snprintf(path, sizeof path, "%s/hub.yaml", bench->folder);
    write_text(bench->kubeconfig,
        "apiVersion: v1\nkind: Config\ncurrent-context: a\n"
        "clusters: [{name: a, cluster: {server: 'http://127.0.0.1:1'}}]\n"
        "users: [{name: a, user: {}}]\n"
        "contexts: [{name: a, context: {cluster: a, user: a}}]\n");
    write_text(path,
        "fleet: Two\nsources:\n"
        "  - {name: gone, kind: kubernetes, kubeconfig: /nowhere/kubeconfig}\n"
        "  - {name: odd, kind: kubernetes, dialects: [no-such]}\n");
    child = start(bench, &options);
    assert_true(is_ready(&child));
    expect(bench, "/v1/sources", "\"name\":\"gone\"");
    expect(bench, "/v1/sources", "/nowhere/kubeconfig");
    expect(bench, "/v1/sources", "no-such");
    kill(child.pid, SIGTERM);
    assert_int_equal(wait_for(&child), 0);
    assert_false(hub_check(path, &err));
    assert_non_null(strstr(err.text, "source gone"));
}

static void
wrong_options_end_it_with_the_reason(void **state)
{
    struct bench *bench = *state;
    struct hub_options options = { .config_path = "/nowhere/hub.yaml" };
    struct child child = start(bench, &options);

    assert_false(is_ready(&child));
    assert_int_equal(wait_for(&child), ERR_NOT_FOUND);
}

static void
an_instance_is_named_by_server_context_and_user(void **state)
{
    char server[] = "https://a", c[] = "c", cu[] = "cu", u[] = "u", v[] = "v",
         nobody[] = "";
    struct kubeconfig a = { .server = server, .context = c, .user = u }, b = a;
    char one[40], two[40];

    (void)state;
    instance_name(one, NULL);
    assert_string_equal(one, "demo");
    instance_name(one, &a);
    instance_name(two, &b);
    assert_string_equal(one, two);
    b.user = v;
    instance_name(two, &b);
    assert_string_not_equal(one, two);
    b = a;
    b.context = cu;
    b.user = nobody;
    instance_name(two, &b);
    assert_string_not_equal(one, two);
}

static void
an_instance_has_private_folders_and_no_others_are_trusted(void **state)
{
    struct bench *bench = *state;
    struct instance instance;
    struct err err = { 0 };
    struct stat stat;
    char nocturne[128];

    setenv("XDG_RUNTIME_DIR", bench->folder, 1);
    setenv("XDG_STATE_HOME", bench->state, 1);
    assert_true(instance_init(&instance, "demo", &err));
    assert_true(str_ends(str_from(instance.socket_path), "/nocturne/demo/hub.sock"));
    snprintf(nocturne, sizeof nocturne, "%s/nocturne", bench->folder);
    assert_int_equal(lstat(nocturne, &stat), 0);
    assert_int_equal(stat.st_mode & 0777, 0700);
    instance_release(&instance);
    assert_int_equal(chmod(nocturne, 0777), 0);
    assert_false(instance_init(&instance, "demo", &err));
    assert_int_equal(err.code, ERR_DENIED);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_demo_hub_answers_and_drains_at_sigterm),
        TEST(sighup_changes_nothing),
        TEST(a_second_hub_on_one_store_is_refused),
        TEST(a_second_hub_on_one_socket_leaves_no_file),
        TEST(it_leaves_by_itself_when_nobody_looks),
        TEST(a_client_keeps_it),
        TEST(real_and_simulated_never_share_a_store),
        TEST(an_upstream_that_is_dead_shows_as_a_fault_and_the_hub_serves),
        TEST(a_broken_source_of_hub_yaml_stops_no_other),
        TEST(wrong_options_end_it_with_the_reason),
        TEST(an_instance_is_named_by_server_context_and_user),
        TEST(an_instance_has_private_folders_and_no_others_are_trusted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
