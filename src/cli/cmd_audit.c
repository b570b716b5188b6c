/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_audit.c - `tare audit`: what a security reviewer asks of a bundle or a container, on one page. */

#include <string.h>

#include "cli/cmd.h"
#include "cli/output.h"
#include "cli/quote.h"
#include "oci/audit.h"

struct audit_options {
        const char *bundle;
        bool json;
};

static const struct option_row rows[] = {
        {.name = "bundle",
         .letter = 'b',
         .type = OPTION_TEXT,
         .offset = offsetof(struct audit_options, bundle),
         .value = "DIR",
         .help = "look at the config.json in this directory (without ID, default is the working directory)" },
        { .name = "json",
         .type = OPTION_FLAG,
         .offset = offsetof(struct audit_options, json),
         .help = "show the findings as JSON" },
        { .name = NULL           },
};

static const struct audit_options defaults = { .bundle = NULL };

/* the page --------------------------------------------------------------------------------------------------------- */

/* The places beyond these are counted: a page is for reading. */
enum { PLACES_SHOWN = 6, MARGIN = 10 };

/* With its label on a line of its own, further lines below the first. No byte of it speaks to the terminal: values are
 * quoted in it as JSON has them. */
static void add_part(struct buf *out, const char *label, const char *text)
{
        buf_add_format(out, "%*s%s: ", MARGIN, "", label);
        for (size_t len = strcspn(text, "\n"); text[len]; len = strcspn(text, "\n")) {
                buf_add(out, text, len);
                buf_add_format(out, "\n%*s", MARGIN + (int)sizeof "fix:", "");
                text += len + 1;
        }
        buf_add_text(out, text);
        buf_add_text(out, "\n");
}

/* PATH VALUE (DETAIL); the path stands for those behind it too. */
static void add_place(struct buf *out, const struct audit_place *place, const char *path_before)
{
        bool is_same = strcmp(place->path, path_before) == 0;
        if (!is_same)
                quote_line(out, place->path);
        if (place->value) {
                buf_add_text(out, is_same ? "" : " ");
                quote_line(out, place->value);
        }
        if (place->detail) {
                buf_add_text(out, " (");
                quote_line(out, place->detail);
                buf_add_text(out, ")");
        }
}

static void add_places(struct buf *out, const struct audit_place *place)
{
        const char *path = "";
        size_t n = 0;
        buf_add_format(out, "%*s", MARGIN, "");
        for (; place; place = place->next, n++) {
                if (n >= PLACES_SHOWN)
                        continue;
                buf_add_text(out, n > 0 ? ", " : "");
                add_place(out, place, path);
                path = place->path;
        }
        if (n > PLACES_SHOWN)
                buf_add_format(out, ", and %zu more", n - PLACES_SHOWN);
        buf_add_text(out, "\n");
}

static void add_page(struct buf *out, const struct audit_report *report)
{
        size_t counts[AUDIT_SEVERITIES] = { 0 };
        for (size_t i = 0; i < report->n; i++) {
                const struct audit_finding *finding = &report->findings[i];
                counts[finding->severity]++;
                buf_add_format(out, "%-*s%s [%s]\n", MARGIN, audit_severity_names[finding->severity],
                               finding->rule->what, finding->rule->id);
                add_places(out, finding->places);
                add_part(out, "why", finding->rule->why);
                add_part(out, "fix", finding->fix);
        }
        buf_add_format(out, "%zu critical, %zu warnings, %zu notes\n", counts[AUDIT_CRITICAL], counts[AUDIT_WARNING],
                       counts[AUDIT_NOTE]);
}

/* the command ------------------------------------------------------------------------------------------------------ */

static int look(struct call *call, struct arena *arena, struct audit_report *ret, struct err *err)
{
        const struct audit_options *options = call->options;
        const char *id = call->args[0];
        if (id && options->bundle)
                return fail(err, "an audit is of --bundle %s or of container %s, not of both", options->bundle, id);
        if (id)
                return container_audit(call->runtime, id, arena, ret, err);
        return bundle_audit(options->bundle ? options->bundle : ".", arena, ret, err);
}

static int run(struct call *call, struct err *err)
{
        static const int statuses[AUDIT_SEVERITIES] = {
                [AUDIT_WARNING] = STATUS_WARNINGS,
                [AUDIT_CRITICAL] = STATUS_CRITICAL,
        };
        const struct audit_options *options = call->options;
        struct arena arena = { 0 };
        struct audit_report report = { 0 };
        auto_buf struct buf out = { 0 };
        int done = look(call, &arena, &report, err);
        if (done == 0) {
                if (options->json)
                        audit_print_json(&report, &out);
                else
                        add_page(&out, &report);
                done = output_write(&out, err);
        }
        if (done == 0)
                call->status = statuses[report.worst];
        arena_finish(&arena);
        return done;
}

const struct command cmd_audit = {
        .name = "audit",
        .summary = "show what a security reviewer would find in a bundle or a container",
        .details =
                "The exit status is 0 when nothing is graver than a note, 10 for warnings, 20 for critical findings.\n",
        .arguments = { ARGUMENT_ID },
        .n_arguments = 1,
        .options = rows,
        .defaults = &defaults,
        .options_size = sizeof defaults,
        .run = run,
};
