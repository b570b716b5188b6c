/* SPDX-License-Identifier: Apache-2.0 */
/* signal.c - the table of signals, and the one function that reads it; see signal.h. */

#include <signal.h>
#include <stdbool.h>
#include <string.h>

#include "cli/signal.h"

#include "base/number.h"

/* The real-time signals that programs count from. glibc's numbers, whatever libc tare is made with: an image's
 * STOPSIGNAL of RTMIN+3 means the one that glibc's programs (systemd) wait for. */
enum { RTMIN = 34, RTMAX = 64, SIGNAL_MAX = RTMAX };

const struct signal_row signal_rows[] = {
        {"HUP",     SIGHUP   },
        { "INT",    SIGINT   },
        { "QUIT",   SIGQUIT  },
        { "ILL",    SIGILL   },
        { "TRAP",   SIGTRAP  },
        { "ABRT",   SIGABRT  },
        { "IOT",    SIGABRT  },
        { "BUS",    SIGBUS   },
        { "FPE",    SIGFPE   },
        { "KILL",   SIGKILL  },
        { "USR1",   SIGUSR1  },
        { "SEGV",   SIGSEGV  },
        { "USR2",   SIGUSR2  },
        { "PIPE",   SIGPIPE  },
        { "ALRM",   SIGALRM  },
        { "TERM",   SIGTERM  },
        { "STKFLT", SIGSTKFLT},
        { "CHLD",   SIGCHLD  },
        { "CLD",    SIGCHLD  },
        { "CONT",   SIGCONT  },
        { "STOP",   SIGSTOP  },
        { "TSTP",   SIGTSTP  },
        { "TTIN",   SIGTTIN  },
        { "TTOU",   SIGTTOU  },
        { "URG",    SIGURG   },
        { "XCPU",   SIGXCPU  },
        { "XFSZ",   SIGXFSZ  },
        { "VTALRM", SIGVTALRM},
        { "PROF",   SIGPROF  },
        { "WINCH",  SIGWINCH },
        { "IO",     SIGIO    },
        { "POLL",   SIGIO    },
        { "PWR",    SIGPWR   },
        { "SYS",    SIGSYS   },
        { NULL,     0        },
};

static bool real_time(const char *name, int *ret)
{
        static const struct {
                const char *name;
                int number;
                char sign;
        } ends[] = {
                {"RTMIN",  RTMIN, '+'},
                { "RTMAX", RTMAX, '-'},
        };
        for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
                size_t len = strlen(ends[i].name);
                const char *rest = name + len;
                uint64_t steps = 0;
                if (strncasecmp(name, ends[i].name, len) != 0)
                        continue;
                if (*rest != '\0' && (*rest != ends[i].sign || !number_u64(rest + 1, 0, RTMAX - RTMIN, &steps)))
                        return false;
                *ret = ends[i].sign == '+' ? ends[i].number + (int)steps : ends[i].number - (int)steps;
                return true;
        }
        return false;
}

static bool by_name(const char *name, int *ret)
{
        for (const struct signal_row *row = signal_rows; row->name; row++) {
                if (strcasecmp(name, row->name) != 0)
                        continue;
                *ret = row->number;
                return true;
        }
        return real_time(name, ret);
}

int signal_parse(const char *text, int *ret, struct err *err)
{
        uint64_t number = 0;
        if (number_u64(text, 1, SIGNAL_MAX, &number)) {
                *ret = (int)number;
                return 0;
        }
        if (by_name(strncasecmp(text, "SIG", 3) == 0 ? text + 3 : text, ret))
                return 0;
        return fail(err, "unknown signal \"%s\"", text);
}
