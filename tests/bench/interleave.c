/* SPDX-License-Identifier: Apache-2.0 */
/* interleave.c - measure several commands against one another: every round runs each of them once, in turn, so that
 * what else the machine does meets them all alike. For tests/bench/run.
 *
 * usage: interleave [-n ROUNDS] [-w WARMUP_ROUNDS] [-g PAUSE_US] [-j WHAT] LABEL=COMMAND...
 * A command is split at blanks, no shell; "%i" becomes a number that no other run has. A pause of 100 ms before each
 * run shows an isolated start: the kernel's grace periods are not amortised by the run before.
 * Output: one line a label: medians of wall time, cpu time, faults, peak memory and context switches, and how long the
 * first label takes in proportion to it (median over the rounds of the quotient of one round). With -j the same as
 * JSON, one object a line, which says WHAT was measured. */

#include <fcntl.h>
#include <getopt.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LABELS_MAX = 16, ROUNDS_MAX = 10000, WORDS_MAX = 64, COMMAND_MAX = 4096 };

struct sample {
        double wall_us, cpu_us, faults, rss_kib, switches;
        int status;
};

struct label {
        const char *name;
        const char *command;
        struct sample *samples;
};

/* A command's words, in memory of their own. */
struct words {
        char text[COMMAND_MAX];
        char *argv[WORDS_MAX];
};

static void give_up(const char *what)
{
        perror(what);
        exit(2);
}

