/* SPDX-License-Identifier: Apache-2.0 */
/* doctor.c - examine the host; see doctor.h. Each question is a row of the table at the end. */

#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "birth/doctor.h"

#include "base/file.h"
#include "base/mountinfo.h"
#include "base/proc.h"
#include "cgroup/cgroup.h"
#include "sec/landlock.h"
#include "sec/lsm.h"

enum { SETTING_MAX = 1024 * 1024 };

const char *const health_names[HEALTHS] = {
        [HEALTH_GOOD] = "good",
        [HEALTH_LESS] = "less",
        [HEALTH_BAD] = "bad",
};

/* findings --------------------------------------------------------------------------------------------------------- */

static void find(struct doctor_finding *finding, enum health health, const char *format, ...) PRINTF_LIKE(3, 4);

static void find(struct doctor_finding *finding, enum health health, const char *format, ...)
{
        va_list args;
        va_start(args, format);
        (void)vsnprintf(finding->found, sizeof finding->found, format, args);
        va_end(args);
        finding->health = health;
}

static void advise(struct doctor_finding *finding, const char *format, ...) PRINTF_LIKE(2, 3);

static void advise(struct doctor_finding *finding, const char *format, ...)
{
        va_list args;
        va_start(args, format);
        (void)vsnprintf(finding->remedy, sizeof finding->remedy, format, args);
        va_end(args);
}

static bool is_user(void)
{
        return geteuid() != 0;
}

/* The whole file, "" where it cannot be read. */
static const char *read_setting(const char *path, struct buf *text)
{
        struct err ignored;
        if (file_read(AT_FDCWD, path, SETTING_MAX, text, &ignored) < 0)
                return "";
        return buf_text(text);
}

/* the questions ---------------------------------------------------------------------------------------------------- */

static void ask_kernel(const struct runtime *runtime, struct doctor_finding *finding)
{
        struct utsname name;
        unsigned int major = 0, minor = 0;
        (void)runtime;
        if (uname(&name) < 0 || sscanf(name.release, "%u.%u", &major, &minor) != 2) {
                find(finding, HEALTH_LESS, "its release cannot be read");
                return;
        }
        bool is_old = major < 5 || (major == 5 && minor < 10);
        bool maps_ids = major > 5 || (major == 5 && minor >= 12);
        find(finding, is_old ? HEALTH_BAD : HEALTH_GOOD, "%s on %s%s", name.release, name.machine,
             maps_ids ? "" : ", without id-mapped mounts");
        if (is_old)
                advise(finding, "5.10 or newer is needed, 5.12 for id-mapped mounts");
}

static void ask_namespaces(const struct runtime *runtime, struct doctor_finding *finding)
{
        static const char *const names[] = { "cgroup", "ipc", "mnt", "net", "pid", "time", "user", "uts" };
        auto_buf struct buf missing = { 0 };
        (void)runtime;
        for (size_t i = 0; i < ARRAY_LEN(names); i++) {
                char path[64];
                (void)snprintf(path, sizeof path, "/proc/self/ns/%s", names[i]);
                if (faccessat(AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW) < 0)
                        buf_add_format(&missing, " %s", names[i]);
        }
        if (missing.len == 0) {
                find(finding, HEALTH_GOOD, "all eight");
                return;
        }
        find(finding, HEALTH_LESS, "not there:%s", buf_text(&missing));
        advise(finding, "a kernel with CONFIG_NAMESPACES and what belongs to it; is /proc mounted?");
}

static void ask_user_namespaces(const struct runtime *runtime, struct doctor_finding *finding)
{
        static const struct {
                const char *path, *forbids, *remedy;
        } settings[] = {
                {"/proc/sys/user/max_user_namespaces",                      "0\n", "sysctl user.max_user_namespaces=10000"    },
                { "/proc/sys/kernel/unprivileged_userns_clone",             "0\n", "sysctl kernel.unprivileged_userns_clone=1"},
                { "/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1\n",
                 "sysctl kernel.apparmor_restrict_unprivileged_userns=0, or an AppArmor profile for tare with "
                  "userns"                                                                                                    },
        };
        (void)runtime;
        for (size_t i = 0; i < ARRAY_LEN(settings); i++) {
                auto_buf struct buf text = { 0 };
                if (strcmp(read_setting(settings[i].path, &text), settings[i].forbids) != 0)
                        continue;
                if (i > 0 && !is_user())
                        continue;
                find(finding, is_user() ? HEALTH_BAD : HEALTH_LESS, "forbidden by %s", settings[i].path);
                advise(finding, "%s", settings[i].remedy);
                return;
        }
        find(finding, HEALTH_GOOD, "allowed");
}

