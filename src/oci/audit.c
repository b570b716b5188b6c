/* SPDX-License-Identifier: Apache-2.0 */
/* audit.c - walk the table of findings over a spec; see audit.h. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "oci/audit.h"

#include "base/json_out.h"
#include "oci/audit_find.h"

const char *const audit_severity_names[AUDIT_SEVERITIES] = {
        [AUDIT_NONE] = "none",
        [AUDIT_NOTE] = "note",
        [AUDIT_WARNING] = "warning",
        [AUDIT_CRITICAL] = "critical",
};

/* places ----------------------------------------------------------------------------------------------------------- */

void audit_add(struct audit_places *places, const char *path, const char *value, const char *detail)
{
        struct audit_place *place = arena_alloc(places->arena, sizeof *place);
        if (!place) {
                places->out_of_memory = true;
                return;
        }
        *place = (struct audit_place){ .path = path, .value = value, .detail = detail };
        *places->end = place;
        places->end = &place->next;
}

void audit_add_item(struct audit_places *places, const char *list, size_t index, const char *value, const char *detail)
{
        char text[64];
        int len = snprintf(text, sizeof text, "%s[%zu]", list, index);
        const char *path = places->is_running ? list : arena_copy(places->arena, text, (size_t)len);
        if (!path) {
                places->out_of_memory = true;
                return;
        }
        audit_add(places, path, value, detail);
}

/* the lines that close a finding ----------------------------------------------------------------------------------- */

static bool is_told_before(const struct audit_place *first, const struct audit_place *place)
{
        for (; first != place; first = first->next)
                if (first->value && strcmp(first->value, place->value) == 0)
                        return true;
        return false;
}

static void add_values(struct buf *out, const struct audit_place *first)
{
        const char *before = "";
        for (const struct audit_place *place = first; place; place = place->next) {
                if (!place->value || is_told_before(first, place))
                        continue;
                buf_add_text(out, before);
                json_out_quoted(out, place->value);
                before = ", ";
        }
}

static const char *fix_of(const struct audit_rule *rule, const struct audit_places *places)
{
        auto_buf struct buf out = { 0 };
        struct err ignored;
        const char *text = rule->fix;
        for (const char *hole = strchr(text, '%'); hole; hole = strchr(text, '%')) {
                buf_add(&out, text, (size_t)(hole - text));
                add_values(&out, places->first);
                text = hole + 1;
        }
        buf_add_text(&out, text);
        return buf_ok(&out, &ignored) < 0 ? NULL : arena_copy(places->arena, out.data, out.len);
}

/* the walk --------------------------------------------------------------------------------------------------------- */

static size_t count_rules(void)
{
        size_t n = 0;
        while (audit_rules[n].id)
                n++;
        return n;
}

/* Those of a kind stay in the table's order. */
static void sort(struct audit_finding *findings, size_t n)
{
        for (size_t i = 1; i < n; i++) {
                struct audit_finding moved = findings[i];
                size_t k = i;
                for (; k > 0 && findings[k - 1].severity < moved.severity; k--)
                        findings[k] = findings[k - 1];
                findings[k] = moved;
        }
}

int audit_spec(const struct spec *spec, enum audit_of what, struct arena *arena, struct audit_report *ret,
               struct err *err)
{
        bool is_mapped = audit_is_mapped(spec);
        *ret = (struct audit_report){ .findings = arena_alloc_n(arena, count_rules(), sizeof *ret->findings) };
        if (!ret->findings)
                return fail(err, "out of memory");

        for (const struct audit_rule *rule = audit_rules; rule->id; rule++) {
                struct audit_places places = { .arena = arena, .is_running = what == AUDIT_RUNNING };
                enum audit_severity severity = is_mapped ? rule->mapped : rule->severity;
                if (severity == AUDIT_NONE)
                        continue;
                places.end = &places.first;
                rule->find(spec, rule->words, &places);
                const char *fix = places.first ? fix_of(rule, &places) : "";
                if (places.out_of_memory || !fix)
                        return fail(err, "out of memory");
                if (!places.first)
                        continue;
                ret->findings[ret->n++] = (struct audit_finding){ rule, severity, places.first, fix };
        }
        sort(ret->findings, ret->n);
        ret->worst = ret->n > 0 ? ret->findings[0].severity : AUDIT_NONE;
        return 0;
}

/* JSON ------------------------------------------------------------------------------------------------------------- */

static void print_if_any(struct json_out *json, const char *key, const char *text)
{
        if (text)
                json_out_text(json, key, text);
}

static void print_finding(struct json_out *json, const struct audit_finding *finding)
{
        json_out_object(json, NULL);
        json_out_text(json, "id", finding->rule->id);
        json_out_text(json, "severity", audit_severity_names[finding->severity]);
        json_out_text(json, "what", finding->rule->what);
        json_out_text(json, "why", finding->rule->why);
        json_out_array(json, "places");
        for (const struct audit_place *place = finding->places; place; place = place->next) {
                json_out_object(json, NULL);
                json_out_text(json, "path", place->path);
                print_if_any(json, "value", place->value);
                print_if_any(json, "detail", place->detail);
                json_out_object_end(json);
        }
        json_out_array_end(json);
        json_out_text(json, "fix", finding->fix);
        json_out_object_end(json);
}

void audit_print_json(const struct audit_report *report, struct buf *out)
{
        struct json_out json = { .buf = out, .indent = "  " };
        json_out_object(&json, NULL);
        print_if_any(&json, "id", report->id);
        print_if_any(&json, "status", report->status);
        print_if_any(&json, "bundle", report->bundle);
        json_out_text(&json, "severity", audit_severity_names[report->worst]);
        json_out_array(&json, "findings");
        for (size_t i = 0; i < report->n; i++)
                print_finding(&json, &report->findings[i]);
        json_out_array_end(&json);
        json_out_object_end(&json);
        buf_add_text(out, "\n");
}
