/* SPDX-License-Identifier: Apache-2.0 */
/* seccomp_apply.c - put a filter on the calling thread; see seccomp.h. */

#include <errno.h>
#include <linux/seccomp.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "seccomp.h"

static long seccomp_set(unsigned int flags, const struct sock_fprog *program)
{
        return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, program);
}

/* A flag that the kernel knows lets it look at the program, and there is none. */
bool seccomp_flag_is_supported(enum seccomp_flag flag)
{
        /* WAIT_KILLABLE_RECV wants company, and TSYNC is better alone (seccomp(2)). */
        unsigned int company = flag == FLAG_TSYNC ? 0 : SECCOMP_FILTER_FLAG_NEW_LISTENER;
        (void)seccomp_set(seccomp_flag_bits[flag] | company, NULL);
        return errno == EFAULT;
}

/* After EINVAL: which flag of the plan it was. */
static int blame_flag(unsigned int flags, struct err *err)
{
        for (enum seccomp_flag flag = 0; flag < SECCOMP_FLAGS; flag++)
                if ((flags & seccomp_flag_bits[flag]) && !seccomp_flag_is_supported(flag))
                        return fail(err, "seccomp flag %s is not supported by this kernel",
                                    seccomp_flag_names.names[flag]);
        errno = EINVAL;
        return fail_sys(err, "load seccomp filter");
}

int seccomp_apply(const struct seccomp_plan *plan, int *ret_agent_fd, struct err *err)
{
        *ret_agent_fd = -1;
        const struct sock_fprog program = { .len = (unsigned short)plan->n, .filter = plan->code };
        long rc = seccomp_set(plan->flags, &program);
        if (rc < 0 && errno == EINVAL)
                return blame_flag(plan->flags, err);
        if (rc < 0)
                return fail_sys(err, "load seccomp filter");
        bool is_agent_fd = plan->flags & SECCOMP_FILTER_FLAG_NEW_LISTENER;
        if (is_agent_fd)
                *ret_agent_fd = (int)rc;
        /* TSYNC tells by its id which thread would not take the filter: no errno is set. */
        if (!is_agent_fd && rc > 0)
                return fail(err, "load seccomp filter: thread %ld does not take it", rc);
        return 0;
}
