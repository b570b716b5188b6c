/* SPDX-License-Identifier: Apache-2.0 */
/* caps.c - plan and apply the capability sets of the container's process; see caps.h.
 * The plan never holds what capset(2) would refuse, so that one capability too many does not cost the container. */

#include <errno.h>
#include <linux/capability.h>
#include <stdbool.h>
#include <string.h>
#include <sys/prctl.h>

#include "caps.h"

#include "base/scope.h"
#include "sys/syscalls.h"

enum { CAP_NUMBERS = 64 }; /* a set is 64 bits wide in capset(2) */

const char *const cap_names[] = {
        [CAP_CHOWN] = "CAP_CHOWN",
        [CAP_DAC_OVERRIDE] = "CAP_DAC_OVERRIDE",
        [CAP_DAC_READ_SEARCH] = "CAP_DAC_READ_SEARCH",
        [CAP_FOWNER] = "CAP_FOWNER",
        [CAP_FSETID] = "CAP_FSETID",
        [CAP_KILL] = "CAP_KILL",
        [CAP_SETGID] = "CAP_SETGID",
        [CAP_SETUID] = "CAP_SETUID",
        [CAP_SETPCAP] = "CAP_SETPCAP",
        [CAP_LINUX_IMMUTABLE] = "CAP_LINUX_IMMUTABLE",
        [CAP_NET_BIND_SERVICE] = "CAP_NET_BIND_SERVICE",
        [CAP_NET_BROADCAST] = "CAP_NET_BROADCAST",
        [CAP_NET_ADMIN] = "CAP_NET_ADMIN",
        [CAP_NET_RAW] = "CAP_NET_RAW",
        [CAP_IPC_LOCK] = "CAP_IPC_LOCK",
        [CAP_IPC_OWNER] = "CAP_IPC_OWNER",
        [CAP_SYS_MODULE] = "CAP_SYS_MODULE",
        [CAP_SYS_RAWIO] = "CAP_SYS_RAWIO",
        [CAP_SYS_CHROOT] = "CAP_SYS_CHROOT",
        [CAP_SYS_PTRACE] = "CAP_SYS_PTRACE",
        [CAP_SYS_PACCT] = "CAP_SYS_PACCT",
        [CAP_SYS_ADMIN] = "CAP_SYS_ADMIN",
        [CAP_SYS_BOOT] = "CAP_SYS_BOOT",
        [CAP_SYS_NICE] = "CAP_SYS_NICE",
        [CAP_SYS_RESOURCE] = "CAP_SYS_RESOURCE",
        [CAP_SYS_TIME] = "CAP_SYS_TIME",
        [CAP_SYS_TTY_CONFIG] = "CAP_SYS_TTY_CONFIG",
        [CAP_MKNOD] = "CAP_MKNOD",
        [CAP_LEASE] = "CAP_LEASE",
        [CAP_AUDIT_WRITE] = "CAP_AUDIT_WRITE",
        [CAP_AUDIT_CONTROL] = "CAP_AUDIT_CONTROL",
        [CAP_SETFCAP] = "CAP_SETFCAP",
        [CAP_MAC_OVERRIDE] = "CAP_MAC_OVERRIDE",
        [CAP_MAC_ADMIN] = "CAP_MAC_ADMIN",
        [CAP_SYSLOG] = "CAP_SYSLOG",
        [CAP_WAKE_ALARM] = "CAP_WAKE_ALARM",
        [CAP_BLOCK_SUSPEND] = "CAP_BLOCK_SUSPEND",
        [CAP_AUDIT_READ] = "CAP_AUDIT_READ",
        [CAP_PERFMON] = "CAP_PERFMON",
        [CAP_BPF] = "CAP_BPF",
        [CAP_CHECKPOINT_RESTORE] = "CAP_CHECKPOINT_RESTORE",
        NULL,
};

static uint64_t bit(unsigned int number)
{
        return UINT64_C(1) << number;
}

