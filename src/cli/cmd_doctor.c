/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_doctor.c - `tare doctor`: whether this host can run containers for whoever asks, and what to do where it cannot.
 */

#include "base/json_out.h"
#include "birth/doctor.h"
#include "cli/cmd.h"
#include "cli/output.h"
#include "cli/table.h"

struct doctor_options {
        bool json;
};

static void print_json(const struct doctor_finding *findings, size_t n, struct buf *out)
{
        struct json_out json = { .buf = out, .indent = "  " };
        json_out_array(&json, NULL);
        for (size_t i = 0; i < n; i++) {
                json_out_object(&json, NULL);
                json_out_text(&json, "what", findings[i].what);
                json_out_text(&json, "health", health_names[findings[i].health]);
                json_out_text(&json, "found", findings[i].found);
                if (*findings[i].remedy)
                        json_out_text(&json, "remedy", findings[i].remedy);
                json_out_object_end(&json);
        }
        json_out_array_end(&json);
        buf_add_text(out, "\n");
}

static void print_lines(const struct doctor_finding *findings, size_t n, struct buf *out)
{
        for (size_t i = 0; i < n; i++) {
                buf_add_format(out, "%-5s %-16s %s\n", health_names[findings[i].health], findings[i].what,
                               findings[i].found);
                if (*findings[i].remedy)
                        buf_add_format(out, "%-5s %-16s -> %s\n", "", "", findings[i].remedy);
        }
}

static int run(struct call *call, struct err *err)
{
        const struct doctor_options *options = call->options;
        struct arena arena = { 0 };
        struct doctor_finding *findings = NULL;
        size_t n = 0;
        auto_buf struct buf out = { 0 };
        int done = host_examine(call->runtime, &arena, &findings, &n, err);
        if (done == 0) {
                (options->json ? print_json : print_lines)(findings, n, &out);
                done = output_write(&out, err);
        }
        for (size_t i = 0; i < n; i++)
                if (findings[i].health == HEALTH_BAD)
                        call->status = STATUS_FAILED;
        arena_finish(&arena);
        return done;
}

static const struct option_row rows[] = {
        {.name = "json",                            .type = OPTION_FLAG, .offset = offsetof(struct doctor_options, json), .help = "as JSON" },
        { .name = NULL},
};

static const struct doctor_options defaults = { .json = false };

const struct command cmd_doctor = {
        .name = "doctor",
        .summary = "examine this host, and say what it lacks",
        .options = rows,
        .defaults = &defaults,
        .options_size = sizeof defaults,
        .run = run,
};
