/* selector: the grammar, good and bad; matching; scopes; what time changes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fleet/selector.h"

#define NOW_MS INT64_C(1795428000000)
#define NOW_S  1795428000u

/* What is written, and what it is printed as. */
static const struct {
    const char *text, *canonical;
} good[] = {
    { "", "" },
    { "  ", "" },
    { "region=west-coast", "region=west-coast" },
    { "region==west-coast", "region=west-coast" },
    { "region = west-coast", "region=west-coast" },
    { "region!=west", "region!=west" },
    { "region != west", "region!=west" },
    { "region=west,hours=24h", "region=west,hours=24h" },
    { "region=west hours=24h", "region=west,hours=24h" },
    { " region=west , hours=24h ", "region=west,hours=24h" },
    { "hours in (24h)", "hours in (24h)" },
    { "hours in(24h,day)", "hours in (24h,day)" },
    { "hours notin ( 24h , day )", "hours notin (24h,day)" },
    { "ticket", "ticket" },
    { "!ticket", "!ticket" },
    { "! ticket", "!ticket" },
    { "~port", "~port" },
    { "~\"port land\"", "~\"port land\"" },
    { "state!=healthy", "state!=healthy" },
    { "state in (down,offline)", "state in (down,offline)" },
    { "gpus>=2", "gpus>=2" },
    { "gpus >= 2", "gpus>=2" },
    { "gpus=0", "gpus=0" },
    { "gpus in (0,2)", "gpus in (0,2)" },
    { "nodes.ready<3", "nodes.ready<3" },
    { "latitude>-12.5", "latitude>-12.5" },
    { "seen<5m", "seen<5m" },
    { "seen>9d", "seen>9d" },
    { "since<=500ms", "since<=500ms" },
    { "gpu.temp>80C", "gpu.temp>80C" }, /* no field yet: a tag */
    { "memory>12GiB", "memory>12GiB" },
    { "use<40%", "use<40%" },
    { "version.model!=3.2", "version.model!=3.2" },
    { "maintenance", "maintenance" },
    { "!maintenance", "!maintenance" },
    { "tags", "tags" },
    { "!location", "!location" },
    { "tag.state=tx", "tag.state=tx" },
    { "tag.state", "tag.state" },
    { "!tag.gpus", "!tag.gpus" },
    { "tag.region=west", "region=west" },
    { "tag.tag.x=1", "tag.tag.x=1" },
    { "tag.in=1", "tag.in=1" },
    { "\"my key\"=x", "\"my key\"=x" },
    { "city=\"New York\"", "city=\"New York\"" },
    { "city='New York'", "city=\"New York\"" },
    { "a=\"q\\\"\\\\\"", "a=\"q\\\"\\\\\"" },
    { "a=\"\"", "a=\"\"" },
    { "a in (\"\")", "a in (\"\")" },
    { "country=in", "country=in" },
    { "country in (in,us)", "country in (in,us)" },
    { "feature.open-cluster-management.io/addon-x=available",
        "feature.open-cluster-management.io/addon-x=available" },
    { "stadt=Köln", "stadt=Köln" },
};

