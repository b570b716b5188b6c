/* SPDX-License-Identifier: Apache-2.0 */
/* exit7.c - a program that makes one system call, exit_group(7): what a seccomp filter forbids beside that is none of
 * its business. Linked without a libc. */

#include <sys/syscall.h>
#include <unistd.h>

_Noreturn void _start(void);

_Noreturn void _start(void)
{
#if defined(__x86_64__)
        __asm__ volatile("syscall" : : "a"(SYS_exit_group), "D"(7L));
#elif defined(__aarch64__)
        register long number __asm__("x8") = SYS_exit_group;
        register long status __asm__("x0") = 7;
        __asm__ volatile("svc 0" : : "r"(number), "r"(status));
#else
#error "no system call is written down here for this architecture"
#endif
        __builtin_trap();
}
