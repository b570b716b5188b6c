/* SPDX-License-Identifier: Apache-2.0 */
/* fake_birth.h - for the tests of the command line: rooms below it that only write down how they were called, and a
 * line that is read and run over them. */
#ifndef TARE_TESTS_FAKE_BIRTH_H
#define TARE_TESTS_FAKE_BIRTH_H

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "unit.h"

#include "base/file.h"
#include "birth/page.h"
#include "birth/runtime.h"
#include "birth/self.h"
#include "cli/cli.h"
#include "oci/print.h"
#include "rootfs/rootfs.h"

/* The rooms below, and what they were called with. ----------------------------------------------------------------- */

static char called[1024];

static inline void note(const char *format, ...) PRINTF_LIKE(1, 2);

static inline void note(const char *format, ...)
{
        va_list args;
        va_start(args, format);
        (void)vsnprintf(called, sizeof called, format, args);
        va_end(args);
}

static inline const char *or_none(const char *text)
{
        return text ? text : "none";
}

static inline void note_birth(const char *verb, const struct runtime *runtime, const struct birth_options *options)
{
        note("%s %s %s, pid file %s, sockets %s %s, fds %u%s%s%s%s%s%s%s%s%s", verb, options->id, options->bundle,
             or_none(options->pid_file), or_none(options->console_socket), or_none(options->pidfd_socket),
             options->preserve_fds, options->no_pivot ? ", no pivot" : "",
             options->no_new_keyring ? ", no new keyring" : "", options->no_subreaper ? ", no subreaper" : "",
             options->detach ? ", detach" : "", options->keep ? ", keep" : "",
             runtime->systemd_cgroup ? ", by systemd" : "", runtime->no_cgroup ? ", no cgroup" : "",
             options->record_seccomp ? ", record " : "", options->record_seccomp ? options->record_seccomp : "");
        size_t len = strlen(called);
        if (options->config)
                (void)snprintf(called + len, sizeof called - len, ", config %s", options->config);
}

/* The real one would execute the test program anew, whose words nobody would hear. */
int self_protect(char *const *argv, struct err *err)
{
        (void)argv;
        (void)err;
        return 0;
}

static inline int only_missing(const char *id, struct err *err)
{
        return strcmp(id, "missing") == 0 ? fail(err, "container does not exist") : 0;
}

int container_exec(const struct runtime *runtime, const struct exec_options *options, int *ret_status, struct err *err)
{
        (void)runtime;
        note("exec %s, %zu args, first %s, user %s, cwd %s, %zu env, last %s%s%s%s%s", options->id, options->args.n,
             options->args.n > 0 ? options->args.items[0] : "none", or_none(options->user), or_none(options->cwd),
             options->env.n, options->env.n > 0 ? options->env.items[options->env.n - 1] : "none",
             options->tty ? ", tty" : "", options->detach ? ", detach" : "", options->record_seccomp ? ", record " : "",
             options->record_seccomp ? options->record_seccomp : "");
        *ret_status = 7;
        return only_missing(options->id, err);
}

int container_create(const struct runtime *runtime, const struct birth_options *options, struct err *err)
{
        note_birth("create", runtime, options);
        log_say(runtime->log, LOG_DEBUG, "a step");
        return only_missing(options->id, err);
}

int container_run(const struct runtime *runtime, const struct birth_options *options, int *ret_status, struct err *err)
{
        note_birth("run", runtime, options);
        *ret_status = 7;
        return only_missing(options->id, err);
}

int container_start(const struct runtime *runtime, const char *id, struct err *err)
{
        note("start %s in %s", id, runtime->root);
        return only_missing(id, err);
}

int container_kill(const struct runtime *runtime, const char *id, int sig, enum kill_whom whom, struct err *err)
{
        (void)runtime;
        note("kill %s with %d%s", id, sig, whom == KILL_ALL ? ", all" : "");
        return only_missing(id, err);
}

int container_delete(const struct runtime *runtime, const char *id, enum delete_how how, struct err *err)
{
        (void)runtime;
        note("delete %s%s", id, how == DELETE_FORCE ? ", force" : "");
        return only_missing(id, err);
}

int container_state(const struct runtime *runtime, const char *id, struct buf *out, struct err *err)
{
        (void)runtime;
        note("state %s", id);
        buf_add_text(out, "{\n}");
        return only_missing(id, err);
}

int container_pause(const struct runtime *runtime, const char *id, struct err *err)
{
        (void)runtime;
        note("pause %s", id);
        return only_missing(id, err);
}

