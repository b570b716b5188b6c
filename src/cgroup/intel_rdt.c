/* SPDX-License-Identifier: Apache-2.0 */
/* intel_rdt.c - a container's group in resctrl: made, compared, joined, removed; see intel_rdt.h. */

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "cgroup/intel_rdt.h"

#include "base/buf.h"
#include "base/file.h"

#ifndef RDTGROUP_SUPER_MAGIC
#define RDTGROUP_SUPER_MAGIC 0x7655821 /* linux/magic.h */
#endif

#define RDT "linux.intelRdt"

enum { SCHEMATA_MAX = 1024 * 1024 };

int intel_rdt_check(const char *root, struct err *err)
{
        struct statfs fs;
        if (statfs(root, &fs) == 0 && fs.f_type == RDTGROUP_SUPER_MAGIC)
                return 0;
        return fail(err, "intelRdt is specified in config, but Intel RDT is not enabled");
}

/* schemata --------------------------------------------------------------------------------------------------------- */

/* "L3:0=f;1=f": its resource, "L3", and what follows the colon. The kernel pads with blanks and leading zeros. */
struct schema {
        const char *name, *value;
        size_t name_len, value_len;
};

static bool schema_parse(const char *line, size_t len, struct schema *ret)
{
        for (; len > 0 && (*line == ' ' || *line == '\t'); len--)
                line++;
        while (len > 0 && (line[len - 1] == ' ' || line[len - 1] == '\t'))
                len--;
        const char *colon = memchr(line, ':', len);
        if (!colon)
                return false;
        ret->name = line;
        ret->name_len = (size_t)(colon - line);
        ret->value = colon + 1;
        ret->value_len = len - ret->name_len - 1;
        return true;
}

/* "0=00ff" of a list: its id, and the value without the zeros in front. */
static bool domain_next(struct schema *rest, struct schema *ret)
{
        if (rest->value_len == 0)
                return false;
        const char *end = memchr(rest->value, ';', rest->value_len);
        size_t len = end ? (size_t)(end - rest->value) : rest->value_len;
        const char *equals = memchr(rest->value, '=', len);
        *ret = (struct schema){ .name = rest->value, .name_len = equals ? (size_t)(equals - rest->value) : len };
        ret->value = equals ? equals + 1 : rest->value + len;
        ret->value_len = equals ? len - ret->name_len - 1 : 0;
        while (ret->value_len > 1 && (*ret->value == '0' || *ret->value == ' ')) {
                ret->value++;
                ret->value_len--;
        }
        size_t used = end ? len + 1 : len;
        rest->value += used;
        rest->value_len -= used;
        return true;
}

static bool is_same_text(const char *a, size_t a_len, const char *b, size_t b_len)
{
        return a_len == b_len && memcmp(a, b, a_len) == 0;
}

/* Whether each domain of the wanted line has that very value in the line that is there. */
static bool has_domains(struct schema wanted, struct schema there)
{
        struct schema domain, found;
        while (domain_next(&wanted, &domain)) {
                bool is_found = false;
                struct schema rest = there;
                while (!is_found && domain_next(&rest, &found)) {
                        is_found = is_same_text(domain.name, domain.name_len, found.name, found.name_len) &&
                                   is_same_text(domain.value, domain.value_len, found.value, found.value_len);
                }
                if (!is_found)
                        return false;
        }
        return true;
}

static bool has_line(const char *schemata, const struct schema *wanted)
{
        while (*schemata) {
                struct schema line;
                size_t len = strcspn(schemata, "\n");
                if (schema_parse(schemata, len, &line) &&
                    is_same_text(line.name, line.name_len, wanted->name, wanted->name_len) &&
                    has_domains(*wanted, line))
                        return true;
                schemata += len;
                schemata += *schemata == '\n';
        }
        return false;
}

static void add_lines(struct buf *text, const char *lines, bool has_bandwidth)
{
        while (lines && *lines) {
                struct schema line;
                size_t len = strcspn(lines, "\n");
                /* Where both settings have a line for the bandwidth, memBwSchema's counts. */
                bool is_bandwidth = schema_parse(lines, len, &line) && is_same_text(line.name, line.name_len, "MB", 2);
                if (len > 0 && !(is_bandwidth && has_bandwidth))
                        buf_add_format(text, "%.*s\n", (int)len, lines);
                lines += len;
                lines += *lines == '\n';
        }
}

/* All that is asked for, a line each. Later lines of the same resource count. */
static int wanted_schemata(const struct spec_linux *spec, struct buf *ret, struct err *err)
{
        const char *bandwidth = spec->intel_rdt.mem_bw_schema;
        add_lines(ret, spec->intel_rdt.l3_cache_schema, bandwidth && *bandwidth);
        add_lines(ret, bandwidth, false);
        for (size_t i = 0; i < spec->intel_rdt.schemata.n; i++)
                add_lines(ret, spec->intel_rdt.schemata.items[i], false);
        return buf_ok(ret, err);
}

static int compare_schemata(const char *group, const char *wanted, struct err *err)
{
        char path[PATH_MAX];
        auto_buf struct buf there = { 0 };
        (void)snprintf(path, sizeof path, "%s/schemata", group);
        if (file_read(AT_FDCWD, path, SCHEMATA_MAX, &there, err) < 0)
                return fail_at(err, RDT);

        while (*wanted) {
                struct schema line;
                size_t len = strcspn(wanted, "\n");
                if (!schema_parse(wanted, len, &line) || !has_line(buf_text(&there), &line))
                        return fail(err, RDT ": \"%.*s\" does not match the schemata of %s, which exists", (int)len,
                                    wanted, group);
                wanted += len + 1;
        }
        return 0;
}

