/* vt -- see vt.h. */
#include <stdint.h>
#include <vterm.h>

#include "helper/vt.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "ui/key.h"

struct vt {
    VTerm *vterm;
    VTermScreen *screen;
    int width, height;
    int master;         /* -1: none */
    pid_t pid, program; /* the child, and what runs in it or below it */
    bool alternate, cursor_shown, closed;
    uint32_t switches;
    uint64_t bytes;
    struct buf answers; /* not sent yet, or without a program */
    struct buf rest;    /* of a rune whose end has not come yet */
};

static int
on_property(VTermProp property, VTermValue *value, void *user)
{
    struct vt *vt = user;

    if (property == VTERM_PROP_ALTSCREEN) {
        vt->switches += vt->alternate != (bool)value->boolean;
        vt->alternate = value->boolean;
    }
    if (property == VTERM_PROP_CURSORVISIBLE)
        vt->cursor_shown = value->boolean;
    return 1;
}

static const VTermScreenCallbacks callbacks = { .settermprop = on_property };

static void
send_bytes(struct vt *vt, const char *at, size_t length)
{
    while (length && vt->master >= 0) {
        ssize_t written = write(vt->master, at, length);
        if (written < 0 && errno == EAGAIN) {
            struct pollfd poll_fd = { vt->master, POLLOUT, 0 };
            poll(&poll_fd, 1, 100);
            continue;
        }
        if (written < 0)
            return;
        at += written;
        length -= (size_t)written;
    }
}

static void
on_answer(const char *at, size_t length, void *user)
{
    struct vt *vt = user;

    if (vt->master >= 0)
        send_bytes(vt, at, length);
    else
        buf_add(&vt->answers, at, length);
}

struct vt *
vt_open(int width, int height)
{
    struct vt *vt = mem_zero(1, sizeof *vt);

    vt->master = -1;
    vt->width = width;
    vt->height = height;
    vt->cursor_shown = true;
    vt->vterm = vterm_new(height, width);
    vterm_set_utf8(vt->vterm, 1);
    vterm_output_set_callback(vt->vterm, on_answer, vt);
    vt->screen = vterm_obtain_screen(vt->vterm);
    vterm_screen_set_callbacks(vt->screen, &callbacks, vt);
    vterm_screen_enable_altscreen(vt->screen, 1);
    vterm_screen_reset(vt->screen, 1);
    return vt;
}

static void
become(const struct vt_spawn *spawn)
{
    static const int reset[] = { SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGCHLD };

    for (size_t i = 0; i < sizeof reset / sizeof *reset; i++)
        signal(reset[i], SIG_DFL);
    setenv("TERM", spawn->term ? spawn->term : "xterm-256color", 1);
    setenv("LC_ALL", "C.UTF-8", 1);
    unsetenv("LINES");
    unsetenv("COLUMNS");
    unsetenv("COLORTERM");
    unsetenv("NO_COLOR");
    for (const char *const *at = spawn->environment; at && *at; at++) {
        const char *equals = strchr(*at, '=');
        char *name = mem_text_length(*at, equals ? (size_t)(equals - *at) : strlen(*at));
        if (equals)
            setenv(name, equals + 1, 1);
        else
            unsetenv(name);
        free(name);
    }
    execv(spawn->argv[0], spawn->argv);
    perror(spawn->argv[0]);
    _exit(127);
}

/* As a shell does: the program in a group of its own, and what becomes of it becomes of
 * this process. It tells the program's number, and catches no signal: a sanitizer may
 * keep one back for as long as a child is waited for. */
static void
be_a_shell(const struct vt_spawn *spawn, int tell)
{
    pid_t pid = fork();
    int status = 0;

    if (!pid) {
        close(tell);
        signal(SIGTTOU, SIG_IGN);
        setpgid(0, 0);
        tcsetpgrp(0, getpid());
        signal(SIGTTOU, SIG_DFL);
        become(spawn);
    }
    signal(SIGHUP, SIG_IGN); /* the program has its own */
    if (write(tell, &pid, sizeof(pid)) != sizeof(pid))
        _exit(127);
    for (;;) {
        if (waitpid(pid, &status, WUNTRACED) != pid)
            continue;
        if (!WIFSTOPPED(status))
            break;
        raise(SIGSTOP);
        kill(-pid, SIGCONT);
    }
    if (WIFSIGNALED(status)) {
        signal(WTERMSIG(status), SIG_DFL);
        raise(WTERMSIG(status));
    }
    _exit(WEXITSTATUS(status));
}

