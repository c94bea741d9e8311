/* question -- what is asked before it is done: leaving, and what a write is about when
 * nothing says so. */
#include <stdio.h>

#include "console/session.h"

void
session_ask(struct session *session, enum question question)
{
    const struct cluster *cluster = session_cluster(session);
    char count[16];

    session->question = question;
    session->mode = MODE_ASK;
    switch (question) {
    case ASK_QUIT:
        session_say(session, "leave nocturne? y leaves, any other key stays");
        return;
    case ASK_TARGET:
    case ASK_TARGET_END:
        break;
    }
    count_print(count, select_view(session->select)->visible.total);
    if (cluster)
        session_say(session,
            "which sites?  t this one, %.*s   a all %s   any other key none",
            STR_ARG(fleet_display_name(session->fleet, cluster)), count);
    else
        session_say(session, "which sites?  a all %s   any other key none", count);
}

void
session_answer(struct session *session, struct key key)
{
    const struct cluster *cluster = session_cluster(session);
    bool start = session->question == ASK_TARGET;
    uint32_t rune = key.code == KEY_RUNE && !key.modifiers ? key.rune : 0;
    struct frozen ids = { 0 };

    session->mode = MODE_NORMAL;
    session->message[0] = '\0';
    session->dirty_now = true;
    if (session->question == ASK_QUIT) {
        session->quit = rune == 'y' || rune == 'Y';
        return;
    }
    if (rune == 't' && cluster) {
        frozen_add(&ids, cluster_id(cluster, session->fleet->intern));
        form_open(session, start, &ids, STR(""));
    } else if (rune == 'a')
        form_open(session, start, NULL, STR(""));
    frozen_release(&ids);
}