int container_resume(const struct runtime *runtime, const char *id, struct err *err)
{
        (void)runtime;
        note("resume %s", id);
        return only_missing(id, err);
}

/* Each limit that is given, by its name. */
static inline void note_limits(const struct spec_resources *resources)
{
        const struct {
                const char *name;
                bool set;
                long long value;
        } rows[] = {
                {"weight",           resources->block_io.weight.set,      resources->block_io.weight.value      },
                { "period",          resources->cpu.period.set,           (long long)resources->cpu.period.value},
                { "quota",           resources->cpu.quota.set,            resources->cpu.quota.value            },
                { "burst",           resources->cpu.burst.set,            (long long)resources->cpu.burst.value },
                { "shares",          resources->cpu.shares.set,           (long long)resources->cpu.shares.value},
                { "realtimePeriod",  resources->cpu.realtime_period.set,
                 (long long)resources->cpu.realtime_period.value                                                },
                { "realtimeRuntime", resources->cpu.realtime_runtime.set, resources->cpu.realtime_runtime.value },
                { "idle",            resources->cpu.idle.set,             resources->cpu.idle.value             },
                { "limit",           resources->memory.limit.set,         resources->memory.limit.value         },
                { "reservation",     resources->memory.reservation.set,   resources->memory.reservation.value   },
                { "swap",            resources->memory.swap.set,          resources->memory.swap.value          },
                { "pids",            resources->pids.limit.set,           resources->pids.limit.value           },
        };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                size_t len = strlen(called);
                if (rows[i].set)
                        (void)snprintf(called + len, sizeof called - len, ", %s %lld", rows[i].name, rows[i].value);
        }
}

int container_update(const struct runtime *runtime, const char *id, const struct update_options *options,
                     struct err *err)
{
        (void)runtime;
        note("update %s, cpus %s, mems %s, %zu devices, l3 %s, mb %s", id, or_none(options->resources->cpu.cpus),
             or_none(options->resources->cpu.mems), options->resources->n_devices, or_none(options->l3_cache_schema),
             or_none(options->mem_bw_schema));
        note_limits(options->resources);
        return only_missing(id, err);
}

int container_pids(const struct runtime *runtime, const char *id, pid_t **ret_pids, size_t *ret_n, struct err *err)
{
        (void)runtime;
        note("pids %s", id);
        *ret_n = strcmp(id, "empty") == 0 ? 0 : 2;
        *ret_pids = calloc(2, sizeof **ret_pids);
        assert_non_null(*ret_pids);
        (*ret_pids)[0] = 7;
        (*ret_pids)[1] = 12;
        return only_missing(id, err);
}

int host_program_output(char *const *argv, struct buf *out, struct err *err)
{
        (void)err;
        note("run");
        for (size_t i = 0; argv[i]; i++) {
                size_t len = strlen(called);
                (void)snprintf(called + len, sizeof called - len, " %s", argv[i]);
        }
        bool has_pids = argv[1] && strcmp(argv[1], "comm") != 0;
        buf_add_text(out, has_pids ? "USER  PID CMD\nroot    7 a 12\nroot   77 b\n\nroot   12 c d\nroot  120 e"
                                   : "CMD\na\n");
        return 0;
}

int container_stats(const struct runtime *runtime, const char *id, struct buf *out, struct err *err)
{
        (void)runtime;
        note("stats %s", id);
        buf_add_text(out, "{\"now\"}\n");
        return only_missing(id, err);
}

int container_events(const struct runtime *runtime, const char *id, int64_t interval_ns,
                     int (*give)(void *ctx, const struct buf *line, struct err *err), void *ctx, struct err *err)
{
        (void)runtime;
        note("events %s every %lld ns", id, (long long)interval_ns);
        for (int i = 0; i < 2; i++) {
                auto_buf struct buf line = { 0 };
                buf_add_format(&line, "{%d}\n", i);
                if (give(ctx, &line, err) < 0)
                        return -1;
        }
        return only_missing(id, err);
}

/* One finding, of the severity that the name says. */
static inline int give_finding(const char *name, struct arena *arena, struct audit_report *ret, struct err *err)
{
        static struct audit_place places[] = {
                {.path = "a",    .value = "b\x1b", .detail = "c", .next = &places[1] },
                { .path = "d"},
        };
        enum audit_severity severity = AUDIT_NONE;
        while (severity < AUDIT_CRITICAL && strcmp(audit_severity_names[severity], name) != 0)
                severity++;
        *ret = (struct audit_report){ .worst = severity, .findings = arena_alloc(arena, sizeof *ret->findings) };
        assert_non_null(ret->findings);
        ret->findings[0] = (struct audit_finding){ &audit_rules[0], severity, places, "one\ntwo" };
        ret->n = severity == AUDIT_NONE ? 0 : 1;
        return only_missing(name, err);
}