struct vt *
vt_spawn(const struct vt_spawn *spawn)
{
    struct vt *vt = vt_open(spawn->width, spawn->height);
    struct winsize size = { .ws_row = (unsigned short)spawn->height,
        .ws_col = (unsigned short)spawn->width };
    int told[2];

    if (pipe2(told, O_CLOEXEC) != 0 ||
        (vt->pid = forkpty(&vt->master, NULL, NULL, &size)) < 0) {
        perror("forkpty");
        abort();
    }
    if (!vt->pid && spawn->job)
        be_a_shell(spawn, told[1]);
    if (!vt->pid)
        become(spawn);
    close(told[1]);
    vt->program = vt->pid;
    if (spawn->job && read(told[0], &vt->program, sizeof(vt->program)) < 0)
        abort();
    close(told[0]);
    fcntl(vt->master, F_SETFL, O_NONBLOCK);
    fcntl(vt->master, F_SETFD, FD_CLOEXEC);
    return vt;
}

static int
wait_for_end(struct vt *vt)
{
    int64_t end_ms = clock_monotonic_ms() + VT_DEADLINE_MS;
    int status = 0;

    for (;;) {
        pid_t pid = waitpid(vt->pid, &status, WNOHANG);
        if (pid == vt->pid)
            return status;
        if (pid < 0)
            return -1;
        if (clock_monotonic_ms() > end_ms) {
            kill(vt->pid, SIGKILL);
            waitpid(vt->pid, &status, 0);
            return -1;
        }
        if (!vt_pump(vt, 5))
            poll(NULL, 0, 5);
    }
}

int
vt_close(struct vt *vt, int signal)
{
    int status = 0;

    if (!vt)
        return 0;
    if (vt->pid > 0) {
        if (signal)
            kill(vt->program, signal);
        status = wait_for_end(vt);
    }
    if (vt->master >= 0)
        close(vt->master);
    vterm_free(vt->vterm);
    buf_release(&vt->answers);
    buf_release(&vt->rest);
    free(vt);
    return status;
}

pid_t
vt_pid(const struct vt *vt)
{
    return vt->pid;
}

int
vt_fd(const struct vt *vt)
{
    return vt->master;
}

/* How many bytes at the end are of a rune that is not whole. */
static size_t
rune_begun(struct str bytes)
{
    for (size_t back = 1; back <= 3 && back <= bytes.length; back++) {
        unsigned char c = (unsigned char)bytes.at[bytes.length - back];
        size_t length = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : c >= 0xC0 ? 2 : 1;

        if (c < 0x80 || length > 1)
            return length > back ? back : 0;
    }
    return 0;
}

/* libvterm has one state for runes that come behind plain text and one for those that
 * come first: it gets whole ones. */
void
vt_feed(struct vt *vt, const char *at, size_t length)
{
    struct buf rest = { 0 };
    size_t begun;

    vt->bytes += length;
    buf_add(&vt->rest, at, length);
    begun = rune_begun(buf_str(&vt->rest));
    length = vt->rest.length - begun;
    if (length)
        vterm_input_write(vt->vterm, vt->rest.at, length);
    buf_add(&rest, vt->rest.at + length, begun);
    buf_release(&vt->rest);
    vt->rest = rest;
}

bool
vt_pump(struct vt *vt, int wait_ms)
{
    char bytes[65536];

    if (vt->closed)
        return false;
    struct pollfd poll_fd = { vt->master, POLLIN, 0 };
    if (poll(&poll_fd, 1, wait_ms) <= 0)
        return true;
    for (;;) {
        ssize_t got = read(vt->master, bytes, sizeof bytes);
        if (got < 0 && (errno == EAGAIN || errno == EINTR))
            return true;
        if (got <= 0) {
            vt->closed = true;
            return false;
        }
        vt_feed(vt, bytes, (size_t)got);
    }
}

