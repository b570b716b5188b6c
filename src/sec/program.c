/* SPDX-License-Identifier: Apache-2.0 */
/* program.c - the program's environment, file and working directory; see program.h. */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "program.h"

#include "sec/program_fault.h"
#include "sys/syscalls.h"

/* Names that the environment has already: a hash table with open addressing, never more than half full. */
struct name_table {
        const char **slots; /* "NAME=value"; NULL: free */
        size_t n_slots;     /* a power of two */
};

static size_t name_hash(const char *name, size_t len)
{
        uint32_t hash = 2166136261U; /* FNV-1a */
        for (size_t i = 0; i < len; i++)
                hash = (hash ^ (unsigned char)name[i]) * 16777619U;
        return hash;
}

/* Whether the name of the variable was not there yet. */
static bool name_table_add(struct name_table *table, const char *variable)
{
        size_t len = strcspn(variable, "=");
        size_t i = name_hash(variable, len) & (table->n_slots - 1);
        for (; table->slots[i]; i = (i + 1) & (table->n_slots - 1))
                if (strncmp(table->slots[i], variable, len + 1) == 0)
                        return false;
        table->slots[i] = variable;
        return true;
}

static int check_variables(const struct text_list *env, struct err *err)
{
        for (size_t i = 0; i < env->n; i++) {
                const char *equals = strchr(env->items[i], '=');
                if (!equals)
                        return fail(err, "invalid environment variable: missing '='");
                if (equals == env->items[i])
                        return fail(err, "invalid environment variable: name cannot be empty");
        }
        return 0;
}

bool program_wants_home(const struct text_list *env)
{
        for (size_t i = env->n; i-- > 0;)
                if (strncmp(env->items[i], "HOME=", 5) == 0)
                        return env->items[i][5] == '\0';
        return true;
}

int program_env(const struct text_list *env, const char *home, const char *const *extra, struct arena *arena,
                const char ***ret, struct err *err)
{
        if (check_variables(env, err) < 0)
                return -1;

        size_t n_extra = 0;
        while (extra && extra[n_extra])
                n_extra++;
        size_t n = env->n + 1 + n_extra;
        struct name_table names = { .n_slots = 4 };
        while (names.n_slots < 2 * n)
                names.n_slots *= 2;
        const char **list = arena_alloc_n(arena, n + 1, sizeof *list);
        names.slots = arena_alloc_n(arena, names.n_slots, sizeof *names.slots);
        if (!list || !names.slots)
                return fail_sys(err, "environment of %zu variables", n);

        /* From the last to the first, so that the first one met of a name is the one that stays. */
        size_t first = n;
        for (size_t i = n_extra; i-- > 0;)
                if (name_table_add(&names, extra[i]))
                        list[--first] = extra[i];
        if (program_wants_home(env)) {
                size_t size = sizeof "HOME=" + strlen(home);
                char *variable = arena_alloc(arena, size);
                if (!variable)
                        return fail_sys(err, "environment of %zu variables", n);
                (void)snprintf(variable, size, "HOME=%s", home);
                if (name_table_add(&names, variable))
                        list[--first] = variable;
        }
        for (size_t i = env->n; i-- > 0;)
                if (name_table_add(&names, env->items[i]))
                        list[--first] = env->items[i];

        *ret = list + first;
        return 0;
}

/* 0, or -1 with errno. */
static int may_execute(const char *path, const struct stat *st)
{
        if (S_ISDIR(st->st_mode)) {
                errno = EISDIR;
                return -1;
        }
        /* AT_EACCESS: access(2) proper would look at a user's capabilities as if it had none. */
        if (faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) == 0)
                return 0;
        if (errno != ENOSYS && errno != EPERM)
                return -1;

        /* The container's own seccomp profile may not know faccessat2(2): then the mode must do, and execve(2) has the
         * last word. */
        if (st->st_mode & (S_IXUSR | S_IXGRP | S_IXOTH))
                return 0;
        errno = EACCES;
        return -1;
}

static int find_here(const char *name, char *ret, struct err *err)
{
        struct stat st;
        if (stat(name, &st) < 0)
                return fail_sys(err, "exec: \"%s\": stat %s", name, name);
        if (may_execute(name, &st) < 0) {
                (void)fail_sys(err, "exec: \"%s\"", name);
                if (!S_ISDIR(st.st_mode))
                        program_explain_access("it", name, err);
                return -1;
        }

        (void)snprintf(ret, PATH_MAX, "%s", name); /* fits: stat(2) took it */
        return 0;
}

static const char *value_of_path(const char *const *env)
{
        for (; *env; env++)
                if (strncmp(*env, "PATH=", 5) == 0)
                        return *env + 5;
        return "";
}

/* The first of the files that were passed over may be the one that was meant. */
static int fail_unfound(const char *name, const char *passed_over, struct err *err)
{
        (void)fail(err, "exec: \"%s\": executable file not found in $PATH", name);
        if (*passed_over)
                program_explain_access(passed_over, passed_over, err);
        return -1;
}

int program_find(const char *name, const char *const *env, char *ret, struct err *err)
{
        char passed_over[PATH_MAX] = "";
        if (strchr(name, '/'))
                return find_here(name, ret, err);

        /* An empty PATH has no element; an empty element is the working directory. */
        const char *next = value_of_path(env);
        for (const char *dir = *next != '\0' ? next : NULL; dir; dir = next) {
                int len = (int)strcspn(dir, ":");
                next = dir[len] == ':' ? dir + len + 1 : NULL;
                const char *slash = len > 0 && dir[len - 1] == '/' ? "" : "/";
                int n = len == 0 ? snprintf(ret, PATH_MAX, "./%s", name)
                                 : snprintf(ret, PATH_MAX, "%.*s%s%s", len, dir, slash, name);
                struct stat st;
                if (n <= 0 || n >= PATH_MAX || stat(ret, &st) < 0)
                        continue;
                if (may_execute(ret, &st) < 0) {
                        if (!*passed_over)
                                strcpy(passed_over, ret);
                        continue;
                }
                if (ret[0] == '/')
                        return 0;
                return fail(err, "exec: \"%s\": cannot run executable found relative to current directory", name);
        }
        return fail_unfound(name, passed_over, err);
}

int program_check_cwd(struct err *err)
{
        char cwd[PATH_MAX];
        long len = sys_getcwd(cwd, sizeof cwd);
        if (len < 0 && errno != ENOENT)
                return fail_sys(err, "verify that the current working directory is safe");
        /* The kernel says "(unreachable)/..." of a directory that the root does not lead to; ENOENT of a removed one.
         */
        if (len < 0 || cwd[0] == '(')
                return fail(err, "current working directory is outside of container mount namespace root -- possible "
                                 "container breakout detected");
        if (cwd[0] != '/')
                return fail(err,
                            "current working directory is not absolute -- possible container breakout detected: cwd is "
                            "\"%s\"",
                            cwd);
        return 0;
}
