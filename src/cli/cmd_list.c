/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_list.c - `tare list`: all containers, as a table, as JSON, or by their ids alone. */

#include "cli/cmd.h"
#include "cli/output.h"
#include "cli/table.h"

enum list_format { LIST_TABLE, LIST_JSON, LIST_FORMATS };

static const char *const format_words[LIST_FORMATS] = { [LIST_TABLE] = "table", [LIST_JSON] = "json" };

struct list_options {
        enum list_format format;
        bool quiet;
};

static const struct option_row rows[] = {
        {.name = "format",
         .letter = 'f',
         .type = OPTION_ENUM,
         .offset = offsetof(struct list_options, format),
         .words = format_words,
         .n_words = LIST_FORMATS,
         .refusal = "invalid format option",
         .help = "how the list looks (default table)" },
        { .name = "quiet",
         .letter = 'q',
         .type = OPTION_FLAG,
         .offset = offsetof(struct list_options, quiet),
         .help = "show ids alone" },
        { .name = NULL           },
};

static const struct list_options defaults = { .format = LIST_TABLE };

static int add_id(void *ctx, const struct container_row *row, struct err *err)
{
        (void)err;
        struct buf *out = ctx;
        buf_add_text(out, row->id);
        buf_add_text(out, "\n");
        return 0;
}

static int list_ids(const struct runtime *runtime, struct buf *out, struct err *err)
{
        return container_each(runtime, add_id, out, err);
}

static int add_object(void *ctx, const struct container_row *row, struct err *err)
{
        (void)err;
        struct buf *out = ctx;
        buf_add_text(out, out->len == 0 ? "[" : ",");
        buf_add_text(out, row->json);
        return 0;
}

static int list_json(const struct runtime *runtime, struct buf *out, struct err *err)
{
        if (container_each(runtime, add_object, out, err) < 0)
                return -1;
        buf_add_text(out, out->len == 0 ? "null\n" : "]\n");
        return 0;
}

static int add_row(void *ctx, const struct container_row *row, struct err *err)
{
        (void)err;
        struct table *table = ctx;
        table_add(table, row->id);
        table_add_int(table, row->pid);
        table_add(table, row->status);
        table_add(table, row->bundle);
        table_add(table, row->created);
        table_add(table, row->owner);
        return 0;
}

static int list_table(const struct runtime *runtime, struct buf *out, struct err *err)
{
        static const char *const heads[] = { "ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER" };
        struct table table = { .n_columns = ARRAY_LEN(heads) };
        for (size_t i = 0; i < ARRAY_LEN(heads); i++)
                table_add(&table, heads[i]);
        int done = container_each(runtime, add_row, &table, err);
        if (done == 0)
                done = table_print(&table, out, err);
        table_finish(&table);
        return done;
}

static int run(struct call *call, struct err *err)
{
        static int (*const list_by_format[])(const struct runtime *runtime, struct buf *out, struct err *err) = {
                [LIST_TABLE] = list_table,
                [LIST_JSON] = list_json,
        };
        const struct list_options *options = call->options;
        auto_buf struct buf out = { 0 };
        int done = options->quiet ? list_ids(call->runtime, &out, err)
                                  : list_by_format[options->format](call->runtime, &out, err);
        return done < 0 ? -1 : output_write(&out, err);
}

const struct command cmd_list = {
        .name = "list",
        .summary = "list all containers",
        .options = rows,
        .defaults = &defaults,
        .options_size = sizeof defaults,
        .run = run,
};
