/* kubeconfig: one context of a file, and a clear word for what is refused. */
#include "net/kubeconfig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/mem.h"
#include "helper/certs.h"
#include "helper/check.h"

static bool
parse(
    struct kubeconfig *kubeconfig, const char *text, const char *context, struct err *err)
{
    struct kubeconfig_text in = {
        .name = "kc", .folder = "/nowhere", .text = str_from(text)
    };

    *err = (struct err){ 0 };
    return kubeconfig_parse(kubeconfig, &in, context, err);
}

#define HEAD                                                                             \
    "current-context: a\ncontexts:\n- {name: a, context: {cluster: c, user: u}}\n"       \
    "- {name: b, context: {cluster: c}}\n"
#define CLUSTER    "clusters:\n- {name: c, cluster: {server: \"https://h:6443\"}}\n"
#define USER(text) "users:\n- {name: u, user: {" text "}}\n"

static void
a_token_and_the_current_context(void **state)
{
    struct kubeconfig kubeconfig;
    struct err err;

    (void)state;
    assert_true(parse(&kubeconfig, HEAD CLUSTER USER("token: t0k"), NULL, &err));
    assert_string_equal(kubeconfig.context, "a");
    assert_string_equal(kubeconfig.user, "u");
    assert_string_equal(kubeconfig.server, "https://h:6443");
    assert_string_equal(kubeconfig.token, "t0k");
    assert_null(kubeconfig.token_file);
    assert_null(kubeconfig.ca_pem);
    kubeconfig_release(&kubeconfig);
    assert_null(kubeconfig.server);
}

static void
another_context_may_have_no_user(void **state)
{
    struct kubeconfig kubeconfig;
    struct err err;

    (void)state;
    assert_true(parse(&kubeconfig, HEAD CLUSTER, "b", &err));
    assert_null(kubeconfig.user);
    kubeconfig_release(&kubeconfig);
}

static void
unknown_keys_and_json_are_fine(void **state)
{
    struct kubeconfig kubeconfig;
    struct err err;

    (void)state;
    assert_true(parse(&kubeconfig,
        "{\"apiVersion\":\"v1\",\"kind\":\"Config\",\"preferences\":{},\"current-"
        "context\":\"x\","
        "\"contexts\":[{\"name\":\"x\",\"context\":{\"cluster\":\"c\",\"user\":\"\","
        "\"extensions\":[{\"name\":\"e\"}]}}],"
        "\"clusters\":[{\"name\":\"c\",\"cluster\":{\"server\":\"https://[::1]:6443\","
        "\"tls-server-name\":\"api\",\"insecure-skip-tls-verify\":false}}]}",
        NULL, &err));
    assert_string_equal(kubeconfig.server_name, "api");
    assert_null(kubeconfig.user);
    kubeconfig_release(&kubeconfig);
}

static void
a_token_file_wins_and_counts_from_the_folder(void **state)
{
    struct kubeconfig kubeconfig;
    struct err err;

    (void)state;
    assert_true(
        parse(&kubeconfig, HEAD CLUSTER USER("token: t, tokenFile: sub/t"), NULL, &err));
    assert_null(kubeconfig.token);
    assert_string_equal(kubeconfig.token_file, "/nowhere/sub/t");
    kubeconfig_release(&kubeconfig);
}

