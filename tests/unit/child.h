/* SPDX-License-Identifier: Apache-2.0 */
/* child.h - run a part of a test in a forked child, which may drop its rights and change its namespaces for good.
 * Nothing is asserted in there: the child writes what it found into a report, and the test looks at that. */
#ifndef TARE_TESTS_CHILD_H
#define TARE_TESTS_CHILD_H

#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"

#include "base/err.h"

struct report {
        int rc;
        struct err err;
        uint64_t values[8];
        char text[256];
};

/* The report is mapped shared and stays until the next child is run. act's return value goes into report->rc. */
static inline struct report *in_child(int (*act)(struct report *report, const void *arg), const void *arg)
{
        static struct report *report;
        if (!report)
                report = mmap(NULL, sizeof *report, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        assert_true(report != MAP_FAILED);
        memset(report, 0, sizeof *report);

        pid_t child = fork();
        if (child == 0) {
                report->rc = act(report, arg);
                _exit(0);
        }
        int status = 0;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_int_equal(status, 0);
        return report;
}

/* skip() leaves the test, so this does too. */
static inline void needs_root(void)
{
        if (geteuid() == 0)
                return;
        print_message("skipped: needs root\n");
        skip();
}

#endif