int bundle_audit(const char *bundle, struct arena *arena, struct audit_report *ret, struct err *err)
{
        note("audit bundle %s", bundle);
        return give_finding(bundle, arena, ret, err);
}

int container_audit(const struct runtime *runtime, const char *id, struct arena *arena, struct audit_report *ret,
                    struct err *err)
{
        (void)runtime;
        note("audit %s", id);
        return give_finding(id, arena, ret, err);
}

int container_each(const struct runtime *runtime,
                   int (*each)(void *ctx, const struct container_row *row, struct err *err), void *ctx, struct err *err)
{
        const struct container_row rows[] = {
                {"a",              "running", "/b\xc3\xa4", "2026-01-02T03:04:05Z", "root", 12, "{\"id\":\"a\"}"},
                { "thirteen-long", "stopped", "/b",         "2026-01-02T03:04:05Z", "#7",   0,  "{}"            },
        };
        note("list");
        for (size_t i = 0; strcmp(runtime->root, "/empty") != 0 && i < ARRAY_LEN(rows); i++) {
                if (each(ctx, &rows[i], err) < 0)
                        return -1;
        }
        return 0;
}

void print_spec(const struct spec_template *template, struct buf *out)
{
        buf_add_text(out, template->is_rootless ? "rootless" : "root");
}

void print_features(const struct features_lists *lists, struct buf *out)
{
        buf_add_format(out, "%s %s %s\n", lists->version, lists->capabilities[0], lists->mount_options[0]);
}

const char *const *rootfs_mount_option_names(void)
{
        static const char *const names[] = { "ro", NULL };
        return names;
}

void page_print_markdown(struct buf *out)
{
        buf_add_text(out, "# The birth\n");
}

void page_print_rows(struct buf *out)
{
        buf_add_text(out, "1\tbegin\thost\n");
}

/* A command line. -------------------------------------------------------------------------------------------------- */

enum { WORDS_MAX = 16 };

static struct {
        int rc, status;
        struct err err;
        char out[32 * 1024]; /* its stdout */
} result;

static inline void take_output(int memory_fd)
{
        struct err err = { 0 };
        auto_buf struct buf out = { 0 };
        assert_int_equal(lseek(memory_fd, 0, SEEK_SET), 0);
        assert_int_equal(file_read_fd(memory_fd, "stdout", sizeof result.out - 1, &out, &err), 0);
        strcpy(result.out, buf_text(&out));
}

/* line: words, separated by blanks. */
static inline void run_line(const char *line)
{
        char text[512];
        char *args[WORDS_MAX + 1] = { NULL };
        struct log_sink sink = { .fd = -1 };
        size_t n = 0;
        char name[] = "tare";
        args[n++] = name;
        (void)snprintf(text, sizeof text, "%s", line);
        for (char *rest = text, *word; n < WORDS_MAX && (word = strsep(&rest, " "));) {
                if (*word != '\0')
                        args[n++] = word;
        }

        int memory_fd = memfd_create("stdout", MFD_CLOEXEC);
        int kept_fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
        assert_true(memory_fd >= 0 && kept_fd >= 0);
        (void)fflush(stdout);
        memset(&result.err, 0, sizeof result.err);
        called[0] = '\0';
        assert_int_equal(dup2(memory_fd, STDOUT_FILENO), STDOUT_FILENO);
        result.rc = cli_run(args, &sink, &result.status, &result.err);
        (void)dup2(kept_fd, STDOUT_FILENO);
        (void)close(kept_fd);
        log_sink_finish(&sink);
        take_output(memory_fd);
        (void)close(memory_fd);
}

static inline void gives(const char *line, int status, const char *call)
{
        run_line(line);
        assert_string_equal(result.err.text, "");
        assert_int_equal(result.rc, 0);
        assert_int_equal(result.status, status);
        assert_string_equal(called, call);
}

static inline void prints(const char *line, const char *out)
{
        run_line(line);
        assert_string_equal(result.err.text, "");
        assert_int_equal(result.status, 0);
        assert_string_equal(result.out, out);
}

static inline void fails(const char *line, int status, const char *error)
{
        run_line(line);
        assert_int_equal(result.rc, -1);
        assert_int_equal(result.status, status);
        assert_string_equal(result.err.text, error);
}

static inline bool has_text(const char *text)
{
        return strstr(result.out, text) != NULL;
}

#endif
