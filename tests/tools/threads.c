/* SPDX-License-Identifier: Apache-2.0 */
/* threads.c - a program of many threads and children, for what watches system calls: each thread makes a call that no
 * other makes, and so does each child. Prints "N calls" of those that were not denied; exit status 1 when one was. */

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROUNDS = 50 };

static const long calls[] = { SYS_getppid, SYS_getpgid, SYS_getsid, SYS_getpriority, SYS_sched_yield, SYS_umask };
enum { CALLS = sizeof calls / sizeof calls[0] };

static void *call_often(void *result)
{
        const long *call = result;
        for (int i = 0; i < ROUNDS; i++)
                if (syscall(*call, 0, 0) < 0 && (errno == EPERM || errno == ENOSYS))
                        return NULL;
        return result;
}

static int call_in_child(long call)
{
        int status = 0;
        pid_t pid = fork();
        if (pid == 0)
                _exit(syscall(call, 0, 0) < 0 && (errno == EPERM || errno == ENOSYS));
        return pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

int main(void)
{
        pthread_t threads[CALLS];
        long arguments[CALLS];
        int n = 0;
        for (int i = 0; i < CALLS; i++) {
                arguments[i] = calls[i];
                if (pthread_create(&threads[i], NULL, call_often, &arguments[i]) != 0)
                        return 2;
        }
        for (int i = 0; i < CALLS; i++) {
                void *result = NULL;
                (void)pthread_join(threads[i], &result);
                n += result != NULL;
        }
        n += call_in_child(SYS_getrusage) + call_in_child(SYS_sync);
        printf("%d calls\n", n);
        return n == CALLS + 2 ? 0 : 1;
}
