/* kubeconfig -- see kubeconfig.h. Keys we do not know are left alone: other tools' own.
 */
#include "net/kubeconfig.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/yaml.h"
#include "net/pem.h"

#define FILE_LIMIT_BYTES  ((size_t)4 << 20)
#define PEM_LIMIT_BYTES   ((size_t)1 << 20)
#define NAMES_SHOWN_BYTES 200
#define FILES             32 /* of one list */
#define IN_CLUSTER_FOLDER "/var/run/secrets/kubernetes.io/serviceaccount/"

struct part { /* one file of those that are read as one */
    struct kubeconfig_text text;
    struct yaml *root;
    char *path, *folder; /* what text borrows, where it was read from a file */
    struct buf bytes;
};

struct reader {
    struct part *parts;
    size_t count;
    const struct kubeconfig_text *text; /* of the part that is looked at */
    struct kubeconfig *out;
    struct err *err;
};

/* clang-format off */
static const struct refused {
    const char *key, *why;
} refused_in_user[] = {
    { "exec",           "exec plugins are not run" },
    { "auth-provider",  "auth-provider is not supported" },
    { "username",       "user names with passwords are not supported" },
    { "password",       "user names with passwords are not supported" },
    { "as",             "impersonation is not supported" },
    { "as-uid",         "impersonation is not supported" },
    { "as-groups",      "impersonation is not supported" },
    { "as-user-extra",  "impersonation is not supported" },
    { NULL, NULL },
}, refused_in_cluster[] = {
    { "proxy-url",      "proxy-url is not supported" },
    { NULL, NULL },
};
/* clang-format on */

static void
text_wipe(char **text)
{
    if (*text)
        explicit_bzero(*text, strlen(*text));
    free(*text);
    *text = NULL;
}

static void
tree_wipe(struct yaml *yaml)
{
    for (; yaml; yaml = yaml->next) {
        if (yaml->text)
            explicit_bzero(yaml->text, strlen(yaml->text));
        tree_wipe(yaml->first);
    }
}

static bool
refuse(struct reader *reader, const struct yaml *map, const struct refused *rows)
{
    for (; rows->key; rows++) {
        const struct yaml *found = yaml_get(map, rows->key);

        if (found)
            return yaml_err(reader->text->name, found, reader->err,
                "%s: use a client certificate, a token or a tokenFile", rows->why);
    }
    return true;
}

static int
base64_value(char c)
{
    static const char digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = c ? strchr(digits, c) : NULL;

    return at ? (int)(at - digits) : -1;
}

/* Blanks and line ends are skipped; what is decoded is text, so no NUL. */
static bool
base64_decode(const char *text, struct buf *out)
{
    uint32_t bits = 0;
    int count = 0, padding = 0;

    for (; *text; text++) {
        int value = base64_value(*text);

        if (strchr(" \t\r\n", *text))
            continue;
        if (*text == '=') {
            padding++;
            continue;
        }
        if (value < 0 || padding > 0)
            return false;
        bits = (bits << 6 | (uint32_t)value) & 0xffffff;
        if (++count % 4 == 0)
            buf_add(
                out, (char[]){ (char)(bits >> 16), (char)(bits >> 8), (char)bits }, 3);
    }
    if (count % 4 == 2)
        buf_add_char(out, (char)(bits >> 4));
    else if (count % 4 == 3)
        buf_add(out, (char[]){ (char)(bits >> 10), (char)(bits >> 2) }, 2);
    return count % 4 != 1 && padding <= 2 &&
           (padding == 0 || (count + padding) % 4 == 0) && !out->full &&
           !(out->at && memchr(out->at, '\0', out->length));
}

static char *
file_beside(const struct reader *reader, const char *file)
{
    return file[0] == '/' ? mem_text(file)
                          : mem_print("%s/%s", reader->text->folder, file);
}

static bool
scalar_get(struct reader *reader, const struct yaml *map, const char *key,
    const struct yaml **found)
{
    *found = yaml_get(map, key);
    if (*found && (*found)->kind != YAML_SCALAR)
        return yaml_err(
            reader->text->name, *found, reader->err, "'%s' must be a text", key);
    if (*found && (*found)->text[0] == '\0')
        *found = NULL; /* kubectl writes empty texts for what is not set */
    return true;
}

