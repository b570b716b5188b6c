/* SPDX-License-Identifier: Apache-2.0 */
/* names.c - look up a user and its groups in the container's own lists; see names.h.
 * The lists are the image's. What they can give at most is what the caller could have asked for by number; what they
 * must not do is give one number for another (CVE-2016-3697). */

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "names.h"

#include "base/buf.h"
#include "base/number.h"
#include "sec/passwd_lines.h"
#include "sec/user.h"

/* setgroups(2) takes no more. */
enum { GROUPS_MAX = 65536 };

/* One half of what is wanted. */
struct wish {
        const char *text; /* "": nothing is wished */
        bool is_number;
        uint32_t number;
};

/* "+1" and "-1" are numbers here, since Go takes them for that: they must not become names. */
static bool looks_like_number(const char *text)
{
        if (*text == '+' || *text == '-')
                text++;
        return *text != '\0' && text[strspn(text, "0123456789")] == '\0';
}

static int read_wish(const char *text, struct wish *ret, struct err *err)
{
        *ret = (struct wish){ .text = text, .is_number = looks_like_number(text) };
        if (!ret->is_number)
                return 0;

        int64_t number = 0;
        if (!number_i64(*text == '+' ? text + 1 : text, 0, INT32_MAX, &number))
                return fail(err, "uids and gids must be in range 0-%d", INT32_MAX);
        ret->number = (uint32_t)number;
        return 0;
}

/* Takes uid, gid and home of the first entry that fits; ret_name is its name, "" without an entry. */
static int find_entry(const struct wish *wish, int passwd_fd, struct arena *arena, struct names_user *ret,
                      const char **ret_name, struct err *err)
{
        struct passwd_lines lines = { .fd = passwd_fd };
        struct passwd_entry entry;
        while (passwd_entry_next(&lines, &entry)) {
                if (wish->is_number ? entry.uid != wish->number : strcmp(entry.name, wish->text) != 0)
                        continue;
                ret->ids.uid = entry.uid;
                ret->ids.gid = entry.gid;
                *ret_name = arena_copy(arena, entry.name, strlen(entry.name));
                if (entry.home[0] != '\0')
                        ret->home = arena_copy(arena, entry.home, strlen(entry.home));
                return *ret_name && ret->home ? 0 : fail(err, "out of memory");
        }

        if (passwd_lines_ok(&lines, err) < 0)
                return fail_at(err, "unable to find user %s: passwd file", wish->text);
        if (!wish->is_number)
                return fail(err, "unable to find user %s: no matching entries in passwd file", wish->text);
        ret->ids.uid = wish->number;
        return 0;
}

/* A line of group(5), name:password:gid:members, as far as it is in the window: its rest gives more members. */
struct group {
        const char *name;
        gid_t gid;
        char *members; /* cut apart by whoever reads them */
};

static bool read_group(char *line, struct group *ret)
{
        ret->members = line;
        ret->name = strsep(&ret->members, ":");
        (void)strsep(&ret->members, ":");
        const char *gid = strsep(&ret->members, ":");
        return ret->name[0] != '#' && gid && passwd_id(gid, &ret->gid);
}

static int find_gid(const struct wish *wish, int group_fd, gid_t *ret, struct err *err)
{
        struct passwd_lines lines = { .fd = group_fd };
        for (char *line = passwd_lines_next(&lines); line; line = passwd_lines_next(&lines)) {
                struct group group;
                if (lines.is_rest || !read_group(line, &group) || strcmp(group.name, wish->text) != 0)
                        continue;
                *ret = group.gid;
                return 0;
        }

        if (passwd_lines_ok(&lines, err) < 0)
                return fail_at(err, "unable to find group %s: group file", wish->text);
        return fail(err, "unable to find group %s: no matching entries in group file", wish->text);
}

static bool has_member(char *members, const char *name)
{
        while (members)
                if (strcmp(strsep(&members, ","), name) == 0)
                        return true;
        return false;
}

/* The gids of all groups that list the name, in the order of the file. */
static int find_groups_of(const char *name, int group_fd, struct buf *ret, struct err *err)
{
        struct passwd_lines lines = { .fd = group_fd };
        struct group group = { 0 };
        bool is_group = false;
        for (char *line = passwd_lines_next(&lines); line; line = passwd_lines_next(&lines)) {
                if (lines.is_rest)
                        group.members = line;
                else
                        is_group = read_group(line, &group);
                if (!is_group || !has_member(group.members, name))
                        continue;
                buf_add(ret, &group.gid, sizeof group.gid);
                /* Once is enough, though its line may go on. */
                is_group = false;
        }

        if (passwd_lines_ok(&lines, err) < 0)
                return fail_at(err, "unable to find groups of user %s: group file", name);
        if (ret->len / sizeof group.gid > GROUPS_MAX)
                return fail(err, "user %s is in more than %d groups", name, GROUPS_MAX);
        return buf_ok(ret, err);
}

static int add_groups_of(const char *name, int group_fd, struct arena *arena, struct spec_user *ids, struct err *err)
{
        auto_buf struct buf gids = { 0 };
        if (find_groups_of(name, group_fd, &gids, err) < 0)
                return -1;
        if (gids.len == 0)
                return 0;

        ids->additional_gids = arena_alloc(arena, gids.len);
        if (!ids->additional_gids)
                return fail(err, "out of memory");
        memcpy(ids->additional_gids, gids.data, gids.len);
        ids->n_additional_gids = gids.len / sizeof *ids->additional_gids;
        return 0;
}

int names_find_user(const char *wanted, const struct names_files *files, struct arena *arena, struct names_user *ret,
                    struct err *err)
{
        *ret = (struct names_user){ .home = "/" };
        char *group_text = arena_copy(arena, wanted, strlen(wanted));
        if (!group_text)
                return fail(err, "out of memory");

        struct wish user;
        struct wish group;
        const char *user_text = strsep(&group_text, ":");
        if (read_wish(user_text[0] ? user_text : "0", &user, err) < 0 ||
            read_wish(group_text ? group_text : "", &group, err) < 0)
                return -1;

        if (user.is_number && group.is_number) {
                ret->ids.uid = user.number;
                ret->ids.gid = group.number;
                return user_home(files->passwd_fd, user.number, arena, &ret->home, err);
        }

        const char *name = "";
        if (find_entry(&user, files->passwd_fd, arena, ret, &name, err) < 0)
                return -1;
        if (group.is_number) {
                ret->ids.gid = group.number;
                return 0;
        }
        if (group.text[0] != '\0')
                return find_gid(&group, files->group_fd, &ret->ids.gid, err);
        return name[0] == '\0' ? 0 : add_groups_of(name, files->group_fd, arena, &ret->ids, err);
}

int names_add_groups(struct spec_user *user, const struct spec_user *more, struct arena *arena, struct err *err)
{
        size_t n = user->n_additional_gids + more->n_additional_gids;
        gid_t *gids = arena_alloc_n(arena, n, sizeof *gids);
        if (!gids)
                return fail_sys(err, "%zu groups", n);

        for (size_t i = 0; i < n; i++)
                gids[i] = i < user->n_additional_gids ? user->additional_gids[i]
                                                      : more->additional_gids[i - user->n_additional_gids];
        user->additional_gids = gids;
        user->n_additional_gids = n;
        return 0;
}