static double now_us(void)
{
        struct timespec now;
        (void)clock_gettime(CLOCK_MONOTONIC, &now);
        return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static void split(const char *command, long number, struct words *ret)
{
        char *to = ret->text;
        const char *end = ret->text + sizeof ret->text - 32;
        for (const char *from = command; *from && to < end; from++) {
                if (from[0] == '%' && from[1] == 'i') {
                        to += sprintf(to, "%ld", number);
                        from++;
                } else {
                        *to++ = *from;
                }
        }
        *to = '\0';

        size_t n = 0;
        for (char *word = strtok(ret->text, " "); word && n < WORDS_MAX - 1; word = strtok(NULL, " "))
                ret->argv[n++] = word;
        ret->argv[n] = NULL;
}

/* vfork: the child costs the same whatever our own size is. */
static pid_t spawn(char *const *argv, int null_fd)
{
        pid_t pid = vfork();
        if (pid < 0)
                give_up("vfork");
        if (pid == 0) {
                (void)dup2(null_fd, STDIN_FILENO);
                (void)dup2(null_fd, STDOUT_FILENO);
                (void)execvp(argv[0], argv);
                _exit(127);
        }
        return pid;
}

static double in_us(struct timeval time)
{
        return (double)time.tv_sec * 1e6 + (double)time.tv_usec;
}

static struct sample run_once(const char *command, int null_fd, useconds_t pause_us)
{
        static long number;
        if (number == 0)
                number = (long)getpid() * 100000;
        struct words words;
        split(command, number++, &words);
        if (pause_us > 0)
                (void)usleep(pause_us);

        struct sample sample = { 0 };
        struct rusage usage;
        double began = now_us();
        pid_t pid = spawn(words.argv, null_fd);
        if (wait4(pid, &sample.status, 0, &usage) < 0)
                give_up("wait4");
        sample.wall_us = now_us() - began;
        sample.cpu_us = in_us(usage.ru_utime) + in_us(usage.ru_stime);
        sample.faults = (double)(usage.ru_minflt + usage.ru_majflt);
        sample.rss_kib = (double)usage.ru_maxrss;
        sample.switches = (double)(usage.ru_nvcsw + usage.ru_nivcsw);
        return sample;
}

static int compare(const void *a, const void *b)
{
        double x = *(const double *)a;
        double y = *(const double *)b;
        return (x > y) - (x < y);
}

/* Sorts the values. */
static double median(double *values, size_t n)
{
        qsort(values, n, sizeof *values, compare);
        return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

static double median_of(const struct label *label, size_t rounds, size_t offset, double *ret_min)
{
        static double values[ROUNDS_MAX];
        for (size_t i = 0; i < rounds; i++)
                memcpy(&values[i], (const char *)&label->samples[i] + offset, sizeof values[i]);
        double found = median(values, rounds);
        if (ret_min)
                *ret_min = values[0];
        return found;
}

static double ratio(const struct label *first, const struct label *label, size_t rounds)
{
        static double values[ROUNDS_MAX];
        for (size_t i = 0; i < rounds; i++)
                values[i] = first->samples[i].wall_us / label->samples[i].wall_us;
        return median(values, rounds);
}

static void print_table(const struct label *labels, size_t n, size_t rounds)
{
        printf("%-12s %9s %9s %9s %8s %9s %9s  %s/this\n", "", "wall us", "min us", "cpu us", "faults", "peak KiB",
               "switches", labels[0].name);
        for (size_t i = 0; i < n; i++) {
                const struct label *label = &labels[i];
                double min = 0;
                double wall = median_of(label, rounds, offsetof(struct sample, wall_us), &min);
                double cpu = median_of(label, rounds, offsetof(struct sample, cpu_us), NULL);
                double faults = median_of(label, rounds, offsetof(struct sample, faults), NULL);
                double rss = median_of(label, rounds, offsetof(struct sample, rss_kib), NULL);
                double switches = median_of(label, rounds, offsetof(struct sample, switches), NULL);
                size_t failed = 0;
                for (size_t k = 0; k < rounds; k++)
                        failed += label->samples[k].status != 0;
                printf("%-12s %9.0f %9.0f %9.0f %8.0f %9.0f %9.0f  %.2f", label->name, wall, min, cpu, faults, rss,
                       switches, ratio(&labels[0], label, rounds));
                if (failed > 0)
                        printf("  (%zu of %zu runs failed)", failed, rounds);
                printf("\n");
        }
}

/* The value that a tenth of the rounds, or all but a tenth, do not exceed. */
static double wall_at(const struct label *label, size_t rounds, size_t tenth)
{
        static double values[ROUNDS_MAX];
        for (size_t i = 0; i < rounds; i++)
                values[i] = label->samples[i].wall_us;
        (void)median(values, rounds);
        return values[(rounds - 1) * tenth / 10];
}

static void print_json(const char *what, const struct label *labels, size_t n, size_t rounds)
{
        for (size_t i = 0; i < n; i++) {
                const struct label *label = &labels[i];
                size_t failed = 0;
                for (size_t k = 0; k < rounds; k++)
                        failed += label->samples[k].status != 0;
                printf("{\"what\":\"%s\",\"label\":\"%s\",\"rounds\":%zu,\"failed\":%zu,\"wall_us\":%.0f,"
                       "\"wall_us_p10\":%.0f,\"wall_us_p90\":%.0f,\"cpu_us\":%.0f,\"faults\":%.0f,\"peak_kib\":%.0f,"
                       "\"switches\":%.0f,\"first_to_this\":%.3f}\n",
                       what, label->name, rounds, failed,
                       median_of(label, rounds, offsetof(struct sample, wall_us), NULL), wall_at(label, rounds, 1),
                       wall_at(label, rounds, 9), median_of(label, rounds, offsetof(struct sample, cpu_us), NULL),
                       median_of(label, rounds, offsetof(struct sample, faults), NULL),
                       median_of(label, rounds, offsetof(struct sample, rss_kib), NULL),
                       median_of(label, rounds, offsetof(struct sample, switches), NULL),
                       ratio(&labels[0], label, rounds));
        }
}

int main(int argc, char **argv)
{
        const char *what = NULL;
        size_t rounds = 30;
        size_t warmup = 3;
        useconds_t pause_us = 0;
        int option;
        while ((option = getopt(argc, argv, "n:w:g:j:")) != -1) {
                unsigned long number = optarg ? strtoul(optarg, NULL, 10) : 0;
                if (option == 'n' && number > 0 && number <= ROUNDS_MAX)
                        rounds = number;
                else if (option == 'w')
                        warmup = number;
                else if (option == 'g')
                        pause_us = (useconds_t)number;
                else if (option == 'j')
                        what = optarg;
                else
                        return 2;
        }

        struct label labels[LABELS_MAX];
        size_t n = 0;
        for (; optind < argc && n < LABELS_MAX; optind++, n++) {
                char *equals = strchr(argv[optind], '=');
                if (!equals)
                        return 2;
                *equals = '\0';
                labels[n] = (struct label){ argv[optind], equals + 1, calloc(rounds, sizeof(struct sample)) };
                if (!labels[n].samples)
                        give_up("calloc");
        }
        if (n == 0)
                return 2;

        int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
        if (null_fd < 0)
                give_up("/dev/null");
        for (size_t round = 0; round < warmup; round++) {
                for (size_t i = 0; i < n; i++)
                        (void)run_once(labels[i].command, null_fd, pause_us);
        }
        for (size_t round = 0; round < rounds; round++) {
                /* Each round begins with another one: none has always the same before it. */
                for (size_t i = 0; i < n; i++) {
                        struct label *label = &labels[(i + round) % n];
                        label->samples[round] = run_once(label->command, null_fd, pause_us);
                }
        }
        if (what)
                print_json(what, labels, n, rounds);
        else
                print_table(labels, n, rounds);
        return 0;
}