void
vt_answers(struct vt *vt, struct buf *out)
{
    buf_add(out, vt->answers.at, vt->answers.length);
    buf_clear(&vt->answers);
}

void
vt_send(struct vt *vt, const char *bytes)
{
    send_bytes(vt, bytes, strlen(bytes));
}

static const struct {
    uint8_t code;
    const char *plain;
    const char *modified; /* around the modifier's number */
} encodings[] = {
    { KEY_ENTER, "\r", NULL },
    { KEY_ESC, "\033", NULL },
    { KEY_TAB, "\t", "\033[Z" },
    { KEY_BACKSPACE, "\x7f", NULL },
    { KEY_DELETE, "\033[3~", "\033[3;%d~" },
    { KEY_INSERT, "\033[2~", "\033[2;%d~" },
    { KEY_UP, "\033[A", "\033[1;%dA" },
    { KEY_DOWN, "\033[B", "\033[1;%dB" },
    { KEY_RIGHT, "\033[C", "\033[1;%dC" },
    { KEY_LEFT, "\033[D", "\033[1;%dD" },
    { KEY_HOME, "\033[H", "\033[1;%dH" },
    { KEY_END, "\033[F", "\033[1;%dF" },
    { KEY_PAGE_UP, "\033[5~", "\033[5;%d~" },
    { KEY_PAGE_DOWN, "\033[6~", "\033[6;%d~" },
    { KEY_F1, "\033OP", NULL },
    { KEY_F2, "\033OQ", NULL },
    { KEY_F3, "\033OR", NULL },
    { KEY_F4, "\033OS", NULL },
    { KEY_F5, "\033[15~", NULL },
};

static void
press_rune(struct vt *vt, struct key key)
{
    struct buf bytes = { 0 };

    if (key.modifiers & KEY_ALT)
        buf_add_char(&bytes, '\033');
    if (key.modifiers & KEY_CTRL)
        buf_add_char(&bytes, (char)(key.rune & 0x1F));
    else
        buf_add_rune(&bytes, key.rune);
    send_bytes(vt, bytes.at, bytes.length);
    buf_release(&bytes);
}

static void
press(struct vt *vt, struct key key)
{
    if (key.code == KEY_RUNE) {
        press_rune(vt, key);
        return;
    }
    for (size_t i = 0; i < sizeof encodings / sizeof *encodings; i++) {
        if (encodings[i].code != key.code)
            continue;
        char bytes[32];
        const char *modified = encodings[i].modified;
        snprintf(bytes, sizeof bytes, "%s", encodings[i].plain);
        if (key.modifiers && modified) {
            char number[2] = { (char)('1' + key.modifiers), 0 };
            const char *hole = strstr(modified, "%d");
            if (hole)
                snprintf(bytes, sizeof bytes, "%.*s%s%s", (int)(hole - modified),
                    modified, number, hole + 2);
            else
                snprintf(bytes, sizeof bytes, "%s", modified);
        }
        vt_send(vt, bytes);
        return;
    }
    fprintf(stderr, "vt: no bytes for key %d\n", key.code);
    abort();
}

void
vt_press(struct vt *vt, const char *keys)
{
    struct str rest = str_from(keys), name;

    while (str_split(&rest, ' ', &name)) {
        struct key key;
        if (!key_parse(name, &key)) {
            fprintf(stderr, "vt: no key '%.*s'\n", STR_ARG(name));
            abort();
        }
        press(vt, key);
    }
}

void
vt_resize(struct vt *vt, int width, int height)
{
    struct winsize size = { .ws_row = (unsigned short)height,
        .ws_col = (unsigned short)width };

    vt->width = width;
    vt->height = height;
    vterm_set_size(vt->vterm, height, width);
    if (vt->master >= 0)
        ioctl(vt->master, TIOCSWINSZ, &size);
}

