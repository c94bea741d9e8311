/* colour -- see colour.h. */
#include "ui/colour.h"

#include <ctype.h>
#include <math.h>

static const uint8_t cube[6] = { 0, 95, 135, 175, 215, 255 };

static int
part(uint32_t rgb, int which) /* 0 red, 1 green, 2 blue */
{
    return (int)(rgb >> (16 - 8 * which) & 0xFF);
}

bool
colour_parse(struct str text, uint32_t *rgb)
{
    uint32_t value = 0;

    if (str_is(text, "default")) {
        *rgb = COLOUR_DEFAULT;
        return true;
    }
    if (text.length != 7 || text.at[0] != '#')
        return false;
    for (size_t i = 1; i < 7; i++) {
        int c = tolower((unsigned char)text.at[i]);
        if (!isxdigit(c))
            return false;
        value = value << 4 | (uint32_t)(c <= '9' ? c - '0' : c - 'a' + 10);
    }
    *rgb = value;
    return true;
}

static uint32_t
rgb_of_256(int index)
{
    if (index >= 232) {
        uint32_t grey = (uint32_t)(8 + 10 * (index - 232));
        return grey << 16 | grey << 8 | grey;
    }
    index -= 16;
    return (uint32_t)cube[index / 36] << 16 | (uint32_t)cube[index / 6 % 6] << 8 |
           cube[index % 6];
}

/* The eye sees green best and blue worst. */
static int
distance(uint32_t a, uint32_t b)
{
    int red = part(a, 0) - part(b, 0);
    int green = part(a, 1) - part(b, 1);
    int blue = part(a, 2) - part(b, 2);

    return 3 * red * red + 4 * green * green + 2 * blue * blue;
}

int
colour_nearest_256(uint32_t rgb)
{
    int best = 16;

    for (int index = 17; index < 256; index++)
        if (distance(rgb, rgb_of_256(index)) < distance(rgb, rgb_of_256(best)))
            best = index;
    return best;
}

int
colour_nearest_8(uint32_t rgb)
{
    int least = 255, most = 0, index = 0;

    for (int i = 0; i < 3; i++) {
        int value = part(rgb, i);
        least = value < least ? value : least;
        most = value > most ? value : most;
    }
    if (most < 64)
        return 0;
    if (most - least < most / 5)
        return most < 96 ? 0 : 7;
    for (int i = 0; i < 3; i++) /* the bits of ANSI colours are red, green, blue */
        if (part(rgb, i) > (most + least) / 2)
            index |= 1 << i;
    return index;
}

static double
luminance(uint32_t rgb)
{
    static const double weight[3] = { 0.2126, 0.7152, 0.0722 };
    double sum = 0;

    for (int i = 0; i < 3; i++) {
        double value = part(rgb, i) / 255.0;
        value = value <= 0.03928 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4);
        sum += weight[i] * value;
    }
    return sum;
}

double
colour_contrast(uint32_t a, uint32_t b)
{
    double x = luminance(a) + 0.05, y = luminance(b) + 0.05;

    return x > y ? x / y : y / x;
}
