/* ability -- see ability.h. The one file that speaks to terminfo. */
#include "term/ability.h"

#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <curses.h>
#include <term.h>

#define FALLBACK "xterm-256color"

static const char *
environment(const char *name)
{
    const char *value = getenv(name);

    return value && *value ? value : NULL;
}

static bool
locale_is_utf8(void)
{
    locale_t locale = newlocale(LC_CTYPE_MASK, "", (locale_t)0);

    if (!locale)
        return false;
    const char *codeset = nl_langinfo_l(CODESET, locale);
    bool utf8 = !strcasecmp(codeset, "UTF-8") || !strcasecmp(codeset, "UTF8");
    freelocale(locale);
    return utf8;
}

/* Text consoles and what stands for them: a font of 256 or 512 characters has none of the
 * states' glyphs, whatever the locale. */
static bool
font_is_small(const char *term)
{
    static const char *const terms[] = { "linux", "cons25", "wsvt25", "pcvt", "vt100",
        "vt102", "vt220", "vt320", "ansi", NULL };

    for (int i = 0; term && terms[i]; i++) {
        size_t length = strlen(terms[i]);

        if (!strncmp(term, terms[i], length) && (!term[length] || term[length] == '-'))
            return true;
    }
    return false;
}

/* NULL: it has not. Terminfo answers -1 for what is no string. */
static const char *
string_of(const char *name)
{
    const char *value = tigetstr(name);

    return value == (const char *)-1 ? NULL : value;
}

static enum depth
depth_of(int colours)
{
    const char *colorterm = environment("COLORTERM");

    if (environment("NO_COLOR"))
        return DEPTH_NONE;
    if (colours > 256 ||
        (colours >= 8 && colorterm &&
            (!strcmp(colorterm, "truecolor") || !strcmp(colorterm, "24bit"))))
        return DEPTH_TRUE;
    return colours >= 256 ? DEPTH_256 : colours >= 8 ? DEPTH_8 : DEPTH_NONE;
}

/* Terminfo's entry of TERM is current. */
static bool
read_entry(struct ability *ability, const char *term, struct err *err)
{
    const char *cup = string_of("cup");

    if (!cup || strncmp(cup, "\033[", 2) != 0) {
        err_set(err, ERR_UNSUPPORTED,
            "terminal '%.64s' cannot place its cursor: set TERM to what it really is, or "
            "use `nocturne frame`",
            term);
        return false;
    }
    ability->depth = depth_of(tigetnum("colors"));
    ability->erases_coloured = tigetflag("bce") > 0;
    ability->alternate = string_of("smcup") != NULL;
    return true;
}

bool
ability_find(struct ability *ability, struct err *err)
{
    const char *term = environment("TERM");
    int status = 0;

    *ability = (struct ability){ .depth = depth_of(256),
        .ascii = !locale_is_utf8() || font_is_small(term),
        .erases_coloured = true,
        .alternate = true };
    if (!term || setupterm(term, STDOUT_FILENO, &status) != OK) {
        term = FALLBACK;
        if (setupterm(term, STDOUT_FILENO, &status) != OK)
            return true; /* no terminfo at all: what every terminal is today */
    }
    bool ok = read_entry(ability, term, err);
    del_curterm(cur_term);
    return ok;
}
