/* SPDX-License-Identifier: Apache-2.0 */
/* child.c - the end of a child process; see child.h. */

#include <errno.h>
#include <stdio.h>
#include <sys/wait.h>

#include "base/child.h"

int child_await(pid_t pid, int *ret_status, struct err *err)
{
        while (waitpid(pid, ret_status, 0) < 0) {
                if (errno != EINTR)
                        return fail_sys(err, "wait for process %d", (int)pid);
        }
        return 0;
}

const char *child_end_text(int status, char text[static CHILD_END_MAX])
{
        if (WIFSIGNALED(status))
                (void)snprintf(text, CHILD_END_MAX, "signal %d", WTERMSIG(status));
        else
                (void)snprintf(text, CHILD_END_MAX, "exit status %d", WEXITSTATUS(status));
        return text;
}
