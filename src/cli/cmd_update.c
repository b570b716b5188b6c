/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_update.c - `tare update`: other limits for a container that is there, by options or as a JSON object. */

#include <fcntl.h>
#include <string.h>

#include "cli/cmd.h"

#include "base/file.h"
#include "base/number.h"
#include "cli/quantity.h"
#include "oci/fields.h"

enum { RESOURCES_MAX = 16 * 1024 * 1024 };

/* The options as they were given; NULL: not. */
struct update_texts {
        const char *resources;
        const char *blkio_weight;
        const char *cpu_period;
        const char *cpu_quota;
        const char *cpu_burst;
        const char *cpu_share;
        const char *cpu_rt_period;
        const char *cpu_rt_runtime;
        const char *cpuset_cpus;
        const char *cpuset_mems;
        const char *cpu_idle;
        const char *memory;
        const char *memory_reservation;
        const char *memory_swap;
        const char *pids_limit;
        const char *l3_cache_schema;
        const char *mem_bw_schema;
        const char *kernel_memory;
        const char *kernel_memory_tcp;
};
_Static_assert(sizeof(struct update_texts) <= COMMAND_OPTIONS_MAX, "the options of update have room");

static const struct option_row rows[] = {
        {.name = "resources",
         .letter = 'r',
         .type = OPTION_TEXT,
         .offset = offsetof(struct update_texts, resources),
         .value = "FILE",
         .help = "a JSON object as linux.resources is one, - for stdin, in place of the options for limits" },
        { .name = "blkio-weight",
         .type = OPTION_TEXT,
         .offset = offsetof(struct update_texts, blkio_weight),
         .value = "WEIGHT",
         .help = "the share of block I/O, from 10 to 1000" },
        { .name = "cpu-period",
         .type = OPTION_TEXT,
         .offset = offsetof(struct update_texts, cpu_period),
         .value = "USEC",
         .help = "the time in which the quota counts" },
        { .name = "cpu-quota",
         .type = OPTION_TEXT,
         .offset = offsetof(struct update_texts, cpu_quota),
         .value = "USEC",
         .help = "the CPU time of all its processes in each period, -1 for no limit" },
        { .name = "cpu-burst",
         .type = OPTION_TEXT,
         .offset = offsetof(struct update_texts, cpu_burst),
         .value = "USEC",
         .help = "what may be saved of the quota for later periods" },
        { .name = "cpu-share",
         .type = OPTION_TEXT,
         .offset = offsetof(struct update_texts, cpu_share),
         .value = "SHARES",
         .help = "the share of CPU time beside other containers, 1024 by default" },
        { .name = "cpu-rt-period",
         .type = OPTION_TEXT,
         .offset = offsetof(struct update_texts, cpu_rt_period),
         .value = "USEC",
         .help = "the period for realtime processes" },
        { .name = "cpu-rt-runtime",
         .type = OPTION_TEXT,
         .offset = offsetof(struct update_texts, cpu_rt_runtime),
         .value = "USEC",
         .help = "the CPU time of realtime processes in that" },
        { .name = "cpuset-cpus",
         .type = OPTION_TEXT,
         .offset = offsetof(struct update_texts, cpuset_cpus),
         .value = "LIST",
         .help = "the CPUs that it may use, as 0-2,7" },
        { .name = "cpuset-mems",
         .type = OPTION_TEXT,
         .offset = offsetof(struct update_texts, cpuset_mems),
         .value = "LIST",
         .help = "the memory nodes that it may use" },
        { .name = "cpu-idle",
         .type = OPTION_TEXT,
         .offset = offsetof(struct update_texts, cpu_idle),
         .value = "N",
         .help = "1 for CPU time that nobody else wants, 0 for ordinary scheduling" },
        { .name = "memory",
         .type = OPTION_TEXT,
         .offset = offsetof(struct update_texts, memory),
         .value = "BYTES",
         .help = "the limit of memory, -1 for none" },
        { .name = "memory-reservation",
         .type = OPTION_TEXT,
         .offset = offsetof(struct update_texts, memory_reservation),
         .value = "BYTES",
         .help = "what is left to it when memory is short" },
        { .name = "memory-swap",
         .type = OPTION_TEXT,
         .offset = offsetof(struct update_texts, memory_swap),
         .value = "BYTES",
         .help = "the limit of memory and swap together, -1 for none" },
        { .name = "pids-limit",
         .type = OPTION_TEXT,
         .offset = offsetof(struct update_texts, pids_limit),
         .value = "N",
         .help = "how many processes and threads there may be, -1 for no limit" },
        { .name = "l3-cache-schema",
         .type = OPTION_TEXT,
         .offset = offsetof(struct update_texts, l3_cache_schema),
         .value = "SCHEMA",
         .help = "the L3 cache schema of its group in resctrl" },
        { .name = "mem-bw-schema",
         .type = OPTION_TEXT,
         .offset = offsetof(struct update_texts, mem_bw_schema),
         .value = "SCHEMA",
         .help = "the memory bandwidth schema of its group in resctrl" },
        { .name = "kernel-memory",
         .is_hidden = true,
         .type = OPTION_TEXT,
         .offset = offsetof(struct update_texts, kernel_memory),
         .value = "BYTES",
         .help = "nothing any more" },
        { .name = "kernel-memory-tcp",
         .is_hidden = true,
         .type = OPTION_TEXT,
         .offset = offsetof(struct update_texts, kernel_memory_tcp),
         .value = "BYTES",
         .help = "nothing any more" },
        { .name = NULL                                                            },
};