static void ask_cgroups(const struct runtime *runtime, struct doctor_finding *finding)
{
        struct arena arena = { 0 };
        struct cgroup cgroup = { 0 };
        struct err err;
        (void)runtime;
        if (cgroup_plan(NULL, "x", &arena, &cgroup, &err) < 0 || cgroup.n == 0) {
                find(finding, HEALTH_LESS, "none mounted at /sys/fs/cgroup");
                advise(finding, "mount -t cgroup2 cgroup2 /sys/fs/cgroup; or --cgroup-manager disabled");
                arena_finish(&arena);
                return;
        }
        bool has_v2 = false;
        size_t n_allowed = 0;
        for (size_t i = 0; i < cgroup.n; i++) {
                char parent[PATH_MAX];
                const char *dir = cgroup.hierarchies[i].dir;
                (void)snprintf(parent, sizeof parent, "%.*s", (int)(strrchr(dir, '/') - dir), dir);
                n_allowed += faccessat(AT_FDCWD, parent, W_OK, AT_EACCESS) == 0;
                has_v2 |= *cgroup.hierarchies[i].name == '\0';
        }
        const char *kind = cgroup.is_v2 ? "v2" : has_v2 ? "v1, with a v2 beside it" : "v1";
        if (n_allowed == cgroup.n) {
                find(finding, HEALTH_GOOD, "%s", kind);
        } else {
                find(finding, HEALTH_LESS, "%s, and %zu of %zu hierarchies may not be written to: no limits, no pause",
                     kind, cgroup.n - n_allowed, cgroup.n);
                advise(finding, is_user() ? "a service of your own with Delegate=yes: systemd-run --user --scope -p "
                                            "Delegate=yes"
                                          : "mount them writable");
        }
        arena_finish(&arena);
}

static void ask_seccomp(const struct runtime *runtime, struct doctor_finding *finding)
{
        auto_buf struct buf text = { 0 };
        (void)runtime;
        const char *actions = read_setting("/proc/sys/kernel/seccomp/actions_avail", &text);
        if (*actions == '\0') {
                find(finding, HEALTH_LESS, "not in this kernel: a bundle with a profile is refused");
                advise(finding, "a kernel with CONFIG_SECCOMP_FILTER");
                return;
        }
        find(finding, HEALTH_GOOD, "%.*s", (int)strcspn(actions, "\n"), actions);
}

static void ask_security_modules(const struct runtime *runtime, struct doctor_finding *finding)
{
        struct err err;
        uint32_t abi = 0;
        char landlock[32] = "no Landlock";
        (void)runtime;
        bool has_apparmor = apparmor_check("/sys", &err) == 0;
        bool has_selinux = selinux_check("/sys", &err) == 0;
        if (landlock_abi(&abi, &err) == 0)
                (void)snprintf(landlock, sizeof landlock, "Landlock %u", abi);
        find(finding, has_apparmor || has_selinux || abi > 0 ? HEALTH_GOOD : HEALTH_LESS, "%s, %s, %s",
             has_apparmor ? "AppArmor" : "no AppArmor", has_selinux ? "SELinux" : "no SELinux", landlock);
        if (finding->health != HEALTH_GOOD)
                advise(finding, "the kernel parameter lsm=landlock,apparmor");
}

/* Whether a file lists ids for the user, by name or number. */
static bool has_ids(const char *path)
{
        char number[16];
        auto_buf struct buf text = { 0 };
        const char *name = getenv("USER");
        (void)snprintf(number, sizeof number, "%u", geteuid());
        for (const char *line = read_setting(path, &text); *line; line += strcspn(line, "\n"), line += *line == '\n') {
                size_t len = strcspn(line, ":\n");
                if ((name && len == strlen(name) && strncmp(line, name, len) == 0) ||
                    (len == strlen(number) && strncmp(line, number, len) == 0))
                        return true;
        }
        return false;
}

static bool is_in_path(const char *program)
{
        char path[PATH_MAX];
        const char *next = getenv("PATH");
        while (next && *next) {
                size_t len = strcspn(next, ":");
                bool fits = len + 1 + strlen(program) < sizeof path;
                if (fits) {
                        memcpy(path, next, len);
                        path[len] = '/';
                        strcpy(path + len + 1, program);
                }
                if (fits && faccessat(AT_FDCWD, path, X_OK, 0) == 0)
                        return true;
                next += len;
                next += *next == ':';
        }
        return false;
}

static void ask_ids(const struct runtime *runtime, struct doctor_finding *finding)
{
        (void)runtime;
        if (!is_user()) {
                find(finding, HEALTH_GOOD, "root maps any");
                return;
        }
        if (!is_in_path("newuidmap") || !is_in_path("newgidmap")) {
                find(finding, HEALTH_LESS, "newuidmap or newgidmap is not installed: one id a container");
                advise(finding, "apt install uidmap");
                return;
        }
        if (!has_ids("/etc/subuid") || !has_ids("/etc/subgid")) {
                find(finding, HEALTH_LESS, "none in /etc/subuid and /etc/subgid: one id a container");
                advise(finding, "usermod --add-subuids 100000-165535 --add-subgids 100000-165535 USER");
                return;
        }
        find(finding, HEALTH_GOOD, "of /etc/subuid and /etc/subgid");
}

