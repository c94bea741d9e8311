/*
 * clock -- the one place that asks the machine what time it is, and time as text.
 * Wall time is milliseconds since 1970 UTC; monotonic time never steps. Everywhere else
 * time is a parameter.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

int64_t clock_wall_ms(void);
int64_t clock_monotonic_ms(void);
int64_t clock_monotonic_us(void);
int64_t clock_thread_us(void); /* of a processor, that this thread has had */

/* RFC 3339 with 0 to 9 digits of a second, Z or an offset, to milliseconds. */
bool clock_parse_rfc3339(struct str text, int64_t *wall_ms);
void clock_print_rfc3339(struct buf *buf, int64_t wall_ms); /* 2026-11-24T01:02:03Z */

/* HH:MM:SS of the machine's zone, for the screen's clock. */
void clock_print_local(char text[16], int64_t wall_ms);

/* 41s, 4m, 2h, 9d, 5w: an age as a person reads it. Above 60 s it steps by minutes, above
 * an hour by hours. */
void clock_print_age(char text[16], int64_t age_ms);

/* 90s, 5m, 2h, 9d, 1w, 500ms; whole numbers with one unit. */
bool clock_parse_duration(struct str text, int64_t *duration_ms);

#endif
