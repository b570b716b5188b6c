/* SPDX-License-Identifier: Apache-2.0 */
/* page.c - print the tables of the two stories; see page.h. */

#include "birth/page.h"

#include "birth/birth.h"

static const char head[] =
        "# The birth of a container, step by step\n"
        "\n"
        "This page is printed from the tables in `src/birth/birth.c` and `src/birth/join.c` by `tare help "
        "--birth-page`; "
        "`scripts/check lint`\n"
        "compares the two.\n"
        "Host is the `tare` process that was called, init the process that becomes the container's program. Both walk "
        "the same rows;\n"
        "a row with work on one side only costs the other nothing, so that the two overlap until one of them waits:\n"
        "after *cue to host* the host waits for init, after *cue to init* the other way round. The last cue is the "
        "execve itself: it\n"
        "closes init's end of the wire. When a row fails on either side, what the rows before it made is undone, last "
        "to first.\n"
        "\n"
        "## `create` and `run`\n"
        "\n";

static const char join_head[] =
        "\n"
        "## `exec`\n"
        "\n"
        "The shorter story, of one more process that joins a container which is there: all its namespaces by one "
        "setns(2), its cgroup,\n"
        "its keyring. Here init is that process.\n"
        "\n";

static const char table_head[] = "| step | what happens | in the host | in init | then | undone | only if |\n"
                                 "|---:|---|:---:|:---:|---|:---:|---|\n";

static const char *const then_texts[] = {
        [GO_ON] = "",
        [CUE_HOST] = "cue to host",
        [CUE_INIT] = "cue to init",
        [BY_EXEC] = "execve",
};

static void print_table(const struct story *story, struct buf *out)
{
        buf_add_text(out, table_head);
        for (size_t i = 0; i < story->n; i++) {
                const struct story_row *row = &story->rows[i];
                buf_add_format(out, "| %zu | %s | %s | %s | %s | %s | %s |\n", i + 1, row->what, row->host ? "x" : "",
                               row->init ? "x" : "", then_texts[row->then], row->undo ? "x" : "",
                               row->only_if ? row->only_if->when : "");
        }
}

void page_print_markdown(struct buf *out)
{
        buf_add_text(out, head);
        print_table(&birth_story, out);
        buf_add_format(out, "\n`create` returns after step %zu; `run` walks all of them.\n", birth_create_ends());
        buf_add_text(out, join_head);
        print_table(&join_story, out);
}

static const char *sides_of(const struct story_row *row)
{
        if (row->host && row->init)
                return "both";
        if (row->host)
                return "host";
        return row->init ? "init" : "none";
}

void page_print_rows(struct buf *out)
{
        for (size_t i = 0; i < birth_story.n; i++) {
                const struct story_row *row = &birth_story.rows[i];
                buf_add_format(out, "%zu\t%s\t%s\n", i + 1, row->what, sides_of(row));
        }
}
