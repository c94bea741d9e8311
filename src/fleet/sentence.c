/* sentence -- the counts whose parts add up. */
#include "fleet/sentence.h"

#include <stdio.h>
#include <string.h>

void
sentence_add(struct sentence *sentence, enum state state)
{
    sentence->total++;
    sentence->states[state]++;
    if (state_operational(state))
        sentence->operational++;
}

int
sentence_permille(const struct sentence *sentence)
{
    if (!sentence->total)
        return -1;
    return (int)((uint64_t)sentence->operational * 1000 / sentence->total);
}

void
sentence_print_percent(const struct sentence *sentence, char text[8])
{
    int permille = sentence_permille(sentence);

    if (permille < 0)
        snprintf(text, 8, "–");
    else
        snprintf(text, 8, "%d.%d", permille < 1000 ? permille / 10 : 100, permille % 10);
}

void
count_print(char text[16], uint64_t count)
{
    char digits[24];
    size_t length = (size_t)snprintf(digits, sizeof digits, "%llu",
        (unsigned long long)(count < 99999999999 ? count : 99999999999));
    size_t at = 0;

    for (size_t i = 0; i < length; i++) {
        if (i && (length - i) % 3 == 0)
            text[at++] = ',';
        text[at++] = digits[i];
    }
    text[at] = '\0';
}

void
sentence_print(const struct sentence *sentence, struct buf *buf)
{
    static const enum state order[] = { STATE_HEALTHY, STATE_DEGRADED, STATE_DOWN,
        STATE_OFFLINE, STATE_CATCHING_UP, STATE_UPDATING, STATE_MAINTENANCE,
        STATE_UNKNOWN };
    char operational[16], total[16], percent[8], count[16];
    const char *separator = ": ";

    if (!sentence->total) {
        buf_add_text(buf, "no sites");
        return;
    }
    count_print(operational, sentence->operational);
    count_print(total, sentence->total);
    sentence_print_percent(sentence, percent);
    buf_print(buf, "%s of %s %s operational (%s %%)", operational, total,
        sentence->total == 1 ? "site is" : "sites are", percent);
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        if (!sentence->states[order[i]])
            continue;
        count_print(count, sentence->states[order[i]]);
        buf_print(buf, "%s%s %s", separator, count, state_name(order[i]));
        separator = ", ";
    }
}