/* KEY-data (base64) or else KEY (a file), as text; absent both leaves *out alone. */
static bool
read_material(struct reader *reader, const struct yaml *map, const char *key, char **out)
{
    char data_key[64];
    const struct yaml *data, *file;
    struct buf buf = { .limit = PEM_LIMIT_BYTES };
    char *path = NULL;
    bool ok = false;

    snprintf(data_key, sizeof(data_key), "%s-data", key);
    if (!scalar_get(reader, map, data_key, &data) || !scalar_get(reader, map, key, &file))
        return false;
    if (data) {
        ok = base64_decode(data->text, &buf) && buf.length > 0;
        if (!ok)
            yaml_err(reader->text->name, data, reader->err,
                "'%s' is not base64 of a text", data_key);
    } else if (file && !reader->text->folder) {
        yaml_err(reader->text->name, file, reader->err, "'%s' names a file", key);
    } else if (file) {
        struct err inner = { 0 };

        path = file_beside(reader, file->text);
        ok = file_read(path, PEM_LIMIT_BYTES, &buf, &inner);
        if (!ok) {
            yaml_err(reader->text->name, file, reader->err, "'%s': %s", key, inner.text);
            reader->err->code = inner.code;
        }
    } else {
        return true;
    }
    if (ok)
        *out = buf_take(&buf);
    if (buf.at)
        explicit_bzero(buf.at, buf.capacity);
    buf_release(&buf);
    free(path);
    return ok;
}

/* The node that a complaint about KEY points at. */
static const struct yaml *
place_of(const struct yaml *map, const char *key)
{
    char data_key[64];
    const struct yaml *data;

    snprintf(data_key, sizeof(data_key), "%s-data", key);
    data = yaml_get(map, data_key);
    if (!data)
        data = yaml_get(map, key);
    return data ? data : map;
}

static void
add_names(const struct yaml *list, struct buf *buf)
{
    const struct yaml *item = list ? list->first : NULL;

    for (; item; item = item->next) {
        const struct yaml *name = item->kind == YAML_MAP ? yaml_get(item, "name") : NULL;

        if (!name || name->kind != YAML_SCALAR)
            continue;
        if (buf->length + strlen(name->text) > NAMES_SHOWN_BYTES) {
            buf_add_text(buf, ", …");
            return;
        }
        buf_print(buf, "%s%s", buf->length > 0 ? ", " : "", name->text);
    }
}

/* The names of a list, for "there are: a, b, c". */
static char *
names_of(const struct reader *reader, const char *list_key)
{
    struct buf buf = { 0 };

    for (size_t i = 0; i < reader->count && buf.length <= NAMES_SHOWN_BYTES; i++)
        add_names(yaml_get(reader->parts[i].root, list_key), &buf);
    if (buf.length == 0)
        buf_add_text(&buf, "none");
    return buf_take(&buf);
}

/* The item called NAME in the list under LIST of one part. False: the list is none. */
static bool
item_find(struct reader *reader, const struct yaml *list, const char *list_key,
    const char *name, const struct yaml **found)
{
    const struct yaml *item, *item_name;

    if (list && list->kind != YAML_LIST)
        return yaml_err(
            reader->text->name, list, reader->err, "'%s' must be a list", list_key);
    for (item = list ? list->first : NULL; item; item = item->next) {
        item_name = item->kind == YAML_MAP ? yaml_get(item, "name") : NULL;
        if (!item_name || item_name->kind != YAML_SCALAR)
            return yaml_err(reader->text->name, item, reader->err,
                "every one of '%s' needs a name", list_key);
        if (strcmp(item_name->text, name) == 0) {
            *found = item;
            return true;
        }
    }
    return true;
}

/* The map under KIND of the first item called NAME in the lists under LIST; what is read
 * next is of its part. */
static const struct yaml *
entry_find(
    struct reader *reader, const char *list_key, const char *kind, const char *name)
{
    const struct yaml *list = NULL, *item = NULL, *body;
    char *names;

