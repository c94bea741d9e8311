/* shot -- a picture of a program's screen:
 *
 *   make build/tests/tool/shot
 *   build/tests/tool/shot 200x50 out.png [-k 'KEY … wait:TEXT … ms:N'] [-t TERM]
 *       [-e NAME=VALUE]… COMMAND…
 *
 * Keys are pressed in turn; wait:TEXT waits for text (_ stands for a blank), ms:N lets
 * time pass. COLORTERM is truecolor unless -e says otherwise. OUT may end in .svg, .png
 * (rsvg-convert) or .txt. At the end the program is killed. */
#include <stdint.h>

#include "helper/vt.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"

#define ENVIRONMENT 16

static void
pass_time(struct vt *vt, int64_t ms)
{
    int64_t end_ms = clock_monotonic_ms() + ms;

    while (clock_monotonic_ms() < end_ms && vt_pump(vt, 10))
        ;
}

static bool
play(struct vt *vt, const char *script)
{
    struct str rest = str_from(script), word;

    while (str_split(&rest, ' ', &word)) {
        char *text = mem_text_length(word.at, word.length);
        bool ok = true;
        if (!strncmp(text, "wait:", 5)) {
            for (char *at = text; *at; at++)
                *at = *at == '_' ? ' ' : *at;
            ok = vt_wait(vt, text + 5);
            if (!ok)
                fprintf(stderr, "shot: '%s' never came\n", text + 5);
        } else if (!strncmp(text, "ms:", 3))
            pass_time(vt, strtol(text + 3, NULL, 10));
        else if (*text) {
            vt_press(vt, text);
            pass_time(vt, 60);
        }
        free(text);
        if (!ok)
            return false;
    }
    return true;
}

static bool
to_png(const char *svg, const char *png)
{
    int status;
    pid_t pid = fork();

    if (!pid) {
        execlp("rsvg-convert", "rsvg-convert", "-o", png, svg, (char *)NULL);
        perror("rsvg-convert");
        _exit(127);
    }
    waitpid(pid, &status, 0);
    unlink(svg);
    return !status;
}

static bool
write_text(const struct vt *vt, const char *path)
{
    struct buf text = { 0 };
    FILE *file = fopen(path, "w");

    vt_text(vt, &text);
    bool ok = file && fwrite(text.at, 1, text.length, file) == text.length;
    if (file)
        fclose(file);
    buf_release(&text);
    return ok;
}

static bool
picture(const struct vt *vt, const char *path)
{
    if (str_ends(str_from(path), ".txt"))
        return write_text(vt, path);
    if (!str_ends(str_from(path), ".png"))
        return vt_svg(vt, path);
    char *svg = mem_print("%s.svg", path);
    bool ok = vt_svg(vt, svg) && to_png(svg, path);
    free(svg);
    return ok;
}

static int
usage(void)
{
    fprintf(stderr, "usage: shot WIDTHxHEIGHT OUT.svg|png|txt [-k KEYS] [-t TERM] [-e "
                    "NAME=VALUE] COMMAND…\n");
    return 2;
}

int
main(int argc, char **argv)
{
    struct vt_spawn spawn = { 0 };
    const char *environment[ENVIRONMENT + 1] = { "COLORTERM=truecolor" };
    int environment_count = 1;
    const char *script = "ms:400";
    int option;

    if (argc < 4 || sscanf(argv[1], "%dx%d", &spawn.width, &spawn.height) != 2)
        return usage();
    const char *path = argv[2];
    optind = 3;
    while ((option = getopt(argc, argv, "+k:t:e:")) != -1) {
        if (option == 'k')
            script = optarg;
        else if (option == 't')
            spawn.term = optarg;
        else if (option == 'e' && environment_count < ENVIRONMENT)
            environment[environment_count++] = optarg;
        else
            return usage();
    }
    if (optind >= argc)
        return usage();
    spawn.argv = argv + optind;
    spawn.environment = environment;
    struct vt *vt = vt_spawn(&spawn);
    bool ok = play(vt, script);
    if (!picture(vt, path)) {
        fprintf(stderr, "shot: cannot write %s\n", path);
        ok = false;
    }
    vt_close(vt, SIGKILL);
    return ok ? 0 : 1;
}