static int write_schemata(const char *group, const char *wanted, struct err *err)
{
        char path[PATH_MAX];
        (void)snprintf(path, sizeof path, "%s/schemata", group);
        if (file_write(AT_FDCWD, path, wanted, err) < 0)
                return fail_at(err, RDT);
        return 0;
}

/* groups ----------------------------------------------------------------------------------------------------------- */

static int group_path(const char *root, const char *name, char ret[PATH_MAX], struct err *err)
{
        int len = strcmp(name, "/") == 0 ? snprintf(ret, PATH_MAX, "%s", root)
                                         : snprintf(ret, PATH_MAX, "%s/%s", root, name);
        if (len < 0 || len >= PATH_MAX) {
                errno = ENAMETOOLONG;
                return fail_sys(err, RDT ".closID");
        }
        /* The kernel's own directories, and what is below a group, are no groups. */
        static const char *const reserved[] = { ".", "..", "info", "mon_groups", "mon_data" };
        for (size_t i = 0; i < ARRAY_LEN(reserved); i++) {
                if (strcmp(name, reserved[i]) == 0)
                        return fail(err, RDT ".closID: \"%s\" is no name for a group", name);
        }
        if (strcmp(name, "/") != 0 && strchr(name, '/'))
                return fail(err, RDT ".closID: \"%s\" has a slash in it", name);
        return 0;
}

static int make_group(const struct spec_linux *spec, struct intel_rdt *rdt, struct err *err)
{
        auto_buf struct buf wanted = { 0 };
        if (wanted_schemata(spec, &wanted, err) < 0)
                return -1;
        bool is_named = spec->intel_rdt.clos_id && *spec->intel_rdt.clos_id;
        if (is_named && wanted.len == 0) {
                struct stat unused;
                if (stat(rdt->group, &unused) < 0)
                        return fail_sys(err, RDT ".closID: stat %s", rdt->group);
                return 0;
        }

        rdt->is_made = mkdir(rdt->group, 0755) == 0;
        if (!rdt->is_made && errno != EEXIST)
                return fail_sys(err, RDT ": make %s", rdt->group);
        if (wanted.len == 0)
                return 0;
        return rdt->is_made ? write_schemata(rdt->group, buf_text(&wanted), err)
                            : compare_schemata(rdt->group, buf_text(&wanted), err);
}

static int make_monitor(const char *id, struct intel_rdt *rdt, struct err *err)
{
        char path[PATH_MAX];
        int len = snprintf(path, sizeof path, "%s/mon_groups/%s", rdt->group, id);
        if (len < 0 || (size_t)len >= sizeof path)
                errno = ENAMETOOLONG;
        else if (mkdir(path, 0755) == 0) {
                strcpy(rdt->monitor, path);
                return 0;
        }
        return fail_sys(err, RDT ".enableMonitoring: make %s/mon_groups/%s", rdt->group, id);
}

int intel_rdt_make(const char *root, const struct spec_linux *spec, const char *id, struct intel_rdt *ret,
                   struct err *err)
{
        *ret = (struct intel_rdt){ .is_made = false };
        const char *clos_id = spec->intel_rdt.clos_id;
        if (!spec->intel_rdt.set)
                return 0;
        if (group_path(root, clos_id && *clos_id ? clos_id : id, ret->group, err) == 0 &&
            make_group(spec, ret, err) == 0 && (!spec->intel_rdt.enable_monitoring || make_monitor(id, ret, err) == 0))
                return 0;

        if (ret->is_made)
                (void)rmdir(ret->group);
        *ret = (struct intel_rdt){ .is_made = false };
        return -1;
}

static int join_one(const char *dir, const char *pid, struct err *err)
{
        char path[PATH_MAX];
        (void)snprintf(path, sizeof path, "%s/tasks", dir);
        if (file_write(AT_FDCWD, path, pid, err) < 0)
                return fail_at(err, RDT);
        return 0;
}

int intel_rdt_join(const struct intel_rdt *rdt, pid_t pid, struct err *err)
{
        char text[24];
        (void)snprintf(text, sizeof text, "%d", (int)pid);
        if (*rdt->group && join_one(rdt->group, text, err) < 0)
                return -1;
        return *rdt->monitor ? join_one(rdt->monitor, text, err) : 0;
}

int intel_rdt_update(const struct intel_rdt *rdt, const struct spec_linux *spec, struct err *err)
{
        auto_buf struct buf wanted = { 0 };
        if (wanted_schemata(spec, &wanted, err) < 0)
                return -1;
        if (wanted.len == 0)
                return 0;
        if (!*rdt->group)
                return fail(err, RDT ": the container has no group in resctrl");
        return write_schemata(rdt->group, buf_text(&wanted), err);
}

int intel_rdt_remove(const struct intel_rdt *rdt, struct err *err)
{
        int done = 0;
        if (*rdt->monitor && rmdir(rdt->monitor) < 0 && errno != ENOENT)
                done = fail_sys(err, RDT ": remove %s", rdt->monitor);
        if (rdt->is_made && rmdir(rdt->group) < 0 && errno != ENOENT)
                done = fail_sys(err, RDT ": remove %s", rdt->group);
        return done;
}
