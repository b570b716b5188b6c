/* SPDX-License-Identifier: Apache-2.0 */
/* proc.h - what /proc says of a process: enough to know it again, how it ended, and whose root it is. */
#ifndef TARE_BASE_PROC_H
#define TARE_BASE_PROC_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

struct proc_stat {
        char state;      /* R S D T Z X ... (proc(5)) */
        bool has_execed; /* it has called execve since it was forked: PF_FORKNOEXEC, include/linux/sched.h, is off */
        uint64_t start_time; /* field 22, clock ticks since boot: with the pid it names one process */
        uint32_t ignored;    /* field 33: bit n - 1 for an ignored signal n, 1 to 31 */
};

/* pid 0: of the caller. Fails with errno ENOENT or ESRCH when there is no such process. A zombie still has its stat. */
int proc_stat_read(pid_t pid, struct proc_stat *ret, struct err *err);
/* From the text of the file: pure. False when it does not look like one. */
bool proc_stat_parse(const char *text, struct proc_stat *ret);

/* Whether the caller is in another user namespace than the first: its root is nobody there. */
bool proc_is_in_user_namespace(void);

#endif
