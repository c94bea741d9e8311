/*
 * pace -- when the next frame of news may be drawn. Who works sees at once what it does;
 * who only watches wants calm, and a slow link wants few bytes: one change is drawn at
 * once, many are drawn together. Plain data; times are of the monotonic clock.
 */
#ifndef CONSOLE_PACE_H
#define CONSOLE_PACE_H

#include <stdint.h>

#define PACE_FRAME_MS    100  /* no two frames of news are nearer than this */
#define PACE_CALM_MS     1000 /* and none waits longer than this for its turn */
#define PACE_BYTES_PER_S 300  /* what frames cost is paid off at this rate */
#define PACE_HANDS_ON_MS 3000 /* after a key nothing is put off */

struct pace {
    int64_t drawn_ms, touched_ms;
    int64_t paid_ms;     /* when what was sent so far will have been paid off */
    uint64_t sent_bytes; /* of the terminal's, so many are in that */
};

void pace_touched(struct pace *pace, int64_t now_ms); /* a key came, or the picture is
                                                          being loaded */
void pace_drawn(struct pace *pace, int64_t now_ms);

/* When news may be drawn, if the terminal was sent so many bytes in all. */
int64_t pace_due_ms(struct pace *pace, uint64_t sent_bytes, int64_t now_ms);

#endif
