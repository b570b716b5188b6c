/* SPDX-License-Identifier: Apache-2.0 */
/* device_bpf.h - the devices of a container on cgroup2: a list of rules as a program of BPF_PROG_TYPE_CGROUP_DEVICE. */
#ifndef TARE_CGROUP_DEVICE_BPF_H
#define TARE_CGROUP_DEVICE_BPF_H

#include <linux/bpf.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "cgroup/device_list.h"

struct device_program {
        struct bpf_insn *instructions;
        size_t n;
};

/* Pure. The program answers 1 (allow) or 0 to one struct bpf_cgroup_dev_ctx. */
int device_program_compile(const struct device_list *list, struct arena *arena, struct device_program *ret,
                           struct err *err);

enum device_program_place {
        DEVICE_PROGRAM_FIRST,   /* the cgroup is new: there is no program of ours */
        DEVICE_PROGRAM_REPLACE, /* there may be one: at no time is there none. Programs of others stay, and count too */
};
/* Loads it and attaches it to the cgroup2 directory, where it stays until that is removed. */
int device_program_attach(const struct device_program *program, int dir_fd, enum device_program_place place,
                          struct err *err);

#endif