static const struct update_texts defaults = { 0 };

/* options to limits ------------------------------------------------------------------------------------------------ */

static int set_u64(const char *text, void *into, struct err *err)
{
        struct opt_u64 *number = into;
        number->set = true;
        return number_u64(text, 0, UINT64_MAX, &number->value) ? 0 : fail(err, "\"%s\" is not a whole number", text);
}

static int set_i64(const char *text, void *into, struct err *err)
{
        struct opt_i64 *number = into;
        number->set = true;
        return number_i64(text, INT64_MIN, INT64_MAX, &number->value) ? 0
                                                                      : fail(err, "\"%s\" is not a whole number", text);
}

static int set_bytes(const char *text, void *into, struct err *err)
{
        struct opt_i64 *number = into;
        number->set = true;
        return quantity_bytes(text, &number->value) ? 0 : fail(err, "invalid size: '%s'", text);
}

static int set_weight(const char *text, void *into, struct err *err)
{
        struct opt_u32 *weight = into;
        uint64_t number = 0;
        if (!number_u64(text, 0, UINT16_MAX, &number))
                return fail(err, "\"%s\" is not a whole number from 0 to %d", text, UINT16_MAX);
        *weight = (struct opt_u32){ .set = true, .value = (uint32_t)number };
        return 0;
}

static int set_text(const char *text, void *into, struct err *err)
{
        (void)err;
        const char **field = into;
        *field = text;
        return 0;
}

#define FROM(member) offsetof(struct update_texts, member)
#define TO(member)   offsetof(struct spec_resources, member)

static const struct {
        const char *name;
        size_t from, to;
        int (*set)(const char *text, void *into, struct err *err);
} limits[] = {
        {"blkio-weight",        FROM(blkio_weight),       TO(block_io.weight),      set_weight},
        { "cpu-period",         FROM(cpu_period),         TO(cpu.period),           set_u64   },
        { "cpu-quota",          FROM(cpu_quota),          TO(cpu.quota),            set_i64   },
        { "cpu-burst",          FROM(cpu_burst),          TO(cpu.burst),            set_u64   },
        { "cpu-share",          FROM(cpu_share),          TO(cpu.shares),           set_u64   },
        { "cpu-rt-period",      FROM(cpu_rt_period),      TO(cpu.realtime_period),  set_u64   },
        { "cpu-rt-runtime",     FROM(cpu_rt_runtime),     TO(cpu.realtime_runtime), set_i64   },
        { "cpuset-cpus",        FROM(cpuset_cpus),        TO(cpu.cpus),             set_text  },
        { "cpuset-mems",        FROM(cpuset_mems),        TO(cpu.mems),             set_text  },
        { "cpu-idle",           FROM(cpu_idle),           TO(cpu.idle),             set_i64   },
        { "memory",             FROM(memory),             TO(memory.limit),         set_bytes },
        { "memory-reservation", FROM(memory_reservation), TO(memory.reservation),   set_bytes },
        { "memory-swap",        FROM(memory_swap),        TO(memory.swap),          set_bytes },
        { "pids-limit",         FROM(pids_limit),         TO(pids.limit),           set_i64   },
};

static int read_options(const struct update_texts *texts, struct spec_resources *ret, struct err *err)
{
        for (size_t i = 0; i < ARRAY_LEN(limits); i++) {
                const char *const *text = (const void *)((const char *)texts + limits[i].from);
                if (*text && **text && limits[i].set(*text, (char *)ret + limits[i].to, err) < 0)
                        return fail_at(err, "invalid value for %s", limits[i].name);
        }
        return 0;
}

/* the document ----------------------------------------------------------------------------------------------------- */

static int read_document(const char *path, struct buf *text, struct arena *arena, struct spec_resources *ret,
                         struct err *err)
{
        bool is_stdin = strcmp(path, "-") == 0;
        const char *name = is_stdin ? "stdin" : path;
        int done = is_stdin ? file_read_fd(STDIN_FILENO, name, RESOURCES_MAX, text, err)
                            : file_read(AT_FDCWD, path, RESOURCES_MAX, text, err);
        if (done < 0)
                return -1;
        return reader_run(buf_text(text), text->len, name, resources_fields, ret, arena, err);
}

static int run(struct call *call, struct err *err)
{
        const struct update_texts *texts = call->options;
        struct spec_resources resources = { .set = true };
        const struct update_options options = {
                .resources = &resources,
                .l3_cache_schema = texts->l3_cache_schema,
                .mem_bw_schema = texts->mem_bw_schema,
        };
        struct arena arena = { 0 };
        auto_buf struct buf text = { 0 };
        if (texts->kernel_memory || texts->kernel_memory_tcp)
                log_say(call->runtime->log, LOG_WARNING, "Kernel memory settings are ignored and will be removed");

        int done = texts->resources ? read_document(texts->resources, &text, &arena, &resources, err)
                                    : read_options(texts, &resources, err);
        if (done == 0)
                done = container_update(call->runtime, call->args[0], &options, err);
        arena_finish(&arena);
        return done;
}

const struct command cmd_update = {
        .name = "update",
        .summary = "change the limits of a container",
        .details = "What is not given stays as it is, and so does what is 0, but for --cpu-idle and --cpu-burst. All "
                   "changes\n"
                   "are made, or none. BYTES takes a unit: k, m, g, t, p.\n",
        .arguments = { ARGUMENT_ID },
        .n_arguments = 1,
        .n_required = 1,
        .options = rows,
        .defaults = &defaults,
        .options_size = sizeof defaults,
        .run = run,
};