    for (size_t i = 0; i < reader->count && !item; i++) {
        reader->text = &reader->parts[i].text;
        list = yaml_get(reader->parts[i].root, list_key);
        if (!item_find(reader, list, list_key, name, &item))
            return NULL;
    }
    if (item) {
        body = yaml_get(item, kind);
        if (body && body->kind == YAML_MAP)
            return body;
        yaml_err(reader->text->name, body ? body : item, reader->err,
            "%s '%.100s' needs a map '%s'", kind, name, kind);
        return NULL;
    }
    names = names_of(reader, list_key);
    yaml_err(reader->text->name, list ? list : reader->parts[reader->count - 1].root,
        reader->err, "no %s '%.100s'; there are: %s", kind, name, names);
    reader->err->code = ERR_NOT_FOUND;
    free(names);
    return NULL;
}

static bool
read_cluster(struct reader *reader, const struct yaml *cluster)
{
    struct kubeconfig *out = reader->out;
    const struct yaml *server, *server_name;
    struct err inner = { 0 };
    bool insecure = false;

    if (!refuse(reader, cluster, refused_in_cluster) ||
        !yaml_bool(reader->text->name, cluster, "insecure-skip-tls-verify", &insecure,
            reader->err) ||
        !scalar_get(reader, cluster, "server", &server) ||
        !scalar_get(reader, cluster, "tls-server-name", &server_name) ||
        !read_material(reader, cluster, "certificate-authority", &out->ca_pem))
        return false;
    if (insecure)
        return yaml_err(reader->text->name, yaml_get(cluster, "insecure-skip-tls-verify"),
            reader->err,
            "insecure-skip-tls-verify is refused: give its certificate-authority "
            "instead");
    if (!server)
        return yaml_err(reader->text->name, cluster, reader->err, "'server' is missing");
    if (!str_starts(str_from(server->text), "https://") &&
        !str_starts(str_from(server->text), "http://"))
        return yaml_err(
            reader->text->name, server, reader->err, "'server' must begin with https://");
    if (out->ca_pem && !pem_check_certificates(str_from(out->ca_pem), &inner))
        return yaml_err(reader->text->name, place_of(cluster, "certificate-authority"),
            reader->err, "certificate-authority: %s", inner.text);
    out->server = mem_text(server->text);
    out->server_name = server_name ? mem_text(server_name->text) : NULL;
    return true;
}

static bool
read_token(struct reader *reader, const struct yaml *user)
{
    const struct yaml *token, *token_file;
    struct kubeconfig *out = reader->out;

    if (!scalar_get(reader, user, "token", &token) ||
        !scalar_get(reader, user, "tokenFile", &token_file))
        return false;
    if (token_file && !reader->text->folder)
        return yaml_err(
            reader->text->name, token_file, reader->err, "'tokenFile' names a file");
    if (token_file) /* the file wins, as in kubectl: it is renewed */
        out->token_file = file_beside(reader, token_file->text);
    else if (token)
        out->token = mem_text(token->text);
    if ((token || token_file) && !str_starts(str_from(out->server), "https://"))
        return yaml_err(reader->text->name, token ? token : token_file, reader->err,
            "a token is not sent over plain http");
    return true;
}

static bool
read_user(struct reader *reader, const struct yaml *user)
{
    struct kubeconfig *out = reader->out;
    struct err inner = { 0 };

    if (!refuse(reader, user, refused_in_user) ||
        !read_material(reader, user, "client-certificate", &out->cert_pem) ||
        !read_material(reader, user, "client-key", &out->key_pem) ||
        !read_token(reader, user))
        return false;
    if (!out->cert_pem && !out->key_pem)
        return true;
    if (!out->cert_pem || !out->key_pem)
        return yaml_err(reader->text->name, user, reader->err, "%s is missing beside %s",
            out->cert_pem ? "client-key" : "client-certificate",
            out->cert_pem ? "client-certificate" : "client-key");
    if (!pem_check_pair(str_from(out->cert_pem), str_from(out->key_pem), &inner))
        return yaml_err(reader->text->name, place_of(user, "client-certificate"),
            reader->err, "%s", inner.text);
    return true;
}

