/* http over TLS: who is trusted, and how we prove who we are. */
#include "net/http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "helper/certs.h"
#include "helper/check.h"
#include "helper/origin.h"

struct seen {
    int calls, status;
    struct err err;
};

struct world {
    struct certs ca, server, other_ca, client;
    struct origin *origin;
    char url[64];
};

static const struct origin_line script[] = {
    { "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", true },
    { 0 },
};

static void
world_init(struct world *world, const char *server_name, int days, bool asks)
{
    struct origin_tls tls;

    world->ca = certs_new(NULL, "authority", false, 30);
    world->other_ca = certs_new(NULL, "another", false, 30);
    world->client = certs_new(&world->ca, "hub", false, 30);
    world->server =
        certs_new(&world->ca, server_name, strcmp(server_name, "local") == 0, days);
    tls = (struct origin_tls){ world->server.certificate, world->server.key,
        asks ? world->ca.certificate : NULL };
    world->origin = origin_new(script, NULL, &tls);
    snprintf(world->url, sizeof(world->url), "https://127.0.0.1:%d",
        origin_port(world->origin));
}

static void
world_release(struct world *world)
{
    origin_free(world->origin);
    certs_free(&world->ca);
    certs_free(&world->other_ca);
    certs_free(&world->client);
    certs_free(&world->server);
}

static void
done(void *user, const struct http_result *result)
{
    struct seen *seen = user;

    seen->calls++;
    seen->status = result->head.status;
    seen->err = result->err;
}

static struct seen
ask(const struct http_target *target)
{
    struct seen seen = { 0 };
    struct loop *loop = loop_new();
    struct err err = { 0 };
    struct http *http = http_new(loop, target, &err);
    struct http_request request = { .path = "/", .done = done, .user = &seen };

    assert_non_null(http);
    assert_true(http_send(http, &request, NULL, &err));
    while (seen.calls == 0)
        loop_turn(loop, true);
    http_free(http);
    loop_free(loop);
    assert_int_equal(seen.calls, 1);
    return seen;
}

static void
the_given_authority_is_trusted(void **state)
{
    struct world world;

    (void)state;
    world_init(&world, "local", 30, false);
    struct seen seen = ask(&(struct http_target){
        .base_url = world.url, .ca_pem = str_from(world.ca.certificate) });
    assert_int_equal(seen.err.code, ERR_NONE);
    assert_int_equal(seen.status, 200);
    world_release(&world);
}

static void
another_authority_is_not(void **state)
{
    struct world world;

    (void)state;
    world_init(&world, "local", 30, false);
    struct seen seen = ask(&(struct http_target){
        .base_url = world.url, .ca_pem = str_from(world.other_ca.certificate) });
    assert_int_equal(seen.err.code, ERR_UNAUTHENTICATED);
    seen = ask(&(struct http_target){ .base_url = world.url }); /* nor the system's */
    assert_int_equal(seen.err.code, ERR_UNAUTHENTICATED);
    world_release(&world);
}

static void
an_expired_certificate_is_refused(void **state)
{
    struct world world;

    (void)state;
    world_init(&world, "local", -1, false);
    struct seen seen = ask(&(struct http_target){
        .base_url = world.url, .ca_pem = str_from(world.ca.certificate) });
    assert_int_equal(seen.err.code, ERR_UNAUTHENTICATED);
    assert_non_null(strstr(seen.err.text, "expired"));
    world_release(&world);
}

static void
the_name_is_verified_and_may_be_another_than_the_hosts(void **state)
{
    struct world world;
    struct http_target target;

    (void)state;
    world_init(&world, "api.store.example", 30, false);
    target = (struct http_target){ .base_url = world.url,
        .ca_pem = str_from(world.ca.certificate) };
    assert_int_equal(ask(&target).err.code, ERR_UNAUTHENTICATED);
    target.server_name = "api.store.example";
    assert_int_equal(ask(&target).err.code, ERR_NONE);
    origin_stop(world.origin);
    assert_non_null(strstr(origin_request(world.origin, 0), "Host: 127.0.0.1:"));
    world_release(&world);
}

static void
a_client_certificate_proves_who_we_are(void **state)
{
    struct world world;
    struct http_target target;

    (void)state;
    world_init(&world, "local", 30, true);
    target = (struct http_target){ .base_url = world.url,
        .ca_pem = str_from(world.ca.certificate) };
    assert_int_equal(ask(&target).err.code, ERR_UNAVAILABLE);
    target.cert_pem = str_from(world.client.certificate);
    target.key_pem = str_from(world.client.key);
    assert_int_equal(ask(&target).err.code, ERR_NONE);
    world_release(&world);
}

static void
a_key_of_another_certificate_is_refused_at_once(void **state)
{
    struct world world;
    struct loop *loop = loop_new();
    struct http_target target;
    struct err err = { 0 };

    (void)state;
    world_init(&world, "local", 30, false);
    target = (struct http_target){ .base_url = world.url,
        .cert_pem = str_from(world.client.certificate),
        .key_pem = str_from(world.server.key) };
    assert_null(http_new(loop, &target, &err));
    assert_int_equal(err.code, ERR_INPUT);
    assert_non_null(strstr(err.text, "does not belong"));
    target.key_pem = str_from(world.client.certificate);
    assert_null(http_new(loop, &target, &err));
    assert_non_null(strstr(err.text, "no PEM key"));
    loop_free(loop);
    world_release(&world);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_given_authority_is_trusted),
        cmocka_unit_test(another_authority_is_not),
        cmocka_unit_test(an_expired_certificate_is_refused),
        cmocka_unit_test(the_name_is_verified_and_may_be_another_than_the_hosts),
        cmocka_unit_test(a_client_certificate_proves_who_we_are),
        cmocka_unit_test(a_key_of_another_certificate_is_refused_at_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