/* clang-format off */
static const struct {
    const char *text, *context, *says;
    enum err_code code;
} refusals[] = {
    { "", NULL, "", ERR_INPUT },
    { "[]", NULL, "is no kubeconfig", ERR_INPUT },
    { "a: [", NULL, "kc:", ERR_INPUT },
    { "clusters: []\n", NULL, "no current-context: choose one with --context; there are: none", ERR_INPUT },
    { "contexts: [{name: x}, {name: y}]\n", NULL, "there are: x, y", ERR_INPUT },
    { "contexts: {}\n", "x", "kc:1:11: 'contexts' must be a list", ERR_INPUT },
    { "contexts:\n- 7\n", "x", "kc:2:3: every one of 'contexts' needs a name", ERR_INPUT },
    { "contexts:\n- name: x\n", "x", "kc:2:3: context 'x' needs a map 'context'", ERR_INPUT },
    { HEAD CLUSTER USER("token: t"), "z", "no context 'z'; there are: a, b", ERR_NOT_FOUND },
    { HEAD "clusters: []\n", NULL, "no cluster 'c'; there are: none", ERR_NOT_FOUND },
    { HEAD CLUSTER, NULL, "no user 'u'", ERR_NOT_FOUND },
    { HEAD CLUSTER USER("exec: {command: x}"), NULL, "kc:8:26: exec plugins are not run", ERR_INPUT },
    { HEAD CLUSTER USER("auth-provider: {name: gcp}"), NULL, "auth-provider is not supported", ERR_INPUT },
    { HEAD CLUSTER USER("username: x, password: secret"), NULL, "passwords are not supported", ERR_INPUT },
    { HEAD CLUSTER USER("token: t, as: root"), NULL, "impersonation is not supported", ERR_INPUT },
    { HEAD CLUSTER USER("token: [secret]"), NULL, "'token' must be a text", ERR_INPUT },
    { HEAD CLUSTER USER("client-certificate-data: '@@'"), NULL, "is not base64 of a text", ERR_INPUT },
    { HEAD CLUSTER USER("client-certificate-data: YQ==, client-key-data: YQ=="), NULL, "client certificate: no PEM", ERR_INPUT },
    { HEAD CLUSTER USER("client-certificate-data: YQ=="), NULL, "client-key is missing beside client-certificate", ERR_INPUT },
    { HEAD CLUSTER USER("client-certificate: c.crt, client-key: c.key"), NULL, "/nowhere/c.crt", ERR_NOT_FOUND },
    { HEAD "clusters: [{name: c, cluster: {}}]\n", NULL, "'server' is missing", ERR_INPUT },
    { HEAD "clusters: [{name: c, cluster: {server: 'h:6443'}}]\n", NULL, "must begin with https://", ERR_INPUT },
    { HEAD "clusters: [{name: c, cluster: {server: 'https://h', proxy-url: 'http://p'}}]\n", NULL, "proxy-url is not supported", ERR_INPUT },
    { HEAD "clusters: [{name: c, cluster: {server: 'https://h', insecure-skip-tls-verify: true}}]\n", NULL, "insecure-skip-tls-verify is refused", ERR_INPUT },
    { HEAD "clusters: [{name: c, cluster: {server: 'https://h', certificate-authority-data: bm9uZQ==}}]\n", NULL, "certificate-authority: no PEM certificate", ERR_INPUT },
    { HEAD "clusters: [{name: c, cluster: {server: 'http://h'}}]\n" USER("token: secret"), NULL, "a token is not sent over plain http", ERR_INPUT },
};
/* clang-format on */

static void
what_is_refused_is_said_with_its_place(void **state)
{
    struct kubeconfig kubeconfig;
    struct err err;

    (void)state;
    for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
        assert_false(parse(&kubeconfig, refusals[i].text, refusals[i].context, &err));
        if (!strstr(err.text, refusals[i].says) || err.code != refusals[i].code)
            fail_msg("case %zu: '%s' (%s) does not say '%s'", i, err.text,
                err_name(err.code), refusals[i].says);
        if (strstr(err.text, "secret"))
            fail_msg("case %zu tells a secret: %s", i, err.text);
        assert_null(kubeconfig.server);
    }
}