/* The context's name: asked for, or current-context. */
static bool
context_name(struct reader *reader, const char *asked)
{
    const struct yaml *current = NULL;
    char *names;

    for (size_t i = 0; i < reader->count && !current; i++) {
        reader->text = &reader->parts[i].text;
        if (!scalar_get(reader, reader->parts[i].root, "current-context", &current))
            return false;
    }
    if (asked || current) {
        reader->out->context = mem_text(asked ? asked : current->text);
        return true;
    }
    names = names_of(reader, "contexts");
    yaml_err(reader->text->name, reader->parts[reader->count - 1].root, reader->err,
        "no current-context: choose one with --context; there are: %s", names);
    free(names);
    return false;
}

static bool
read_all(struct reader *reader, const char *asked)
{
    const struct yaml *context, *cluster, *user, *cluster_name, *user_name;

    for (size_t i = 0; i < reader->count; i++)
        if (reader->parts[i].root->kind != YAML_MAP)
            return yaml_err(reader->parts[i].text.name, reader->parts[i].root,
                reader->err, "is no kubeconfig");
    if (!context_name(reader, asked))
        return false;
    context = entry_find(reader, "contexts", "context", reader->out->context);
    if (!context || !scalar_get(reader, context, "cluster", &cluster_name) ||
        !scalar_get(reader, context, "user", &user_name))
        return false;
    if (!cluster_name)
        return yaml_err(
            reader->text->name, context, reader->err, "this context names no cluster");
    cluster = entry_find(reader, "clusters", "cluster", cluster_name->text);
    if (!cluster || !read_cluster(reader, cluster))
        return false;
    if (!user_name)
        return true; /* anonymous */
    reader->out->user = mem_text(user_name->text);
    user = entry_find(reader, "users", "user", user_name->text);
    return user && read_user(reader, user);
}

/* The parts as one; their trees are wiped and gone afterwards. */
static bool
parse_parts(struct kubeconfig *kubeconfig, struct part *parts, size_t count,
    const char *context, struct err *err)
{
    struct reader reader = {
        .parts = parts, .count = count, .out = kubeconfig, .err = err
    };
    struct buf path = { 0 };
    bool ok = true;

    for (size_t i = 0; i < count && ok; i++) {
        buf_print(&path, "%s%s", i ? ":" : "", parts[i].text.name);
        parts[i].root = yaml_parse(parts[i].text.name, parts[i].text.text, err);
        ok = parts[i].root != NULL;
    }
    *kubeconfig = (struct kubeconfig){ .path = buf_take(&path) };
    ok = ok && read_all(&reader, context);
    for (size_t i = 0; i < count; i++) {
        tree_wipe(parts[i].root);
        yaml_release(parts[i].root);
        parts[i].root = NULL;
    }
    if (!ok)
        kubeconfig_release(kubeconfig);
    return ok;
}

bool
kubeconfig_parse(struct kubeconfig *kubeconfig, const struct kubeconfig_text *text,
    const char *context, struct err *err)
{
    struct part part = { .text = *text };

    return parse_parts(kubeconfig, &part, 1, context, err);
}

static bool
part_read(struct part *part, const char *file, struct err *err)
{
    char *slash;

    part->path = realpath(file, NULL); /* a daemon that reads it later is elsewhere */
    if (!part->path)
        part->path = mem_text(file);
    part->folder = mem_text(part->path);
    slash = strrchr(part->folder, '/');
    if (slash)
        *slash = '\0';
    part->bytes.limit = FILE_LIMIT_BYTES;
    if (!file_read(part->path, FILE_LIMIT_BYTES, &part->bytes, err)) {
        err_wrap(err, "kubeconfig");
        return false;
    }
    part->text = (struct kubeconfig_text){ .name = part->path,
        .folder = slash ? part->folder : ".",
        .text = buf_str(&part->bytes) };
    return true;
}