static const struct {
    const char *text;
    int column;
    const char *says;
} bad[] = {
    { "region=", 8, "a value was expected; an empty one is written \"\"" },
    { "region=,a", 8, "a value was expected" },
    { "region= ", 9, "a value was expected" },
    { "a!=b!=c", 5, "a comma or a blank was expected between terms, and this is !=" },
    { "a=b=c", 4, "a comma or a blank was expected" },
    { "a,", 3, "a term was expected after the comma" },
    { ",a", 1, "a term was expected, and this is ," },
    { "a,,b", 3, "a term was expected, and this is ," },
    { "=a", 1, "a term was expected, and this is =" },
    { "a)", 2, "a comma or a blank was expected" },
    { "(a)", 1, "a term was expected, and this is (" },
    { "in (a)", 1, "in is reserved; write tag.in" },
    { "region in", 10, "in is reserved and needs ( after it" },
    { "region in west", 11, "in is reserved and needs ( after it" },
    { "a notin b", 9, "notin is reserved and needs (" },
    { "a in ()", 7, "a value was expected" },
    { "a in (b", 8, "a comma or ) was expected" },
    { "a in (b,)", 9, "a value was expected" },
    { "a in (b c)", 9, "a comma or ) was expected" },
    { "!", 2, "a name was expected after !" },
    { "!a=b", 3, "!a asks for absence; to compare write a!=VALUE" },
    { "!!a", 2, "a name was expected" },
    { "! in (a)", 3, "a name was expected" },
    { "~", 2, "text was expected after ~" },
    { "~\"\"", 2, "text was expected after ~" },
    { "name~port", 5, "~ only starts a term" },
    { "name=~port", 6, "~ only starts a term" },
    { "a=\"b", 3, "this double quote is never closed" },
    { "a='b", 3, "this single quote is never closed" },
    { "köln=\"b", 6, "never closed" },
    { "a=\"b\"c", 6, "a comma or a blank was expected" },
    { "\"\"", 1, "a name is missing" },
    { "tag.", 1, "a name is missing behind tag." },
    { "state", 1, "state is always known; compare it, or write tag.state" },
    { "!state", 1, "state is always known" },
    { "state=tx", 7,
        "state is one of down, degraded, offline, unknown, catching-up, "
        "updating, maintenance, healthy; to compare the tag write tag.state" },
    { "state=healty", 7, "state is never \"healty\"; did you mean healthy?" },
    { "state in (down,offlin)", 16, "did you mean offline?" },
    { "state>down", 1, "state is a word: use =, !=, in or notin" },
    { "gpus=many", 6, "gpus is compared with a plain number, and this is \"many\"" },
    { "gpus>5m", 6, "gpus is compared with a plain number, and this is \"5m\"" },
    { "seen<5", 6, "seen is compared with a duration such as 5m" },
    { "seen<80C", 6, "seen is compared with a duration" },
    { "seen=5m", 1, "seen is an age: use < or >, such as seen<5m" },
    { "since in (5m)", 1, "since is an age" },
    { "tags=x", 1, "tags is a list: it cannot be compared as a whole; write KEY=VALUE" },
    { "location>1", 1, "location is a list" },
    { "a\x01=b", 2, "a control character" },
    { "a=\xff", 1, "this is not UTF-8" },
};

static struct selector *
parse(const char *text)
{
    struct err err = { 0 };
    struct selector *selector = selector_parse(str_from(text), &err);

    if (!selector)
        fail_msg("%s: %s", text, err.text);
    return selector;
}

static void
what_is_good_is_printed_canonically_and_reads_the_same(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct selector *selector, *again;
        struct buf once = { 0 }, twice = { 0 };

        selector = parse(good[i].text);
        buf_add_text(&once, "");
        buf_add_text(&twice, "");
        selector_print(selector, &once);
        assert_string_equal(once.at, good[i].canonical);
        again = parse(once.at);
        selector_print(again, &twice);
        assert_string_equal(once.at, twice.at);
        assert_int_equal(selector_is_empty(selector), !good[i].canonical[0]);
        selector_free(selector);
        selector_free(again);
        buf_release(&once);
        buf_release(&twice);
    }
}

static void
what_is_bad_is_refused_with_its_column(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct err err = { 0 };
        char lead[48];

        if (selector_parse(str_from(bad[i].text), &err))
            fail_msg("%s was taken", bad[i].text);
        assert_int_equal(err.code, ERR_INPUT);
        snprintf(lead, sizeof lead, "selector: column %d: ", bad[i].column);
        if (strncmp(err.text, lead, strlen(lead)) || !strstr(err.text, bad[i].says))
            fail_msg("%s: %s\nexpected %s%s", bad[i].text, err.text, lead, bad[i].says);
    }
}

static void
it_has_ceilings(void **state)
{
    struct buf text = { 0 };
    struct err err;

    (void)state;
    for (int i = 0; i <= SELECTOR_TERMS; i++)
        buf_add_text(&text, "a ");
    assert_null(selector_parse(buf_str(&text), &err));
    assert_non_null(strstr(err.text, "more than 64 terms"));
    buf_clear(&text);
    buf_add_text(&text, "a in (b");
    for (int i = 0; i < SELECTOR_VALUES; i++)
        buf_add_text(&text, ",b");
    buf_add_char(&text, ')');
    assert_null(selector_parse(buf_str(&text), &err));
    assert_non_null(strstr(err.text, "more than 256 values"));
    buf_clear(&text);
    buf_add_repeat(&text, ' ', SELECTOR_BYTES + 1);
    assert_null(selector_parse(buf_str(&text), &err));
    assert_non_null(strstr(err.text, "at most 4096 bytes"));
    buf_clear(&text);
    buf_add_repeat(&text, 'x', CLUSTER_TAG_BYTES + 1);
    assert_null(selector_parse(buf_str(&text), &err));
    assert_non_null(strstr(err.text, "at most 256 bytes"));
    buf_release(&text);
}

