/* SPDX-License-Identifier: Apache-2.0 */
/* passwd_lines.h - the image's lists of users and groups, read through a small window and up to a limit: they are the
 * image's, and may be anything. Within this room only: for user.c and names.c. */
#ifndef TARE_SEC_PASSWD_LINES_H
#define TARE_SEC_PASSWD_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

enum { PASSWD_WINDOW_SIZE = 4096, PASSWD_READS_MAX = 1024 };

/* Start: { .fd = an open descriptor that does not block, or -1 for no file, which has no line }. */
struct passwd_lines {
        int fd;
        unsigned int n_reads;
        int code;          /* errno of the read that failed; 0: none did */
        bool is_over;      /* the end was reached: that of the file, of the limit, or by a read that failed */
        bool goes_on;      /* the line given out last has more to come */
        bool is_rest;      /* the line given out last is the rest of the one before it */
        size_t start, end; /* what is read and not yet given out */
        char window[PASSWD_WINDOW_SIZE + 1];
};

/* The next line without the blanks around it, in the window until the next call; NULL at the end. A line that is longer
 * than the window comes in pieces, each up to and without a comma if it has one: members of a group stay whole. */
char *passwd_lines_next(struct passwd_lines *lines);
/* After the end: whether it was that of the file. "read: is a directory", "larger than any list of users". */
int passwd_lines_ok(const struct passwd_lines *lines, struct err *err);

/* A line of passwd(5). */
struct passwd_entry {
        const char *name;
        uid_t uid;
        gid_t gid;
        const char *home; /* "" when the line ends before it */
};

/* The next line that is an entry: with a uid and a gid, which -1 is not; no comment. False at the end. Texts as above.
 */
bool passwd_entry_next(struct passwd_lines *lines, struct passwd_entry *ret);
/* An id as these files have it: digits, and not the -1 that setresuid(2) and setresgid(2) take for "leave it". */
bool passwd_id(const char *text, uint32_t *ret);

#endif