static void
part_release(struct part *part)
{
    if (part->bytes.at)
        explicit_bzero(part->bytes.at, part->bytes.capacity);
    buf_release(&part->bytes);
    free(part->folder);
    free(part->path);
}

/* FILE, or FILE:FILE…, of which those that are not there are passed over. */
static bool
read_list(
    struct part *parts, size_t *count, const char *list, bool single, struct err *err)
{
    struct str rest = str_from(list), part;

    if (single)
        return part_read(&parts[(*count)++], list, err);
    while (str_split(&rest, ':', &part)) {
        char *path = mem_text_length(part.at, part.length);
        bool there = path[0] && file_exists(path), ok = true;

        if (there && *count == FILES) {
            err_set(err, ERR_LIMIT, "more than %d kubeconfigs", FILES);
            ok = false;
        } else if (there) {
            ok = part_read(&parts[(*count)++], path, err);
        }
        free(path);
        if (!ok)
            return false;
    }
    if (!*count)
        err_set(err, ERR_NOT_FOUND, "KUBECONFIG names no file that exists: %.200s", list);
    return *count > 0;
}

static bool
load_list(struct kubeconfig *kubeconfig, const char *list, bool single,
    const char *context, struct err *err)
{
    struct part parts[FILES] = { 0 };
    size_t count = 0;
    bool ok = read_list(parts, &count, list, single, err) &&
              parse_parts(kubeconfig, parts, count, context, err);

    for (size_t i = 0; i < count; i++)
        part_release(&parts[i]);
    return ok;
}

static bool
load_in_cluster(struct kubeconfig *kubeconfig, struct err *err)
{
    const char *host = getenv("KUBERNETES_SERVICE_HOST");
    const char *port = getenv("KUBERNETES_SERVICE_PORT");
    struct buf ca = { 0 };
    bool v6;

    if (!host || !file_exists(IN_CLUSTER_FOLDER "token")) {
        err_set(err, ERR_NOT_FOUND,
            "no kubeconfig: give --kubeconfig FILE, set KUBECONFIG, write "
            "~/.kube/config, "
            "or look around first with --demo");
        return false;
    }
    if (!file_read(IN_CLUSTER_FOLDER "ca.crt", PEM_LIMIT_BYTES, &ca, err)) {
        err_wrap(err, "in-cluster");
        buf_release(&ca);
        return false;
    }
    v6 = strchr(host, ':') != NULL;
    kubeconfig->path = mem_text("in-cluster");
    kubeconfig->context = mem_text("in-cluster");
    kubeconfig->server = mem_print(
        "https://%s%s%s:%s", v6 ? "[" : "", host, v6 ? "]" : "", port ? port : "443");
    kubeconfig->ca_pem = buf_take(&ca);
    kubeconfig->token_file = mem_text(IN_CLUSTER_FOLDER "token");
    return true;
}

bool
kubeconfig_load(
    struct kubeconfig *kubeconfig, const char *file, const char *context, struct err *err)
{
    const char *list = getenv("KUBECONFIG"), *home = getenv("HOME");
    char *path = NULL;
    bool ok;

    *kubeconfig = (struct kubeconfig){ 0 };
    if (file) /* a list too: a private hub is told what its client has read */
        return load_list(
            kubeconfig, file, !strchr(file, ':') || file_exists(file), context, err);
    if (list && list[0])
        return load_list(kubeconfig, list, false, context, err);
    if (home && home[0])
        path = mem_print("%s/.kube/config", home);
    ok = path && file_exists(path) ? load_list(kubeconfig, path, true, context, err)
                                   : load_in_cluster(kubeconfig, err);
    free(path);
    return ok;
}

void
kubeconfig_release(struct kubeconfig *kubeconfig)
{
    free(kubeconfig->path);
    free(kubeconfig->context);
    free(kubeconfig->user);
    free(kubeconfig->server);
    free(kubeconfig->server_name);
    free(kubeconfig->ca_pem);
    free(kubeconfig->cert_pem);
    text_wipe(&kubeconfig->key_pem);
    text_wipe(&kubeconfig->token);
    free(kubeconfig->token_file);
    *kubeconfig = (struct kubeconfig){ 0 };
}