/* Four clusters to select from. */
static struct fleet *
make_fleet(void)
{
    static const char *const rows[][9] = {
        { "ocm:store-0042", "region", "west-coast", "hours", "24h", "state", "or", "mem",
            "16GiB" },
        { "ocm:store-0043", "region", "mountain", "hours", "day", "k8s", "v1.9.3", "mem",
            "8GiB" },
        { "ocm:Port-1", "region", "midwest", "ticket", "", "k8s", "1.31.2", "temp",
            "85C" },
        { "capi:edge/x", "city", "Portland", "rack", "9", "k8s", "v1.31.2-rc1", "temp",
            "warm" },
    };
    struct fleet *fleet = fleet_new();

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct cluster *cluster =
            fleet_at(fleet, fleet_touch(fleet, str_from(rows[i][0])));

        for (int j = 1; j < 9; j += 2)
            cluster_set_tag(
                cluster, fleet->intern, str_from(rows[i][j]), str_from(rows[i][j + 1]));
    }
    fleet_at(fleet, 0)->state = STATE_HEALTHY;
    fleet_at(fleet, 1)->state = STATE_DOWN;
    fleet_at(fleet, 0)->gpus = 2;
    fleet_at(fleet, 1)->gpus = 0;
    fleet_at(fleet, 0)->nodes_total = 3;
    intern_set(
        fleet->intern, &fleet_at(fleet, 0)->versions[LAYER_MODEL].actual, STR("3.10"));
    intern_set(
        fleet->intern, &fleet_at(fleet, 1)->versions[LAYER_MODEL].actual, STR("3.2"));
    intern_set(fleet->intern, &fleet_at(fleet, 2)->maintenance, STR("mw-1"));
    return fleet;
}

/* Which of the four it selects, as digits. */
static const struct {
    const char *text, *selects;
} matches[] = {
    { "", "0123" },
    { "region=west-coast", "0" },
    { "region!=west-coast", "123" }, /* the one without a region too */
    { "region", "012" },
    { "!region", "3" },
    { "region in (west-coast,midwest)", "02" },
    { "region notin (west-coast,midwest)", "13" },
    { "region notin (west-coast),region", "12" },
    { "region=nowhere", "" },
    { "region!=nowhere", "0123" },
    { "ticket", "2" },
    { "ticket=\"\"", "2" },
    { "ticket!=\"\"", "013" },
    { "nosuch=\"\"", "" },
    { "state=healthy", "0" },
    { "state!=healthy", "123" },
    { "state in (healthy,down)", "01" },
    { "tag.state=or", "0" },
    { "gpus>=2", "0" },
    { "gpus<2", "1" },    /* unknown is not 0 */
    { "gpus!=2", "123" }, /* but it is not 2 either */
    { "gpus", "01" },
    { "!gpus", "23" },
    { "nodes>2", "0" },
    { "version.model<3.3", "1" },
    { "version.model>=3.10", "0" },
    { "version.model=3.2", "1" },
    { "version.model!=3.2", "023" },
    { "k8s<1.10", "1" },
    { "k8s>=1.31", "23" },
    { "k8s>=1.31.2", "2" }, /* the release candidate is older */
    { "mem>8GiB", "0" },
    { "mem>=8GiB", "01" },
    { "mem>=1000kB", "01" },
    { "mem>80C", "" },
    { "temp>80C", "2" },
    { "temp>80", "" }, /* the tag has a unit */
    { "rack>10", "" },
    { "rack<10", "3" },
    { "region>midwest", "01" }, /* as words */
    { "name=store-0042", "0" },
    { "name in (edge/x)", "3" },
    { "id=ocm:Port-1", "2" },
    { "source=capi", "3" },
    { "source!=capi", "012" },
    { "~PORT", "23" },
    { "~store", "01" },
    { "~ocm", "" }, /* the source is no part of the name */
    { "~24H", "0" },
    { "maintenance", "2" },
    { "maintenance=mw-1", "2" },
    { "tags", "0123" },
    { "region=mountain,state=down,gpus=0", "1" },
    { "region=mountain state=healthy", "" },
};

