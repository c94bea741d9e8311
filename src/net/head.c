/* head -- see head.h. */
#include "net/head.h"

#include <curl/curl.h>
#include <string.h>

#define HEAD_RETRY_AFTER_MOST_S 86400

/* Seconds, or a date to be compared with the server's own clock. */
static int64_t
retry_after_ms(const char *text, int64_t now_ms)
{
    int64_t seconds;
    time_t date;

    if (text[0] == '\0')
        return -1;
    if (!str_to_i64(str_from(text), &seconds)) {
        date = curl_getdate(text, NULL);
        if (date < 0)
            return -1;
        seconds = (int64_t)date - now_ms / 1000;
    }
    if (seconds < 0)
        seconds = 0;
    return (seconds > HEAD_RETRY_AFTER_MOST_S ? HEAD_RETRY_AFTER_MOST_S : seconds) * 1000;
}

static bool
header_is(struct str line, const char *name, struct str *value)
{
    size_t length = strlen(name);

    if (line.length <= length || line.at[length] != ':' ||
        strncasecmp(line.at, name, length) != 0)
        return false;
    *value = str_trim((struct str){ line.at + length + 1, line.length - length - 1 });
    return true;
}

static void
value_copy(char *to, size_t size, struct str value)
{
    size_t length = value.length < size ? value.length : size - 1;

    memcpy(to, value.at, length);
    to[length] = '\0';
}

void
head_begin(struct head *head)
{
    *head = (struct head){ .out.retry_after_ms = -1 };
    head->out.content_type = head->content_type;
}

void
head_line(struct head *head, struct str line)
{
    struct str value;
    char date[64];
    int64_t date_s;

    if (header_is(line, "content-type", &value)) {
        value_copy(head->content_type, sizeof(head->content_type), value);
    } else if (header_is(line, "retry-after", &value)) {
        value_copy(head->retry_after, sizeof(head->retry_after), value);
    } else if (header_is(line, "date", &value)) {
        value_copy(date, sizeof(date), value);
        date_s = (int64_t)curl_getdate(date, NULL);
        head->out.date_ms = date_s > 0 ? date_s * 1000 : 0;
    }
}

void
head_end(struct head *head, int status, int64_t now_ms)
{
    if (head->out.date_ms > 0)
        now_ms = head->out.date_ms; /* a Retry-After date is by the server's clock */
    head->out.status = status;
    head->out.retry_after_ms = retry_after_ms(head->retry_after, now_ms);
}