static struct vt_colour
colour_from(VTermColor colour, bool is_default)
{
    if (is_default)
        return (struct vt_colour){ VT_DEFAULT, 0 };
    if (VTERM_COLOR_IS_INDEXED(&colour))
        return (struct vt_colour){ VT_INDEX, colour.indexed.idx };
    uint32_t rgb = (uint32_t)colour.rgb.red << 16 | (uint32_t)colour.rgb.green << 8 |
                   colour.rgb.blue;
    return (struct vt_colour){ VT_RGB, rgb };
}

struct vt_cell
vt_cell(const struct vt *vt, int x, int y)
{
    VTermScreenCell from;
    struct vt_cell cell = { 0 };

    vterm_screen_get_cell(vt->screen, (VTermPos){ .row = y, .col = x }, &from);
    bool second = from.chars[0] == (uint32_t)-1;
    cell.rune = second ? 0 : from.chars[0] ? from.chars[0] : ' ';
    cell.width = second ? 0 : from.width;
    cell.bold = from.attrs.bold;
    cell.underline = from.attrs.underline;
    cell.reverse = from.attrs.reverse;
    cell.fg = colour_from(from.fg, VTERM_COLOR_IS_DEFAULT_FG(&from.fg));
    cell.bg = colour_from(from.bg, VTERM_COLOR_IS_DEFAULT_BG(&from.bg));
    return cell;
}

static void
row_text(const struct vt *vt, int y, struct buf *out)
{
    size_t end = out->length;

    for (int x = 0; x < vt->width; x++) {
        struct vt_cell cell = vt_cell(vt, x, y);
        if (!cell.rune)
            continue;
        buf_add_rune(out, cell.rune);
        if (cell.rune != ' ')
            end = out->length;
    }
    out->length = end;
}

void
vt_text(const struct vt *vt, struct buf *out)
{
    for (int y = 0; y < vt->height; y++) {
        row_text(vt, y, out);
        buf_add_char(out, '\n');
    }
}

bool
vt_find(const struct vt *vt, const char *text, int *x, int *y)
{
    struct buf row = { 0 };
    bool found = false;

    for (int i = 0; i < vt->height && !found; i++) {
        buf_clear(&row);
        row_text(vt, i, &row);
        buf_add_char(&row, '\0');
        const char *at = strstr(row.at, text);
        if (!at)
            continue;
        found = true;
        if (y)
            *y = i;
        if (x)
            *x = (int)text_width((struct str){ row.at, (size_t)(at - row.at) });
    }
    buf_release(&row);
    return found;
}

static bool
wait_until(struct vt *vt, const char *text, bool there)
{
    int64_t end_ms = clock_monotonic_ms() + VT_DEADLINE_MS;

    for (;;) {
        if (vt_find(vt, text, NULL, NULL) == there)
            return true;
        if (vt->closed || clock_monotonic_ms() > end_ms)
            return false;
        vt_pump(vt, 20);
    }
}

bool
vt_wait(struct vt *vt, const char *text)
{
    return wait_until(vt, text, true);
}

bool
vt_wait_gone(struct vt *vt, const char *text)
{
    return wait_until(vt, text, false);
}

bool
vt_wait_end(struct vt *vt)
{
    int64_t end_ms = clock_monotonic_ms() + VT_DEADLINE_MS;

    while (vt_pump(vt, 20))
        if (clock_monotonic_ms() > end_ms)
            return false;
    return true;
}

int
vt_width(const struct vt *vt)
{
    return vt->width;
}

int
vt_height(const struct vt *vt)
{
    return vt->height;
}

bool
vt_alternate(const struct vt *vt)
{
    return vt->alternate;
}

bool
vt_cursor(const struct vt *vt, int *x, int *y)
{
    VTermPos at;

    vterm_state_get_cursorpos(vterm_obtain_state(vt->vterm), &at);
    if (x)
        *x = at.col;
    if (y)
        *y = at.row;
    return vt->cursor_shown;
}

uint32_t
vt_switches(const struct vt *vt)
{
    return vt->switches;
}

uint64_t
vt_bytes(const struct vt *vt)
{
    return vt->bytes;
}