static char *
base64(const char *text)
{
    static const char digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    struct buf out = { 0 };
    size_t length = strlen(text);

    for (size_t i = 0; i < length; i += 3) {
        uint32_t bits = (uint32_t)(unsigned char)text[i] << 16;

        if (i + 1 < length)
            bits |= (uint32_t)(unsigned char)text[i + 1] << 8;
        if (i + 2 < length)
            bits |= (uint32_t)(unsigned char)text[i + 2];
        buf_add_char(&out, digits[bits >> 18 & 63]);
        buf_add_char(&out, digits[bits >> 12 & 63]);
        buf_add_char(&out, i + 1 < length ? digits[bits >> 6 & 63] : '=');
        buf_add_char(&out, i + 2 < length ? digits[bits & 63] : '=');
    }
    return buf_take(&out);
}

static void
certificates_come_embedded(void **state)
{
    struct certs ca = certs_new(NULL, "authority", false, 30);
    struct certs client = certs_new(&ca, "hub", false, 30);
    char *ca64 = base64(ca.certificate), *cert64 = base64(client.certificate);
    char *key64 = base64(client.key);
    char *text = mem_print(HEAD "clusters:\n- {name: c, cluster: {server: \"https://h\", "
                                "certificate-authority-data: %s}}\n" USER(
                                    "client-certificate-data: %s, client-key-data: %s"),
        ca64, cert64, key64);
    struct kubeconfig kubeconfig;
    struct err err;

    (void)state;
    if (!parse(&kubeconfig, text, NULL, &err))
        fail_msg("%s", err.text);
    assert_string_equal(kubeconfig.ca_pem, ca.certificate);
    assert_string_equal(kubeconfig.cert_pem, client.certificate);
    assert_string_equal(kubeconfig.key_pem, client.key);
    kubeconfig_release(&kubeconfig);
    free(text);
    free(ca64);
    free(cert64);
    free(key64);
    certs_free(&ca);
    certs_free(&client);
}

static void
certificates_come_from_files_beside_it(void **state)
{
    char folder[] = "/tmp/kubeconfig-test-XXXXXX", path[64], other[64];
    struct certs ca = certs_new(NULL, "authority", false, 30);
    struct kubeconfig kubeconfig = { 0 };
    struct err err = { 0 };
    const char *text = HEAD "clusters: [{name: c, cluster: {server: 'https://h', "
                            "certificate-authority: ca.crt}}]\n" USER("token: t");

    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/config", folder);
    snprintf(other, sizeof(other), "%s/ca.crt", folder);
    assert_true(file_write(path, text, strlen(text), &err));
    assert_true(file_write(other, ca.certificate, strlen(ca.certificate), &err));
    assert_true(kubeconfig_load(&kubeconfig, path, NULL, &err));
    assert_string_equal(kubeconfig.ca_pem, ca.certificate);
    assert_string_equal(kubeconfig.path, path);
    kubeconfig_release(&kubeconfig);
    unlink(other);
    assert_false(kubeconfig_load(&kubeconfig, path, NULL, &err));
    assert_int_equal(err.code, ERR_NOT_FOUND);
    unlink(path);
    rmdir(folder);
    certs_free(&ca);
}

/* Written to FOLDER/NAME. */
static void
put(const char *folder, const char *name, const char *text, char path[64])
{
    struct err err = { 0 };

    snprintf(path, 64, "%s/%s", folder, name);
    assert_true(file_write(path, text, strlen(text), &err));
}

