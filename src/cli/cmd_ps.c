/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_ps.c - `tare ps`: the processes of a container, as numbers, or as the lines that the host's ps has for them. */

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cmd.h"

#include "base/number.h"
#include "cli/output.h"

enum ps_format { PS_TABLE, PS_JSON, PS_FORMATS };

static const char *const format_words[PS_FORMATS] = { [PS_TABLE] = "table", [PS_JSON] = "json" };

struct ps_options {
        enum ps_format format;
};

static const struct option_row rows[] = {
        {.name = "format",
         .letter = 'f',
         .type = OPTION_ENUM,
         .offset = offsetof(struct ps_options, format),
         .words = format_words,
         .n_words = PS_FORMATS,
         .refusal = "invalid format option",
         .help = "how the list looks (default table)" },
        { .name = NULL},
};

static const struct ps_options defaults = { .format = PS_TABLE };

struct pids {
        pid_t *items;
        size_t n;
};

/* json ------------------------------------------------------------------------------------------------------------- */

static int print_json(const struct pids *pids, const struct call *call, struct buf *out, struct err *err)
{
        (void)call;
        (void)err;
        for (size_t i = 0; i < pids->n; i++)
                buf_add_format(out, "%s%d", i == 0 ? "[" : ",", (int)pids->items[i]);
        buf_add_text(out, pids->n == 0 ? "null\n" : "]\n");
        return 0;
}

/* table ------------------------------------------------------------------------------------------------------------ */

static const char blanks[] = " \t";

/* The word of that number in a line; NULL: it has less. */
static const char *word_at(const char *line, size_t number, size_t *ret_len)
{
        for (size_t i = 0;; i++) {
                line += strspn(line, blanks);
                *ret_len = strcspn(line, " \t\n");
                if (*ret_len == 0)
                        return NULL;
                if (i == number)
                        return line;
                line += *ret_len;
        }
}

/* Which column of the title it is. */
static int find_pid_column(const char *title, size_t *ret, struct err *err)
{
        size_t len;
        const char *word;
        for (*ret = 0; (word = word_at(title, *ret, &len)); (*ret)++)
                if (len == strlen("PID") && memcmp(word, "PID", len) == 0)
                        return 0;
        return fail(err, "couldn't find PID field in ps output");
}

static bool is_one_of(const struct pids *pids, const char *word, size_t len)
{
        char text[16];
        uint64_t pid = 0;
        if (len >= sizeof text)
                return false;
        memcpy(text, word, len);
        text[len] = '\0';
        if (!number_u64(text, 1, INT_MAX, &pid))
                return false;
        for (size_t i = 0; i < pids->n; i++)
                if ((uint64_t)pids->items[i] == pid)
                        return true;
        return false;
}

/* The title, and of the lines below it those of our processes. */
static int pick_lines(const char *text, const struct pids *pids, struct buf *out, struct err *err)
{
        size_t column;
        if (find_pid_column(text, &column, err) < 0)
                return -1;
        for (const char *line = text; *line;) {
                size_t len = strcspn(line, "\n");
                size_t word_len;
                const char *word = word_at(line, column, &word_len);
                if (line == text || (word && is_one_of(pids, word, word_len)))
                        buf_add_format(out, "%.*s\n", (int)len, line);
                line += len;
                line += *line == '\n';
        }
        return 0;
}

static int print_table(const struct pids *pids, const struct call *call, struct buf *out, struct err *err)
{
        static char ps[] = "ps", full[] = "-ef";
        auto_buf struct buf text = { 0 };
        char **argv = calloc(call->n_args + 2, sizeof *argv);
        if (!argv)
                return fail_sys(err, "ps");
        argv[0] = ps;
        argv[1] = full;
        for (size_t i = 1; i < call->n_args; i++)
                argv[i] = call->args[i];
        int done = host_program_output(argv, &text, err);
        free(argv);
        return done < 0 ? -1 : pick_lines(buf_text(&text), pids, out, err);
}

static int run(struct call *call, struct err *err)
{
        static int (*const print_by_format[])(const struct pids *pids, const struct call *call, struct buf *out,
                                              struct err *err) = {
                [PS_TABLE] = print_table,
                [PS_JSON] = print_json,
        };
        const struct ps_options *options = call->options;
        struct pids pids = { NULL, 0 };
        auto_buf struct buf out = { 0 };
        int done = container_pids(call->runtime, call->args[0], &pids.items, &pids.n, err);
        if (done == 0)
                done = print_by_format[options->format](&pids, call, &out, err);
        free(pids.items);
        return done < 0 ? -1 : output_write(&out, err);
}

const struct command cmd_ps = {
        .name = "ps",
        .summary = "show the processes of a container",
        .details =
                "The options end at the id: what follows is for the ps of the host, in place of -ef. Its output must\n"
                "have a column PID.\n",
        .arguments = { ARGUMENT_ID },
        .n_arguments = 1,
        .n_required = 1,
        .has_trailing = true,
        .options = rows,
        .defaults = &defaults,
        .options_size = sizeof defaults,
        .run = run,
};
