/* SPDX-License-Identifier: Apache-2.0 */
/* passwd_lines.c - read lines and entries of passwd(5) and lines of group(5); see passwd_lines.h. */

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "passwd_lines.h"

#include "base/number.h"
#include "sec/trim.h"

static bool is_whole(const struct passwd_lines *lines)
{
        return lines->code == 0 && lines->n_reads <= PASSWD_READS_MAX;
}

/* Moves what is left to the front and reads behind it. False when nothing came: the window is full, or it is over. */
static bool fill(struct passwd_lines *lines)
{
        memmove(lines->window, lines->window + lines->start, lines->end - lines->start);
        lines->end -= lines->start;
        lines->start = 0;
        if (lines->end == PASSWD_WINDOW_SIZE)
                return false;

        ssize_t n = 0;
        if (lines->fd >= 0 && lines->n_reads++ < PASSWD_READS_MAX)
                n = read(lines->fd, lines->window + lines->end, PASSWD_WINDOW_SIZE - lines->end);
        if (n > 0) {
                lines->end += (size_t)n;
                return true;
        }
        lines->code = n < 0 ? errno : 0;
        lines->is_over = true;
        /* Where it was not the file that ended, what is left is half a line. */
        if (!is_whole(lines))
                lines->end = 0;
        return false;
}

char *passwd_lines_next(struct passwd_lines *lines)
{
        char *end;
        while (!(end = memchr(lines->window + lines->start, '\n', lines->end - lines->start)))
                if (lines->is_over || !fill(lines))
                        break;
        if (lines->start == lines->end)
                return NULL;

        lines->is_rest = lines->goes_on;
        lines->goes_on = !end && !lines->is_over;
        if (lines->goes_on)
                end = memrchr(lines->window, ',', lines->end);
        if (!end)
                end = lines->window + lines->end;
        *end = '\0';
        char *line = lines->window + lines->start;
        size_t next = (size_t)(end - lines->window) + 1;
        lines->start = next < lines->end ? next : lines->end;
        return trim(line);
}

int passwd_lines_ok(const struct passwd_lines *lines, struct err *err)
{
        if (is_whole(lines))
                return 0;
        if (lines->code == 0)
                return fail(err, "larger than any list of users");
        errno = lines->code;
        return fail_sys(err, "read");
}

bool passwd_id(const char *text, uint32_t *ret)
{
        uint64_t number;
        if (!number_u64(text, 0, UINT32_MAX - 1, &number))
                return false;
        *ret = (uint32_t)number;
        return true;
}

/* name:password:uid:gid:comment:home:shell */
static bool read_entry(char *line, struct passwd_entry *ret)
{
        enum { NAME, PASSWORD, ENTRY_UID, ENTRY_GID, COMMENT, HOME, FIELDS };
        const char *fields[FIELDS];
        for (size_t i = 0; i < FIELDS; i++) {
                fields[i] = strsep(&line, ":");
                if (!fields[i])
                        fields[i] = "";
        }

        ret->name = fields[NAME];
        ret->home = fields[HOME];
        return fields[NAME][0] != '#' && passwd_id(fields[ENTRY_UID], &ret->uid) &&
               passwd_id(fields[ENTRY_GID], &ret->gid);
}

bool passwd_entry_next(struct passwd_lines *lines, struct passwd_entry *ret)
{
        for (char *line = passwd_lines_next(lines); line; line = passwd_lines_next(lines))
                if (!lines->is_rest && !lines->goes_on && read_entry(line, ret))
                        return true;
        return false;
}
