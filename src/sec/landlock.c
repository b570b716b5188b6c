/* SPDX-License-Identifier: Apache-2.0 */
/* landlock.c - plan and apply the confinement by Landlock; see landlock.h. */

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "landlock.h"

#include "base/scope.h"
#include "sys/syscalls.h"

/* A right of the kernel's. */
struct right {
        const char *name;
        uint64_t bit;
        uint32_t abi;      /* that brought it */
        bool is_for_files; /* besides directories, where it means the files below */
        bool was_free;     /* before that ABI everybody has it, else nobody who is confined */
};

#define BIT(n) (UINT64_C(1) << (n))

/* LANDLOCK_ACCESS_FS_* */
/* clang-format off */
static const struct right accesses[] = {
        { "execute",     BIT(0),  1, true,  false },
        { "write_file",  BIT(1),  1, true,  false },
        { "read_file",   BIT(2),  1, true,  false },
        { "read_dir",    BIT(3),  1, false, false },
        { "remove_dir",  BIT(4),  1, false, false },
        { "remove_file", BIT(5),  1, false, false },
        { "make_char",   BIT(6),  1, false, false },
        { "make_dir",    BIT(7),  1, false, false },
        { "make_reg",    BIT(8),  1, false, false },
        { "make_sock",   BIT(9),  1, false, false },
        { "make_fifo",   BIT(10), 1, false, false },
        { "make_block",  BIT(11), 1, false, false },
        { "make_sym",    BIT(12), 1, false, false },
        { "refer",       BIT(13), 2, false, false },
        { "truncate",    BIT(14), 3, true,  true  },
        { "ioctl_dev",   BIT(15), 5, true,  true  },
};
/* clang-format on */

/* LANDLOCK_SCOPE_* */
static const struct right scopes[] = {
        {"abstract_unix_socket", BIT(0), 6, false, true},
        { "signal",              BIT(1), 6, false, true},
};

/* LANDLOCK_ACCESS_NET_*: the key of the annotation, and where its ports are. */
static const struct tcp_right {
        const char *key;
        uint64_t bit;
        uint32_t abi;
        size_t offset;
} tcp_rights[] = {
        {"bind",     BIT(0), 4, offsetof(struct spec_landlock, tcp.bind)   },
        { "connect", BIT(1), 4, offsetof(struct spec_landlock, tcp.connect)},
};

static const struct port_list *ports_of(const struct spec_landlock *spec, const struct tcp_right *row)
{
        return (const struct port_list *)((const char *)spec + row->offset);
}

static const struct right *right_find(const struct right *rights, size_t n, const char *name)
{
        for (size_t i = 0; i < n; i++)
                if (strcmp(rights[i].name, name) == 0)
                        return &rights[i];
        return NULL;
}

int landlock_abi(uint32_t *ret, struct err *err)
{
        int abi = sys_landlock_abi();
        if (abi < 0)
                return fail_sys(err, "ask for the Landlock ABI");
        *ret = (uint32_t)abi;
        return 0;
}

/* the plan --------------------------------------------------------------------------------------------------------- */

/* The bits of a list of names. where: that list, for complaints. */
static int add_up(const struct right *rights, size_t n, const struct text_list *names, uint32_t abi, const char *where,
                  uint64_t *ret, struct err *err)
{
        for (size_t i = 0; i < names->n; i++) {
                const struct right *right = right_find(rights, n, names->items[i]);
                if (!right)
                        return fail(err, "%s[%zu]: unknown word \"%s\"", where, i, names->items[i]);
                if (right->abi > abi)
                        return fail(err, "%s[%zu]: needs Landlock ABI %u, this kernel has %u", where, i, right->abi,
                                    abi);
                *ret |= right->bit;
        }
        return 0;
}

static int plan_paths(const struct spec_landlock *spec, uint32_t abi, struct arena *arena, struct landlock_plan *plan,
                      struct err *err)
{
        plan->allowed = arena_alloc_n(arena, spec->n_paths, sizeof *plan->allowed);
        if (!plan->allowed)
                return fail(err, "out of memory");

        for (size_t i = 0; i < spec->n_paths; i++) {
                char where[48];
                (void)snprintf(where, sizeof where, "paths[%zu].access", i);
                if (add_up(accesses, ARRAY_LEN(accesses), &spec->paths[i].access, abi, where, &plan->allowed[i], err) <
                    0)
                        return -1;
        }
        return 0;
}