enum { CAPS_KNOWN = ARRAY_LEN(cap_names) - 1 };

static const char *name_of(unsigned int cap)
{
        return cap < CAPS_KNOWN ? cap_names[cap] : "a capability newer than tare";
}

/* The one bit of the name, or none. */
static uint64_t cap_of_name(const char *name)
{
        for (unsigned int i = 0; i < CAPS_KNOWN; i++)
                if (strcmp(cap_names[i], name) == 0)
                        return bit(i);
        return 0;
}

static bool is_listed(const struct buf *list, const char *name)
{
        const char *item = buf_text(list);
        size_t len = strlen(name);
        for (;;) {
                size_t item_len = strcspn(item, ",");
                if (item_len == len && memcmp(item, name, len) == 0)
                        return true;
                if (item[item_len] == '\0')
                        return false;
                item += item_len + strlen(", ");
        }
}

static void list_once(struct buf *list, const char *name)
{
        if (is_listed(list, name))
                return;
        if (list->len > 0)
                buf_add_text(list, ", ");
        buf_add_text(list, name);
}

static uint64_t set_of_names(const struct text_list *names, uint64_t allowed, struct buf *left_out)
{
        uint64_t set = 0;
        for (size_t i = 0; i < names->n; i++) {
                uint64_t cap = cap_of_name(names->items[i]) & allowed;
                if (cap == 0)
                        list_once(left_out, names->items[i]);
                set |= cap;
        }
        return set;
}

void caps_plan_build(const struct spec_capabilities *spec, uint64_t available, struct caps_plan *ret,
                     struct buf *ret_left_out)
{
        uint64_t bounding = set_of_names(&spec->bounding, UINT64_MAX, ret_left_out);
        uint64_t permitted = set_of_names(&spec->permitted, available, ret_left_out);
        uint64_t inheritable = set_of_names(&spec->inheritable, available & bounding, ret_left_out);
        *ret = (struct caps_plan){
                .bounding = bounding,
                .permitted = permitted,
                .inheritable = inheritable,
                .effective = set_of_names(&spec->effective, permitted, ret_left_out),
                .ambient = set_of_names(&spec->ambient, available, ret_left_out) & permitted & inheritable,
        };
}

int caps_available(uint64_t *ret, struct err *err)
{
        uint64_t effective, inheritable;
        if (sys_capget(&effective, ret, &inheritable) < 0)
                return fail_sys(err, "read the capabilities of this process");
        return 0;
}

int caps_apply_bounding(const struct caps_plan *plan, struct err *err)
{
        for (unsigned int cap = 0; cap < CAP_NUMBERS; cap++) {
                if (plan->bounding & bit(cap))
                        continue;
                if (prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) == 0)
                        continue;
                /* One past the kernel's last. Asking costs nothing: /proc/sys/kernel/cap_last_cap would be three calls.
                 */
                if (errno == EINVAL)
                        return 0;
                return fail_sys(err, "drop %s from the bounding set", name_of(cap));
        }
        return 0;
}

int caps_keep(const struct caps_plan *plan, uid_t uid, struct err *err)
{
        if (uid == 0 || plan->permitted == 0)
                return 0;
        if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0)
                return fail_sys(err, "keep capabilities over the change of user");
        return 0;
}

int caps_apply(const struct caps_plan *plan, struct err *err)
{
        if (sys_capset(plan->effective, plan->permitted, plan->inheritable) < 0)
                return fail_sys(err, "apply capabilities");

        /* capset(2) has just cut the ambient set to what is permitted and inheritable: mostly to nothing. */
        uint64_t may_be_ambient = plan->permitted & plan->inheritable;
        if (may_be_ambient & ~plan->ambient)
                (void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
        for (unsigned int cap = 0; cap < CAP_NUMBERS; cap++)
                if (plan->ambient & bit(cap))
                        (void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, cap, 0, 0);
        return 0;
}
