/* text -- see text.h. The tables are Unicode 15 (UnicodeData, EastAsianWidth), cut to
 * what matters here. */
#include "base/text.h"

#include <string.h>

struct range {
    uint32_t first, last;
};

/* What must never reach a terminal, or has no cell of its own: bidi marks, joiners,
 * variation selectors, fillers. */
static const struct range refused[] = {
    { 0x0000, 0x001F },
    { 0x007F, 0x009F },
    { 0x00AD, 0x00AD },
    { 0x034F, 0x034F },
    { 0x061C, 0x061C },
    { 0x115F, 0x1160 },
    { 0x17B4, 0x17B5 },
    { 0x180B, 0x180F },
    { 0x200B, 0x200F },
    { 0x2028, 0x202E },
    { 0x2060, 0x206F },
    { 0x3164, 0x3164 },
    { 0xD800, 0xDFFF },
    { 0xE000, 0xF8FF },
    { 0xFDD0, 0xFDEF },
    { 0xFE00, 0xFE0F },
    { 0xFEFF, 0xFEFF },
    { 0xFFA0, 0xFFA0 },
    { 0xFFF0, 0xFFFB },
    { 0xFFFE, 0xFFFF },
    { 0x1F1E6, 0x1F1FF },
    { 0x1F3FB, 0x1F3FF },
    { 0xE0000, 0x10FFFF },
};

/* Combining marks (general category Mn, Me, Mc in the blocks people use): they would join
 * the cell before. */
static const struct range combining[] = {
    { 0x0300, 0x036F },
    { 0x0483, 0x0489 },
    { 0x0591, 0x05BD },
    { 0x05BF, 0x05C7 },
    { 0x0610, 0x061A },
    { 0x064B, 0x065F },
    { 0x0670, 0x0670 },
    { 0x06D6, 0x06ED },
    { 0x0711, 0x074A },
    { 0x07A6, 0x07B0 },
    { 0x07EB, 0x07F3 },
    { 0x0816, 0x082D },
    { 0x0859, 0x085B },
    { 0x0898, 0x089F },
    { 0x08CA, 0x0903 },
    { 0x093A, 0x094F },
    { 0x0951, 0x0957 },
    { 0x0962, 0x0963 },
    { 0x0981, 0x0983 },
    { 0x09BC, 0x09CD },
    { 0x0A01, 0x0A03 },
    { 0x0A3C, 0x0A51 },
    { 0x0A81, 0x0A83 },
    { 0x0ABC, 0x0ACD },
    { 0x0B01, 0x0B03 },
    { 0x0B3C, 0x0B57 },
    { 0x0B82, 0x0B82 },
    { 0x0BBE, 0x0BCD },
    { 0x0C00, 0x0C04 },
    { 0x0C3E, 0x0C56 },
    { 0x0C81, 0x0C83 },
    { 0x0CBC, 0x0CD6 },
    { 0x0D00, 0x0D03 },
    { 0x0D3B, 0x0D4D },
    { 0x0D81, 0x0D83 },
    { 0x0DCA, 0x0DF3 },
    { 0x0E31, 0x0E31 },
    { 0x0E34, 0x0E3A },
    { 0x0E47, 0x0E4E },
    { 0x0EB1, 0x0EB1 },
    { 0x0EB4, 0x0EBC },
    { 0x0EC8, 0x0ECE },
    { 0x0F18, 0x0F19 },
    { 0x0F35, 0x0F39 },
    { 0x0F3E, 0x0F3F },
    { 0x0F71, 0x0F87 },
    { 0x0F8D, 0x0FBC },
    { 0x102B, 0x103E },
    { 0x1056, 0x1059 },
    { 0x1161, 0x11FF },
    { 0x135D, 0x135F },
    { 0x1712, 0x1734 },
    { 0x1752, 0x1773 },
    { 0x17B6, 0x17D3 },
    { 0x1885, 0x18A9 },
    { 0x1920, 0x193B },
    { 0x1A17, 0x1A7F },
    { 0x1AB0, 0x1B04 },
    { 0x1B34, 0x1B44 },
    { 0x1B6B, 0x1B73 },
    { 0x1DC0, 0x1DFF },
    { 0x20D0, 0x20F0 },
    { 0x2CEF, 0x2CF1 },
    { 0x2D7F, 0x2D7F },
    { 0x2DE0, 0x2DFF },
    { 0x302A, 0x302F },
    { 0x3099, 0x309A },
    { 0xA66F, 0xA672 },
    { 0xA674, 0xA67D },
    { 0xA69E, 0xA69F },
    { 0xA6F0, 0xA6F1 },
    { 0xA802, 0xA827 },
    { 0xA880, 0xA881 },
    { 0xA8B4, 0xA8F1 },
    { 0xA926, 0xA953 },
    { 0xA980, 0xA9C0 },
    { 0xAA29, 0xAA4D },
    { 0xABE3, 0xABED },
    { 0xFB1E, 0xFB1E },
    { 0xFE20, 0xFE2F },
    { 0x10A01, 0x10A3F },
    { 0x11000, 0x11002 },
    { 0x16FE4, 0x16FE4 },
    { 0x1BC9D, 0x1BC9E },
    { 0x1D165, 0x1D182 },
    { 0x1E000, 0x1E02A },
    { 0x1E8D0, 0x1E8D6 },
    { 0x1E944, 0x1E94A },
};

