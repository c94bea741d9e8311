/* hub.yaml: what is right is read, and each thing that is wrong is one line with its
 * place. */
#include "hub/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void
everything_that_may_be_said_is_read(void **state)
{
    static const char text[] =
        "name: noc-1\n"
        "fleet: Retail west\n"
        "listen: /run/n.sock\n"
        "state: /var/lib/n\n"
        "sources:\n"
        "  - name: ocm\n"
        "    kind: kubernetes\n"
        "    kubeconfig: /etc/k\n"
        "    context: hub\n"
        "    dialects: [ocm, cluster-api]\n"
        "    fields: {latitude: []}\n"
        "  - {name: metal, kind: kubernetes, attaches: [ocm]}\n"
        "bindings:\n"
        "  - {user: alice, role: admin}\n"
        "  - {group: noc-west, role: operator, within: region=west}\n"
        "  - {uid: 1000, role: viewer}\n";
    struct config config;
    struct err err = { 0 };

    (void)state;
    assert_true(config_parse(&config, "hub.yaml", str_from(text), &err));
    assert_string_equal(config.name, "noc-1");
    assert_string_equal(config.fleet, "Retail west");
    assert_int_equal(config.source_count, 2);
    assert_string_equal(config.sources[0].dialects[1], "cluster-api");
    assert_null(config.sources[0].dialects[2]);
    assert_string_equal(config.sources[0].context, "hub");
    assert_non_null(config.sources[0].fields);
    assert_int_equal(config.sources[1].attaches, 1);
    assert_int_equal(config.binding_count, 3);
    assert_string_equal(config.bindings[1].subject, "group:noc-west");
    assert_string_equal(config.bindings[1].within, "region=west");
    assert_string_equal(config.bindings[2].subject, "uid:1000");
    config_release(&config);
}

static void
a_simulated_source_has_defaults(void **state)
{
    struct config config;
    struct err err = { 0 };

    (void)state;
    assert_true(config_parse(&config, "hub.yaml",
        STR("sources: [{name: demo, kind: simulated, speed: 0.5}]"), &err));
    assert_int_equal(config.sources[0].clusters, 1200);
    assert_int_equal(config.sources[0].seed, 1);
    assert_true(config.sources[0].speed == 0.5);
    config_release(&config);
}