static void
assert_selects(struct selector *selector, const struct fleet *fleet, const char *text,
    const char *expected)
{
    char found[8] = { 0 };
    size_t count = 0;

    for (uint32_t slot = 0; slot < 4; slot++)
        if (selector_match(selector, fleet, fleet_at(fleet, slot), NOW_MS, NULL))
            found[count++] = (char)('0' + slot);
    if (strcmp(found, expected))
        fail_msg("%s selects %s instead of %s", text, found, expected);
}

static void
a_selector_selects_what_it_says(void **state)
{
    struct fleet *fleet = make_fleet();

    (void)state;
    for (size_t i = 0; i < sizeof matches / sizeof *matches; i++) {
        struct selector *selector = parse(matches[i].text);

        selector_bind(selector, fleet);
        assert_selects(selector, fleet, matches[i].text, matches[i].selects);
        assert_selects(selector, fleet, matches[i].text, matches[i].selects);
        selector_free(selector);
    }
    fleet_free(fleet);
}

static void
binding_again_sees_what_the_fleet_has_learnt(void **state)
{
    struct fleet *fleet = make_fleet();
    struct selector *equal = parse("region=south"), *text = parse("~zz");

    (void)state;
    selector_bind(equal, fleet);
    selector_bind(text, fleet);
    assert_selects(equal, fleet, "region=south", "");
    assert_selects(text, fleet, "~zz", "");
    /* The texts' numbers go from one text to another. */
    cluster_set_tag(fleet_at(fleet, 1), fleet->intern, STR("region"), STR("zzz"));
    cluster_set_tag(fleet_at(fleet, 0), fleet->intern, STR("region"), STR("south"));
    cluster_set_tag(fleet_at(fleet, 2), fleet->intern, STR("more"), STR("Zz"));
    selector_bind(equal, fleet);
    selector_bind(text, fleet);
    assert_selects(equal, fleet, "region=south", "0");
    assert_selects(text, fleet, "~zz", "12");
    selector_free(equal);
    selector_free(text);
    fleet_free(fleet);
}

static void
assert_filter(const struct fleet *fleet, const char *text, const char *canonical)
{
    struct err err = { 0 };
    struct selector *selector = selector_parse_filter(str_from(text), fleet, &err);
    struct buf out = { 0 };

    assert_non_null(selector);
    selector_print(selector, &out);
    assert_string_equal(out.at, canonical);
    buf_release(&out);
    selector_free(selector);
}

static void
a_bare_word_of_the_filter_line_is_a_search(void **state)
{
    struct fleet *fleet = make_fleet();

    (void)state;
    assert_filter(fleet, "portland", "~portland");
    assert_filter(fleet, "store west", "~store,~west");
    assert_filter(fleet, "ticket", "ticket");           /* a tag the fleet has */
    assert_filter(fleet, "maintenance", "maintenance"); /* a field */
    assert_filter(fleet, "tag.nosuch", "nosuch");       /* said to be a tag */
    assert_filter(fleet, "!nosuch", "!nosuch");
    assert_filter(fleet, "nosuch=1", "nosuch=1");
    assert_filter(fleet, "west-coast", "~west-coast"); /* a value, not a key */
    fleet_free(fleet);
}

static const struct {
    const char *text, *says; /* NULL: a scope may be that */
} scopes[] = {
    { "", NULL },
    { "region=west", NULL },
    { "region in (west,east),source=ocm", NULL },
    { "region", NULL },
    { "name!=store-1", NULL },
    { "source notin (a,b)", NULL },
    { "region!=west,region", NULL },
    { "region!=west,region in (a,b)", NULL },
    { "rack>10", NULL },
    { "region!=west", "column 1: this would admit every cluster without the tag region" },
    { "source=ocm,region notin (a)", "column 12: this would admit" },
    { "!ticket", "column 1: this would admit" },
    { "region!=a,region!=b", "column 1: this would admit" },
    { "state=down", "a scope may use tags, source and name, not state" },
    { "id=ocm:a", "a scope may use tags, source and name, not id" },
    { "gpus>1", "not gpus" },
    { "~port", "may not search" },
};

static void
a_scope_admits_nobody_by_mistake(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof scopes / sizeof *scopes; i++) {
        struct selector *selector = parse(scopes[i].text);
        struct err err = { 0 };
        bool ok = selector_check_scope(selector, &err);

        if (ok != !scopes[i].says || (!ok && !strstr(err.text, scopes[i].says)))
            fail_msg("%s: %s", scopes[i].text, err.text);
        selector_free(selector);
    }
}

