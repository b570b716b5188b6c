/* SPDX-License-Identifier: Apache-2.0 */
/* init_signals.c - signals at their default, and those of a crash heard; see init_signals.h. The handler makes system
 * calls and nothing else. */

#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "birth/init_signals.h"

#include "base/file.h"

static const struct {
        int sig;
        const char *words;
} crashes[] = {
        {SIGSEGV,  "init crashed: segmentation fault (signal 11)"     },
        { SIGBUS,  "init crashed: bus error (signal 7)"               },
        { SIGILL,  "init crashed: illegal instruction (signal 4)"     },
        { SIGFPE,  "init crashed: floating point exception (signal 8)"},
        { SIGABRT, "init crashed: aborted (signal 6)"                 },
};

/* A signal handler is given nothing: where it sends its words has to stand somewhere. */
static struct {
        const struct birth *birth;
        struct err words; /* here, so that the handler's stack can be small */
        bool is_ending;   /* all is said */
} heard;

static const char *words_of(int sig)
{
        for (size_t i = 0; i < ARRAY_LEN(crashes); i++)
                if (crashes[i].sig == sig)
                        return crashes[i].words;
        return NULL;
}

_Noreturn void init_signals_end(void)
{
        /* _exit(2) of the libc would try for ever. */
        heard.is_ending = true;
        (void)syscall(SYS_exit_group, 255);
        __builtin_trap();
}

static void tell_crash(int sig)
{
        const struct birth *birth = heard.birth;
        const struct teller *init = &birth->init;
        heard.words.code = 0;
        strcpy(heard.words.text, words_of(sig));
        if (birth_is_host_listening(birth) && wire_send_error(&init->wire, (uint32_t)init->next, &heard.words) == 0)
                return;
        bool is_awaited = birth->last_words_fd >= 0;
        (void)write_all(is_awaited ? birth->last_words_fd : STDERR_FILENO, heard.words.text, strlen(heard.words.text));
}

static void on_crash(int sig)
{
        if (!heard.is_ending)
                tell_crash(sig);
        init_signals_end();
}

int init_signals_begin(const struct birth *birth, struct err *err)
{
        enum { STACK_SIZE = 32 * 1024 }; /* a wire message is 6 KiB */
        heard.birth = birth;

        /* No page of it is touched before it is needed. */
        void *stack = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (stack == MAP_FAILED)
                return fail_sys(err, "make the stack for a crash");
        const stack_t alternate = { .ss_sp = stack, .ss_size = STACK_SIZE };
        if (sigaltstack(&alternate, NULL) < 0)
                return fail_sys(err, "set the stack for a crash");

        /* All masked in the handler: a crash there is the end. */
        struct sigaction crash = { .sa_handler = on_crash, .sa_flags = SA_ONSTACK };
        (void)sigfillset(&crash.sa_mask);
        for (size_t i = 0; i < ARRAY_LEN(crashes); i++)
                (void)sigaction(crashes[i].sig, &crash, NULL);

        /* Where the caller had handlers execve(2) has reset them; what it ignored it did not. */
        const struct sigaction none = { .sa_handler = SIG_DFL };
        for (int sig = 1; sig <= 31; sig++)
                if (!words_of(sig) && (birth->ignored_signals & (UINT32_C(1) << (sig - 1))))
                        (void)sigaction(sig, &none, NULL);
        return 0;
}