static void forbid_accesses(uint32_t abi, struct landlock_plan *plan, struct buf *left_out)
{
        for (size_t i = 0; i < ARRAY_LEN(accesses); i++) {
                if (accesses[i].abi <= abi)
                        plan->fs |= accesses[i].bit;
                if (accesses[i].abi > abi && accesses[i].was_free)
                        buf_add_format(left_out, "%s%s", left_out->len > 0 ? ", " : "", accesses[i].name);
        }
}

static int plan_tcp(const struct spec_landlock *spec, uint32_t abi, struct landlock_plan *plan, struct err *err)
{
        for (size_t i = 0; i < ARRAY_LEN(tcp_rights); i++) {
                const struct tcp_right *row = &tcp_rights[i];
                if (!ports_of(spec, row)->set)
                        continue;
                if (row->abi > abi)
                        return fail(err, "tcp.%s: needs Landlock ABI %u, this kernel has %u", row->key, row->abi, abi);
                plan->net |= row->bit;
        }
        return 0;
}

int landlock_plan_build(const struct spec_landlock *spec, uint32_t abi, struct arena *arena, struct landlock_plan *ret,
                        struct buf *ret_left_out, struct err *err)
{
        *ret = (struct landlock_plan){ 0 };
        if (!spec->set)
                return 0;
        if (plan_paths(spec, abi, arena, ret, err) < 0 || plan_tcp(spec, abi, ret, err) < 0)
                return -1;
        if (add_up(scopes, ARRAY_LEN(scopes), &spec->scopes, abi, "scopes", &ret->scopes, err) < 0)
                return -1;

        if (spec->has_paths)
                forbid_accesses(abi, ret, ret_left_out);
        ret->spec = spec;
        return buf_ok(ret_left_out, err);
}

/* the ruleset ------------------------------------------------------------------------------------------------------ */

static int allow_ports(const struct spec_landlock *spec, const struct tcp_right *row, int ruleset_fd, struct err *err)
{
        const struct port_list *ports = ports_of(spec, row);
        for (size_t i = 0; i < ports->n; i++) {
                const struct sys_landlock_port rule = { .allowed_access = row->bit, .port = ports->items[i] };
                if (sys_landlock_add_rule(ruleset_fd, SYS_LANDLOCK_RULE_PORT, &rule) < 0)
                        return fail_sys(err, "tcp.%s[%zu]: allow port %u", row->key, i, ports->items[i]);
        }
        return 0;
}

int landlock_make_ruleset(const struct landlock_plan *plan, struct err *err)
{
        const struct sys_landlock_ruleset ruleset = {
                .access_fs = plan->fs,
                .access_net = plan->net,
                .scoped = plan->scopes,
        };
        auto_fd int fd = sys_landlock_create_ruleset(&ruleset);
        if (fd < 0)
                return fail_sys(err, "make a Landlock ruleset");
        for (size_t i = 0; i < ARRAY_LEN(tcp_rights); i++)
                if (allow_ports(plan->spec, &tcp_rights[i], fd, err) < 0)
                        return -1;
        return take_fd(&fd);
}

/* The kernel refuses the whole rule without telling why. */
static int check_file(const struct landlock_plan *plan, size_t path, struct err *err)
{
        const struct text_list *names = &plan->spec->paths[path].access;
        for (size_t i = 0; i < names->n; i++) {
                const struct right *right = right_find(accesses, ARRAY_LEN(accesses), names->items[i]);
                if (right && !right->is_for_files)
                        return fail(err, "paths[%zu].access[%zu]: %s is for directories", path, i, right->name);
        }
        return 0;
}

int landlock_allow_path(const struct landlock_plan *plan, size_t path, int path_fd, int ruleset_fd, struct err *err)
{
        struct stat st;
        const char *name = plan->spec->paths[path].path;
        if (fstat(path_fd, &st) < 0)
                return fail_sys(err, "paths[%zu].path: fstat %s", path, name);
        if (!S_ISDIR(st.st_mode) && check_file(plan, path, err) < 0)
                return -1;

        const struct sys_landlock_path rule = { .allowed_access = plan->allowed[path], .parent_fd = path_fd };
        if (sys_landlock_add_rule(ruleset_fd, SYS_LANDLOCK_RULE_PATH, &rule) < 0)
                return fail_sys(err, "paths[%zu].path: allow %s", path, name);
        return 0;
}

int landlock_confine(int ruleset_fd, struct err *err)
{
        if (sys_landlock_restrict_self(ruleset_fd) < 0)
                return fail_sys(err, "confine by Landlock");
        return 0;
}