static bool
match_at(const char *text, struct fleet *fleet, int64_t now_ms, int64_t *flip_ms)
{
    struct selector *selector = parse(text);
    bool matches_now;

    *flip_ms = INT64_MAX;
    selector_bind(selector, fleet);
    matches_now = selector_match(selector, fleet, fleet_at(fleet, 0), now_ms, flip_ms);
    selector_free(selector);
    return matches_now;
}

static void
an_age_says_when_its_answer_changes(void **state)
{
    struct fleet *fleet = make_fleet();
    struct cluster *cluster = fleet_at(fleet, 0);
    int64_t flip_ms;

    (void)state;
    cluster->since_s = NOW_S - 60;
    assert_true(match_at("since<5m", fleet, NOW_MS, &flip_ms));
    assert_true(flip_ms == NOW_MS + 240000);
    assert_true(match_at("since<5m", fleet, flip_ms - 1, &flip_ms));
    assert_false(match_at("since<5m", fleet, NOW_MS + 240000, &flip_ms));
    assert_true(flip_ms == INT64_MAX); /* it only gets older */

    assert_false(match_at("since>5m", fleet, NOW_MS, &flip_ms));
    assert_true(flip_ms == NOW_MS + 240001);
    assert_true(match_at("since>5m", fleet, flip_ms, &flip_ms));
    assert_true(flip_ms == INT64_MAX);
    assert_true(match_at("since<=1m", fleet, NOW_MS, &flip_ms));
    assert_true(flip_ms == NOW_MS + 1);
    assert_true(match_at("since>=1m", fleet, NOW_MS, &flip_ms));

    /* Another term settles it: time cannot change the answer. */
    assert_false(match_at("since<5m,state=down", fleet, NOW_MS, &flip_ms));
    assert_true(flip_ms == INT64_MAX);
    assert_false(match_at("since<30s,since>5m", fleet, NOW_MS, &flip_ms));
    assert_true(flip_ms == INT64_MAX);
    /* The first of two. */
    assert_false(match_at("since>2m,since<5m", fleet, NOW_MS, &flip_ms));
    assert_true(flip_ms == NOW_MS + 60001);
    assert_true(match_at("since>2m,since<5m", fleet, flip_ms, &flip_ms));
    assert_true(flip_ms == NOW_MS + 240000);
    fleet_free(fleet);
}

static void
an_unknown_age_is_no_age(void **state)
{
    struct fleet *fleet = make_fleet();
    int64_t flip_ms;

    (void)state;
    assert_false(match_at("seen<5m", fleet, NOW_MS, &flip_ms));
    assert_true(flip_ms == INT64_MAX);
    assert_false(match_at("seen>5m", fleet, NOW_MS, &flip_ms));
    assert_false(match_at("seen", fleet, NOW_MS, &flip_ms));
    assert_true(match_at("!seen", fleet, NOW_MS, &flip_ms));
    fleet_free(fleet);
}

static void
seen_follows_the_source_while_up(void **state)
{
    struct fleet *fleet = make_fleet();
    struct selector *seen = parse("seen<5m"), *other = parse("state=down");
    int64_t flip_ms;

    (void)state;
    fleet_at(fleet, 0)->axes[AXIS_CONNECTIVITY].value = CONNECTIVITY_UP;
    fleet_touch_source(fleet, STR("ocm"))->fresh_ms = NOW_MS - 1000;
    assert_true(match_at("seen<5m", fleet, NOW_MS, &flip_ms));
    assert_true(flip_ms == NOW_MS + 299000);
    assert_true(selector_reads_sources(seen));
    assert_false(selector_reads_sources(other));
    selector_free(seen);
    selector_free(other);
    fleet_free(fleet);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_good_is_printed_canonically_and_reads_the_same),
        cmocka_unit_test(what_is_bad_is_refused_with_its_column),
        cmocka_unit_test(it_has_ceilings),
        cmocka_unit_test(a_selector_selects_what_it_says),
        cmocka_unit_test(binding_again_sees_what_the_fleet_has_learnt),
        cmocka_unit_test(a_bare_word_of_the_filter_line_is_a_search),
        cmocka_unit_test(a_scope_admits_nobody_by_mistake),
        cmocka_unit_test(an_age_says_when_its_answer_changes),
        cmocka_unit_test(an_unknown_age_is_no_age),
        cmocka_unit_test(seen_follows_the_source_while_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