/* Two columns wide: East Asian Wide and Fullwidth, and the emoji that terminals draw
 * wide. */
static const struct range wide[] = {
    { 0x1100, 0x115E },
    { 0x231A, 0x231B },
    { 0x2329, 0x232A },
    { 0x23E9, 0x23EC },
    { 0x23F0, 0x23F0 },
    { 0x23F3, 0x23F3 },
    { 0x25FD, 0x25FE },
    { 0x2614, 0x2615 },
    { 0x2648, 0x2653 },
    { 0x267F, 0x267F },
    { 0x2693, 0x2693 },
    { 0x26A1, 0x26A1 },
    { 0x26AA, 0x26AB },
    { 0x26BD, 0x26BE },
    { 0x26C4, 0x26C5 },
    { 0x26CE, 0x26CE },
    { 0x26D4, 0x26D4 },
    { 0x26EA, 0x26EA },
    { 0x26F2, 0x26F3 },
    { 0x26F5, 0x26F5 },
    { 0x26FA, 0x26FA },
    { 0x26FD, 0x26FD },
    { 0x2705, 0x2705 },
    { 0x270A, 0x270B },
    { 0x2728, 0x2728 },
    { 0x274C, 0x274C },
    { 0x274E, 0x274E },
    { 0x2753, 0x2755 },
    { 0x2757, 0x2757 },
    { 0x2795, 0x2797 },
    { 0x27B0, 0x27B0 },
    { 0x27BF, 0x27BF },
    { 0x2B1B, 0x2B1C },
    { 0x2B50, 0x2B50 },
    { 0x2B55, 0x2B55 },
    { 0x2E80, 0x303E },
    { 0x3041, 0x3247 },
    { 0x3250, 0x4DBF },
    { 0x4E00, 0xA4C6 },
    { 0xA960, 0xA97C },
    { 0xAC00, 0xD7A3 },
    { 0xF900, 0xFAFF },
    { 0xFE10, 0xFE19 },
    { 0xFE30, 0xFE6B },
    { 0xFF01, 0xFF60 },
    { 0xFFE0, 0xFFE6 },
    { 0x16FE0, 0x18AFF },
    { 0x1B000, 0x1B2FB },
    { 0x1F004, 0x1F004 },
    { 0x1F0CF, 0x1F0CF },
    { 0x1F18E, 0x1F18E },
    { 0x1F191, 0x1F19A },
    { 0x1F200, 0x1F320 },
    { 0x1F32D, 0x1F335 },
    { 0x1F337, 0x1F37C },
    { 0x1F37E, 0x1F393 },
    { 0x1F3A0, 0x1F3CA },
    { 0x1F3CF, 0x1F3D3 },
    { 0x1F3E0, 0x1F3F0 },
    { 0x1F3F4, 0x1F3F4 },
    { 0x1F3F8, 0x1F43E },
    { 0x1F440, 0x1F440 },
    { 0x1F442, 0x1F4FC },
    { 0x1F4FF, 0x1F53D },
    { 0x1F54B, 0x1F54E },
    { 0x1F550, 0x1F567 },
    { 0x1F57A, 0x1F57A },
    { 0x1F595, 0x1F596 },
    { 0x1F5A4, 0x1F5A4 },
    { 0x1F5FB, 0x1F64F },
    { 0x1F680, 0x1F6C5 },
    { 0x1F6CC, 0x1F6CC },
    { 0x1F6D0, 0x1F6D2 },
    { 0x1F6D5, 0x1F6D7 },
    { 0x1F6DC, 0x1F6DF },
    { 0x1F6EB, 0x1F6EC },
    { 0x1F6F4, 0x1F6FC },
    { 0x1F7E0, 0x1F7F0 },
    { 0x1F90C, 0x1F93A },
    { 0x1F93C, 0x1F945 },
    { 0x1F947, 0x1F9FF },
    { 0x1FA70, 0x1FAFF },
    { 0x20000, 0x3FFFD },
};

