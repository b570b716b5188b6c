/* SPDX-License-Identifier: Apache-2.0 */
/* device_list.h - linux.resources.devices: which devices a container may open and make, as a list in which the last
 * rule that matches decides, for each kind of access. Both versions of cgroups are told from this one list. Pure. */
#ifndef TARE_CGROUP_DEVICE_LIST_H
#define TARE_CGROUP_DEVICE_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "oci/spec.h"

/* The kernel's bits, BPF_DEVCG_ACC_*. */
enum {
        DEVICE_MKNOD = 1,
        DEVICE_READ = 2,
        DEVICE_WRITE = 4,
        DEVICE_ALL = DEVICE_MKNOD | DEVICE_READ | DEVICE_WRITE,
};
enum { DEVICE_ANY = -1 }; /* number */

struct device_rule {
        bool allow;
        char type; /* 'c' or 'b' */
        unsigned int access;
        int64_t major, minor;
};

struct device_list {
        bool allows_by_default;
        struct device_rule *rules;
        size_t n;
};

/* The rules of config.json over a default of no access, then those devices that every container has. Without the rules
 * that make no difference. Refuses a rule that is none, by its place: "linux.resources.devices[0].type: ...". */
int device_list_build(const struct spec_device_rule *rules, size_t n, struct arena *arena, struct device_list *ret,
                      struct err *err);

/* The same for a v1 controller, which knows a default and exceptions to it, in no order: every rule of the result is an
 * exception. Refuses a list that cannot be said like that. */
int device_list_flatten(const struct device_list *list, struct arena *arena, struct device_list *ret, struct err *err);

/* devices.list of a v1 controller; its exceptions are not shown where the default is to allow. */
int device_list_parse(const char *text, struct arena *arena, struct device_list *ret, struct err *err);

/* Of the rule's access, what the list (a flat one) has no rule for, for these very devices. */
unsigned int device_list_lacks(const struct device_list *list, const struct device_rule *rule);

/* "c 1:3 rwm", "b *:* m". */
void device_rule_print(const struct device_rule *rule, struct buf *text);

#endif