static const struct wrong {
    const char *text, *place, *says;
} wrongs[] = {
    { "", "", "" },
    { "[]", "hub.yaml:1:1", "" },
    { "surces: []", "hub.yaml:1:1", "did you mean" },
    { "fleet: x", "hub.yaml:1:1", "one source at least" },
    { "sources: []", "hub.yaml:1:10", "one source at least" },
    { "sources: {}", "hub.yaml:1:10", "list" },
    { "sources: [{kind: simulated}]", "hub.yaml:1:11", "needs a name" },
    { "sources: [{name: A, kind: simulated}]", "hub.yaml:1:18", "DNS label" },
    { "sources: [{name: -a, kind: simulated}]", "hub.yaml:1:18", "DNS label" },
    { "sources: [{name: a.b, kind: simulated}]", "hub.yaml:1:18", "DNS label" },
    { "sources: [{name: a:b, kind: simulated}]", "hub.yaml:1:18", "DNS label" },
    { "sources: [{name: a}]", "hub.yaml:1:11", "kind is missing" },
    { "sources: [{name: a, kind: kubernets}]", "hub.yaml:1:27",
        "did you mean 'kubernetes'" },
    { "sources:\n- {name: a, kind: simulated}\n- {name: a, kind: simulated}",
        "hub.yaml:3:10", "line 2" },
    { "sources: [{name: a, kind: simulated, kubeconfig: /k}]", "hub.yaml:1:50",
        "means nothing" },
    { "sources: [{name: a, kind: kubernetes, speed: 2}]", "hub.yaml:1:46",
        "means nothing" },
    { "sources: [{name: a, kind: simulated, speed: -1}]", "hub.yaml:1:45", "above 0" },
    { "sources: [{name: a, kind: simulated, clusters: 9999999}]", "hub.yaml:1:48",
        "0 to" },
    { "sources: [{name: a, kind: simulated, clusters: many}]", "hub.yaml:1:48", "" },
    { "sources: [{name: a, kind: kubernetes, dialects: ocm}]", "hub.yaml:1:49", "list" },
    { "sources: [{name: a, kind: kubernetes, dialects: [../x]}]", "hub.yaml:1:50",
        "dialect" },
    { "sources: [{name: a, kind: kubernetes, fields: [x]}]", "hub.yaml:1:47", "map" },
    { "sources: [{name: a, kind: kubernetes, attaches: [b]}]", "hub.yaml:1:50",
        "no such" },
    { "sources: [{name: a, kind: kubernetes}, {name: b, kind: simulated}]",
        "hub.yaml:1:10", "never mix" },
    { "listen: n.sock\nsources: [{name: a, kind: simulated}]", "hub.yaml:1:9",
        "begins with /" },
    { "name: Noc\nsources: [{name: a, kind: simulated}]", "hub.yaml:1:7", "DNS label" },
    { "sources: [{name: a, kind: simulated}]\nbindings: {}", "hub.yaml:2:11", "list" },
    { "sources: [{name: a, kind: simulated}]\nbindings: [{role: viewer}]",
        "hub.yaml:2:12", "exactly one" },
    { "sources: [{name: a, kind: simulated}]\nbindings: [{user: a, uid: 1, role: "
      "viewer}]",
        "hub.yaml:2:12", "names 2" },
    { "sources: [{name: a, kind: simulated}]\nbindings: [{user: a}]", "hub.yaml:2:12",
        "role is missing" },
    { "sources: [{name: a, kind: simulated}]\nbindings: [{user: a, role: root}]",
        "hub.yaml:2:28", "no 'root'" },
    { "sources: [{name: a, kind: simulated}]\nbindings: [{uid: -1, role: viewer}]",
        "hub.yaml:2:18", "0 to" },
    { "sources: [{name: a, kind: simulated}]\nbindings: [{user: a, role: viewer, within: "
      "'state=down'}]",
        "hub.yaml:2:44", "within" },
    { "sources: [{name: a, kind: simulated}]\nbindings: [{user: a, role: viewer, within: "
      "'region!=x'}]",
        "hub.yaml:2:44", "within" },
    { "sources: [{name: a, kind: simulated}]\nbindings: [{user: a, role: viewer, within: "
      "'(('}]",
        "hub.yaml:2:44", "within" },
    { "fleet: \"a\\x1bb\"\nsources: [{name: a, kind: simulated}]", "hub.yaml:1:8",
        "control" },
};

static void
every_mistake_is_a_line_with_its_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof wrongs / sizeof *wrongs; i++) {
        struct config config;
        struct err err = { 0 };

        if (config_parse(&config, "hub.yaml", str_from(wrongs[i].text), &err))
            fail_msg("accepted: %s", wrongs[i].text);
        assert_int_equal(err.code, ERR_INPUT);
        if (!strstr(err.text, wrongs[i].place) || !strstr(err.text, wrongs[i].says))
            fail_msg("%s\n gave %s\n not %s … %s", wrongs[i].text, err.text,
                wrongs[i].place, wrongs[i].says);
    }
}

static void
a_dns_label_is_what_the_standard_says(void **state)
{
    char longest[65];

    (void)state;
    memset(longest, 'a', 64);
    longest[64] = 0;
    assert_false(dns_label(str_from(longest)));
    longest[63] = 0;
    assert_true(dns_label(str_from(longest)));
    assert_true(dns_label(STR("a")) && dns_label(STR("0-9")) && dns_label(STR("a--b")));
    assert_false(dns_label(STR("")) || dns_label(STR("a-")) || dns_label(STR("a_b")) ||
                 dns_label(STR("\xc3\xa4")));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_that_may_be_said_is_read),
        cmocka_unit_test(a_simulated_source_has_defaults),
        cmocka_unit_test(every_mistake_is_a_line_with_its_place),
        cmocka_unit_test(a_dns_label_is_what_the_standard_says),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