static bool
in_ranges(uint32_t rune, const struct range *ranges, size_t count)
{
    size_t low = 0, high = count;

    while (low < high) {
        size_t middle = (low + high) / 2;
        if (rune > ranges[middle].last)
            low = middle + 1;
        else if (rune < ranges[middle].first)
            high = middle;
        else
            return true;
    }
    return false;
}

#define IN(rune, ranges) in_ranges(rune, ranges, sizeof(ranges) / sizeof *(ranges))

static uint32_t
bad_byte(struct str *rest)
{
    rest->at++;
    rest->length--;
    return TEXT_BAD;
}

/* How long the sequence is that starts with that byte; 0: none does. */
static size_t
sequence_length(unsigned char first)
{
    if (first < 0x80)
        return 1;
    if (first < 0xC2 || first > 0xF4)
        return 0;
    return first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
}

static bool
is_surrogate(uint32_t rune)
{
    return rune >= 0xD800 && rune <= 0xDFFF;
}

uint32_t
text_rune(struct str *rest)
{
    static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
    unsigned char first = (unsigned char)rest->at[0];
    size_t length = sequence_length(first);

    if (!length || length > rest->length)
        return bad_byte(rest);
    uint32_t rune = length == 1 ? first : first & (0x7Fu >> length);
    for (size_t i = 1; i < length; i++) {
        unsigned char next = (unsigned char)rest->at[i];
        if ((next & 0xC0) != 0x80)
            return bad_byte(rest);
        rune = rune << 6 | (next & 0x3Fu);
    }
    if (rune < least[length] || rune > 0x10FFFF || is_surrogate(rune))
        return bad_byte(rest);
    rest->at += length;
    rest->length -= length;
    return rune;
}

size_t
text_put_rune(uint32_t rune, char out[4])
{
    if (rune < 0x80) {
        out[0] = (char)rune;
        return 1;
    }
    if (rune > 0x10FFFF || is_surrogate(rune))
        rune = TEXT_BAD;
    size_t length = rune < 0x800 ? 2 : rune < 0x10000 ? 3 : 4;
    for (size_t i = length - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (rune & 0x3F));
        rune >>= 6;
    }
    out[0] = (char)((0xF00u >> length & 0xF0) | rune);
    return length;
}

int
text_rune_width(uint32_t rune)
{
    if (rune >= 0x20 && rune < 0x7F)
        return 1;
    if (rune > 0x10FFFF || IN(rune, refused) || IN(rune, combining))
        return -1;
    return IN(rune, wide) ? 2 : 1;
}

bool
text_is_valid(struct str text)
{
    while (text.length) {
        const char *at = text.at;
        if (text_rune(&text) == TEXT_BAD && text.at - at == 1)
            return false;
    }
    return true;
}

/* What moves the cursor, ends a line, or turns the order of what follows. */
static const struct range controls[] = {
    { 0x0000, 0x001F },
    { 0x007F, 0x009F },
    { 0x061C, 0x061C },
    { 0x200E, 0x200F },
    { 0x2028, 0x202E },
    { 0x2066, 0x2069 },
};

bool
text_find_control(struct str text, size_t *at, uint32_t *rune)
{
    const char *start = text.at;

    while (text.length) {
        const char *here = text.at;
        uint32_t found = text_rune(&text);

        if (!IN(found, controls))
            continue;
        if (at)
            *at = (size_t)(here - start);
        if (rune)
            *rune = found;
        return true;
    }
    return false;
}

bool
text_has_control(struct str text)
{
    return text_find_control(text, NULL, NULL);
}

void
text_safe(struct buf *out, struct str text)
{
    while (text.length) {
        size_t plain = 0;
        while (plain < text.length && text.at[plain] >= 0x20 && text.at[plain] < 0x7F)
            plain++;
        buf_add(out, text.at, plain);
        text.at += plain;
        text.length -= plain;
        if (!text.length)
            return;
        uint32_t rune = text_rune(&text);
        buf_add_rune(out, text_rune_width(rune) < 0 ? TEXT_BAD : rune);
    }
}

static size_t
rune_columns(uint32_t rune)
{
    int width = text_rune_width(rune);

    return width < 0 ? 1 : (size_t)width;
}

size_t
text_width(struct str text)
{
    size_t columns = 0;

    while (text.length)
        columns += rune_columns(text_rune(&text));
    return columns;
}

struct str
text_fit(struct str text, size_t columns, size_t *used)
{
    struct str rest = text;
    size_t taken = 0;

    while (rest.length) {
        struct str next = rest;
        size_t width = rune_columns(text_rune(&next));
        if (taken + width > columns)
            break;
        taken += width;
        rest = next;
    }
    if (used)
        *used = taken;
    return (struct str){ text.at, text.length - rest.length };
}
