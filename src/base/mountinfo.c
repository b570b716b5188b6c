/* SPDX-License-Identifier: Apache-2.0 */
/* mountinfo.c - cut the lines of /proc/PID/mountinfo into fields; see mountinfo.h. */

#include <fcntl.h>
#include <string.h>

#include "base/mountinfo.h"

#include "base/file.h"
#include "base/path.h"

#define OWN "/proc/self/mountinfo"

enum { TEXT_MAX = 64 * 1024 * 1024 };

/* Blanks, tabs, newlines and backslashes are written as three octal digits. In place. */
static void unescape(char *text)
{
        char *to = text;
        for (; *text; text++) {
                bool is_escape = text[0] == '\\' && strspn(text + 1, "01234567") >= 3;
                if (!is_escape) {
                        *to++ = *text;
                        continue;
                }
                *to++ = (char)((text[1] - '0') * 64 + (text[2] - '0') * 8 + (text[3] - '0'));
                text += 3;
        }
        *to = '\0';
}

static bool has_option(char *options, const char *wanted)
{
        for (char *option = strsep(&options, ","); option; option = strsep(&options, ","))
                if (strcmp(option, wanted) == 0)
                        return true;
        return false;
}

/* ID PARENT DEV ROOT DEST OPTIONS [TAG[:VALUE]]... - TYPE SOURCE SUPER_OPTIONS */
static bool parse_line(char *line, struct mountinfo *ret)
{
        static const char shared[] = "shared:";
        char *fields[6], *tail[3];
        for (size_t i = 0; i < ARRAY_LEN(fields); i++)
                fields[i] = strsep(&line, " ");
        char *tag = strsep(&line, " ");
        for (; tag && strcmp(tag, "-") != 0; tag = strsep(&line, " "))
                if (strncmp(tag, shared, strlen(shared)) == 0)
                        ret->peers = tag + strlen(shared);
        for (size_t i = 0; i < ARRAY_LEN(tail); i++)
                tail[i] = strsep(&line, " ");
        if (!tail[2])
                return false;

        unescape(fields[3]);
        unescape(fields[4]);
        unescape(tail[1]);
        ret->dev = fields[2];
        ret->root = fields[3];
        ret->dest = fields[4];
        ret->type = tail[0];
        ret->source = tail[1];
        ret->is_readonly = has_option(fields[5], "ro") || has_option(tail[2], "ro");
        return true;
}

static size_t count_lines(const char *text)
{
        size_t n = 1;
        for (; *text; text++)
                n += *text == '\n';
        return n;
}

int mountinfo_parse(char *text, struct arena *arena, struct mountinfo_list *ret, struct err *err)
{
        *ret = (struct mountinfo_list){ .items = arena_alloc_n(arena, count_lines(text), sizeof *ret->items) };
        if (!ret->items)
                return fail(err, "out of memory");

        for (char *line = strsep(&text, "\n"); line; line = strsep(&text, "\n")) {
                if (*line == '\0')
                        continue;
                if (!parse_line(line, &ret->items[ret->n]))
                        return fail(err, "line %zu is no mount", ret->n + 1);
                ret->n++;
        }
        return 0;
}

int mountinfo_read_own(struct buf *text, struct arena *arena, struct mountinfo_list *ret, struct err *err)
{
        *ret = (struct mountinfo_list){ 0 };
        if (file_read(AT_FDCWD, OWN, TEXT_MAX, text, err) < 0)
                return -1;
        int done = text->len == 0 ? fail(err, "no mounts") : mountinfo_parse(text->data, arena, ret, err);
        return done < 0 ? fail_at(err, OWN) : 0;
}

bool mountinfo_covers_proc(const struct mountinfo *mount)
{
        return path_is_below(mount->dest, "/proc") && strcmp(mount->dest, "/proc") != 0;
}