static void
several_files_are_one_and_the_first_that_has_a_name_wins(void **state)
{
    char folder[] = "/tmp/kubeconfig-test-XXXXXX", below[64], contexts[64], rest[64];
    char token[64], list[256], wanted[256];
    struct kubeconfig kubeconfig = { 0 };
    struct err err = { 0 };

    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(below, sizeof below, "%s/below", folder);
    assert_int_equal(mkdir(below, 0700), 0);
    put(folder, "contexts",
        "contexts: [{name: far, context: {cluster: far, user: u}}]\n"
        "clusters: [{name: far, cluster: {server: 'https://far'}}]\n",
        contexts);
    put(below, "rest",
        "current-context: far\n"
        "contexts: [{name: far, context: {cluster: near}},"
        " {name: near, context: {cluster: near, user: u}}]\n"
        "clusters: [{name: far, cluster: {server: 'https://other'}},"
        " {name: near, cluster: {server: 'https://near'}}]\n"
        "users: [{name: u, user: {tokenFile: token}}]\n",
        rest);
    put(below, "token", "t", token);
    snprintf(list, sizeof list, "%s:%s/absent:%s", contexts, folder, rest);
    if (!kubeconfig_load(&kubeconfig, list, NULL, &err))
        fail_msg("%s", err.text);
    assert_string_equal(kubeconfig.context, "far");
    assert_string_equal(kubeconfig.server, "https://far");
    assert_string_equal(kubeconfig.token_file, token);
    snprintf(wanted, sizeof wanted, "%s", kubeconfig.path);
    kubeconfig_release(&kubeconfig);
    assert_true(
        kubeconfig_load(&kubeconfig, wanted, "near", &err)); /* as it says itself */
    assert_string_equal(kubeconfig.server, "https://near");
    kubeconfig_release(&kubeconfig);
    assert_false(kubeconfig_load(&kubeconfig, list, "none", &err));
    assert_int_equal(err.code, ERR_NOT_FOUND);
    assert_non_null(strstr(err.text, "there are: far, far, near"));
    put(below, "rest", "current-context: far\nusers: [{name: u, user: {exec: {}}}]\n",
        rest);
    assert_false(kubeconfig_load(&kubeconfig, list, NULL, &err));
    assert_non_null(strstr(err.text, "below/rest:2:")); /* the file that has it */
    unlink(token);
    unlink(rest);
    unlink(contexts);
    rmdir(below);
    rmdir(folder);
}

static void
the_environment_is_searched_in_order(void **state)
{
    char folder[] = "/tmp/kubeconfig-test-XXXXXX", path[64], list[200];
    struct kubeconfig kubeconfig = { 0 };
    struct err err = { 0 };
    const char *text = HEAD CLUSTER USER("token: t");

    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/config", folder);
    snprintf(list, sizeof(list), "%s/absent::%s", folder, path);
    assert_true(file_write(path, text, strlen(text), &err));
    char *before = mem_text(getenv("KUBECONFIG")), *home = mem_text(getenv("HOME"));
    setenv("KUBECONFIG", list, 1);
    assert_true(kubeconfig_load(&kubeconfig, NULL, NULL, &err));
    assert_string_equal(kubeconfig.path, path);
    kubeconfig_release(&kubeconfig);
    unlink(path);
    assert_false(kubeconfig_load(&kubeconfig, NULL, NULL, &err));
    assert_non_null(strstr(err.text, "KUBECONFIG names no file that exists"));
    unsetenv("KUBECONFIG");
    unsetenv("KUBERNETES_SERVICE_HOST");
    setenv("HOME", folder, 1);
    assert_false(kubeconfig_load(&kubeconfig, NULL, NULL, &err));
    assert_int_equal(err.code, ERR_NOT_FOUND);
    assert_non_null(strstr(err.text, "--demo"));
    if (before)
        setenv("KUBECONFIG", before, 1);
    if (home)
        setenv("HOME", home, 1);
    free(before);
    free(home);
    rmdir(folder);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_token_and_the_current_context),
        cmocka_unit_test(another_context_may_have_no_user),
        cmocka_unit_test(unknown_keys_and_json_are_fine),
        cmocka_unit_test(a_token_file_wins_and_counts_from_the_folder),
        cmocka_unit_test(what_is_refused_is_said_with_its_place),
        cmocka_unit_test(certificates_come_embedded),
        cmocka_unit_test(certificates_come_from_files_beside_it),
        cmocka_unit_test(several_files_are_one_and_the_first_that_has_a_name_wins),
        cmocka_unit_test(the_environment_is_searched_in_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