static void ask_proc(const struct runtime *runtime, struct doctor_finding *finding)
{
        struct arena arena = { 0 };
        struct mountinfo_list mounts = { 0 };
        struct err ignored;
        auto_buf struct buf text = { 0 };
        const char *first = NULL;
        (void)runtime;
        (void)mountinfo_read_own(&text, &arena, &mounts, &ignored);
        for (size_t i = 0; i < mounts.n && !first; i++)
                if (mountinfo_covers_proc(&mounts.items[i]))
                        first = mounts.items[i].dest;
        if (mounts.n == 0) {
                find(finding, HEALTH_BAD, "not mounted");
                advise(finding, "mount -t proc proc /proc");
        } else if (first) {
                find(finding, HEALTH_LESS, "covered in part, as at %s: a user namespace may mount none", first);
                advise(finding, "unmount what covers it, or bind /proc in the bundle");
        } else {
                find(finding, HEALTH_GOOD, "whole");
        }
        arena_finish(&arena);
}

static void ask_state(const struct runtime *runtime, struct doctor_finding *finding)
{
        char path[PATH_MAX];
        (void)snprintf(path, sizeof path, "%s", runtime->root);
        /* Up to what is there: the rest is made. */
        while (faccessat(AT_FDCWD, path, F_OK, 0) < 0 && strrchr(path, '/') > path)
                *strrchr(path, '/') = '\0';
        if (faccessat(AT_FDCWD, path, W_OK | X_OK, AT_EACCESS) == 0) {
                find(finding, HEALTH_GOOD, "%s", runtime->root);
                return;
        }
        find(finding, HEALTH_BAD, "%s cannot be made or written to", runtime->root);
        advise(finding, "--root DIR, or for an ordinary user XDG_RUNTIME_DIR");
}

static void ask_systemd(const struct runtime *runtime, struct doctor_finding *finding)
{
        char path[PATH_MAX];
        const char *dir = getenv("TARE_LIBEXECDIR");
        (void)runtime;
        if (faccessat(AT_FDCWD, "/run/systemd/system", F_OK, 0) < 0) {
                find(finding, HEALTH_GOOD, "does not run here: cgroups are made by tare itself");
                return;
        }
        (void)snprintf(path, sizeof path, "%s/systemd", dir ? dir : TARE_LIBEXECDIR);
        if (faccessat(AT_FDCWD, path, X_OK, 0) == 0) {
                find(finding, HEALTH_GOOD, "runs, and the helper for --systemd-cgroup is there");
                return;
        }
        find(finding, HEALTH_LESS, "runs, and the helper for --systemd-cgroup is not at %s", path);
        advise(finding, "install tare whole, or set TARE_LIBEXECDIR");
}

static void ask_protection(const struct runtime *runtime, struct doctor_finding *finding)
{
        auto_buf struct buf text = { 0 };
        (void)runtime;
        if (!is_user() && !proc_is_in_user_namespace()) {
                find(finding, HEALTH_GOOD, "of the program by a read-only mount of its own");
        } else if (strcmp(read_setting("/proc/sys/vm/memfd_noexec", &text), "2\n") == 0) {
                find(finding, HEALTH_BAD, "of the program is not possible: vm.memfd_noexec is 2");
                advise(finding, "sysctl vm.memfd_noexec=1, or tare on a read-only file system");
        } else {
                find(finding, HEALTH_GOOD, "of the program by a sealed copy in memory");
        }
}

/* the table -------------------------------------------------------------------------------------------------------- */

static const struct {
        const char *what;
        void (*ask)(const struct runtime *runtime, struct doctor_finding *finding);
} questions[] = {
        {"kernel",           ask_kernel          },
        { "namespaces",      ask_namespaces      },
        { "user-namespaces", ask_user_namespaces },
        { "ids",             ask_ids             },
        { "cgroups",         ask_cgroups         },
        { "systemd",         ask_systemd         },
        { "seccomp",         ask_seccomp         },
        { "modules",         ask_security_modules},
        { "proc",            ask_proc            },
        { "state",           ask_state           },
        { "protection",      ask_protection      },
};

int host_examine(const struct runtime *runtime, struct arena *arena, struct doctor_finding **ret, size_t *ret_n,
                 struct err *err)
{
        struct doctor_finding *findings = arena_alloc_n(arena, ARRAY_LEN(questions), sizeof *findings);
        if (!findings)
                return fail(err, "out of memory");
        for (size_t i = 0; i < ARRAY_LEN(questions); i++) {
                findings[i].what = questions[i].what;
                questions[i].ask(runtime, &findings[i]);
        }
        *ret = findings;
        *ret_n = ARRAY_LEN(questions);
        return 0;
}
