/* SPDX-License-Identifier: Apache-2.0 */
/* device_list.c - rules of devices: read, put in front of the standard ones, thinned out; see device_list.h. */

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cgroup/device_list.h"

#include "base/number.h"

#define DEVICES "linux.resources.devices"

static const struct {
        char letter;
        unsigned int access;
} access_letters[] = {
        {'r',  DEVICE_READ },
        { 'w', DEVICE_WRITE},
        { 'm', DEVICE_MKNOD},
};

/* What every container may do, whatever its rules say. */
static const struct device_rule standard_rules[] = {
        {true,  'c', DEVICE_MKNOD, DEVICE_ANY, DEVICE_ANY}, /* a node that cannot be opened does no harm */
        { true, 'b', DEVICE_MKNOD, DEVICE_ANY, DEVICE_ANY},
        { true, 'c', DEVICE_ALL,   1,          3         }, /* null */
        { true, 'c', DEVICE_ALL,   1,          8         }, /* random */
        { true, 'c', DEVICE_ALL,   1,          7         }, /* full */
        { true, 'c', DEVICE_ALL,   5,          0         }, /* tty */
        { true, 'c', DEVICE_ALL,   1,          5         }, /* zero */
        { true, 'c', DEVICE_ALL,   1,          9         }, /* urandom */
        { true, 'c', DEVICE_ALL,   136,        DEVICE_ANY}, /* pts */
        { true, 'c', DEVICE_ALL,   5,          2         }, /* ptmx */
        { true, 'c', DEVICE_ALL,   10,         200       }, /* net/tun */
};

static bool covers_number(int64_t wide, int64_t narrow)
{
        return wide == DEVICE_ANY || wide == narrow;
}

/* Whether every device of the second is one of the first. */
static bool covers(const struct device_rule *wide, const struct device_rule *narrow)
{
        return wide->type == narrow->type && covers_number(wide->major, narrow->major) &&
               covers_number(wide->minor, narrow->minor);
}

static bool meets_number(int64_t a, int64_t b)
{
        return a == DEVICE_ANY || b == DEVICE_ANY || a == b;
}

/* Whether there is a device and an access that both are about. */
static bool meets(const struct device_rule *a, const struct device_rule *b)
{
        return a->type == b->type && meets_number(a->major, b->major) && meets_number(a->minor, b->minor) &&
               (a->access & b->access) != 0;
}

static bool is_same_device(const struct device_rule *a, const struct device_rule *b)
{
        return a->type == b->type && a->major == b->major && a->minor == b->minor;
}

/* build ------------------------------------------------------------------------------------------------------------ */

static int read_access(const char *text, size_t i, unsigned int *ret, struct err *err)
{
        *ret = 0;
        if (!text || !*text)
                return fail(err, DEVICES "[%zu].access: device access at %zu field cannot be empty", i, i);
        for (const char *c = text; *c; c++) {
                unsigned int access = 0;
                for (size_t k = 0; k < ARRAY_LEN(access_letters); k++)
                        access |= access_letters[k].letter == *c ? access_letters[k].access : 0;
                if (access == 0)
                        return fail(err, DEVICES "[%zu].access: \"%s\" has other letters than r, w and m", i, text);
                *ret |= access;
        }
        return 0;
}

static int read_number(const struct opt_i64 *number, size_t i, const char *name, int64_t *ret, struct err *err)
{
        *ret = number->set ? number->value : DEVICE_ANY;
        if (*ret < DEVICE_ANY || *ret > UINT32_MAX)
                return fail(err, DEVICES "[%zu].%s: %" PRIi64 " is no device number", i, name, *ret);
        return 0;
}

static int read_rule(const struct spec_device_rule *from, size_t i, struct device_rule *ret, struct err *err)
{
        *ret = (struct device_rule){ .allow = from->allow, .type = from->type };
        if (!ret->type)
                ret->type = 'a';
        if (!strchr("abc", ret->type))
                return fail(err, DEVICES "[%zu].type: invalid cgroup device type \"%c\"", i, ret->type);
        if (read_number(&from->major, i, "major", &ret->major, err) < 0 ||
            read_number(&from->minor, i, "minor", &ret->minor, err) < 0)
                return -1;
        return read_access(from->access, i, &ret->access, err);
}

static void add_rule(struct device_list *list, const struct device_rule *rule)
{
        if (rule->type != 'a') {
                list->rules[list->n++] = *rule;
                return;
        }
        if (rule->major == DEVICE_ANY && rule->minor == DEVICE_ANY && rule->access == DEVICE_ALL) {
                list->n = 0;
                list->allows_by_default = rule->allow;
                return;
        }
        struct device_rule one = *rule;
        one.type = 'c';
        list->rules[list->n++] = one;
        one.type = 'b';
        list->rules[list->n++] = one;
}

/* A later rule says all that this one says. */
static bool is_overruled(const struct device_list *list, size_t i)
{
        const struct device_rule *rule = &list->rules[i];
        for (size_t k = i + 1; k < list->n; k++) {
                const struct device_rule *later = &list->rules[k];
                if (covers(later, rule) && (rule->access & ~later->access) == 0)
                        return true;
        }
        return false;
}

/* It says what is so by default, and nothing before it says otherwise. */
static bool is_default(const struct device_list *list, size_t i)
{
        const struct device_rule *rule = &list->rules[i];
        for (size_t k = 0; k < i; k++) {
                if (list->rules[k].allow != rule->allow && meets(&list->rules[k], rule))
                        return false;
        }
        return rule->allow == list->allows_by_default;
}

static void drop_if(struct device_list *list, bool (*is_needless)(const struct device_list *list, size_t i))
{
        /* Asked of the list as it was: what makes a rule needless is needed, or is made so by one that is. */
        size_t n = 0;
        for (size_t i = 0; i < list->n; i++) {
                struct device_rule rule = list->rules[i];
                if (!is_needless(list, i))
                        list->rules[n++] = rule;
        }
        list->n = n;
}

static int make_room(struct device_list *list, size_t n, struct arena *arena, struct err *err)
{
        list->n = 0;
        list->rules = arena_alloc_n(arena, n + 1, sizeof *list->rules);
        return list->rules ? 0 : fail(err, DEVICES ": out of memory");
}

int device_list_build(const struct spec_device_rule *rules, size_t n, struct arena *arena, struct device_list *ret,
                      struct err *err)
{
        *ret = (struct device_list){ .allows_by_default = false };
        if (make_room(ret, 2 * n + ARRAY_LEN(standard_rules), arena, err) < 0)
                return -1;
        for (size_t i = 0; i < n; i++) {
                struct device_rule rule;
                if (read_rule(&rules[i], i, &rule, err) < 0)
                        return -1;
                add_rule(ret, &rule);
        }
        for (size_t i = 0; i < ARRAY_LEN(standard_rules); i++)
                add_rule(ret, &standard_rules[i]);

        drop_if(ret, is_overruled);
        drop_if(ret, is_default);
        return 0;
}

/* cgroup v1 -------------------------------------------------------------------------------------------------------- */

void device_rule_print(const struct device_rule *rule, struct buf *text)
{
        const int64_t numbers[] = { rule->major, rule->minor };
        buf_add_format(text, "%c", rule->type);
        for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
                buf_add_text(text, i == 0 ? " " : ":");
                if (numbers[i] == DEVICE_ANY)
                        buf_add_text(text, "*");
                else
                        buf_add_format(text, "%" PRIi64, numbers[i]);
        }
        buf_add_text(text, " ");
        for (size_t i = 0; i < ARRAY_LEN(access_letters); i++) {
                if (rule->access & access_letters[i].access)
                        buf_add(text, &access_letters[i].letter, 1);
        }
}

static int refuse_hole(const struct device_rule *hole, const struct device_rule *exception, struct err *err)
{
        auto_buf struct buf inner = { 0 };
        auto_buf struct buf outer = { 0 };
        device_rule_print(hole, &inner);
        device_rule_print(exception, &outer);
        return fail(err,
                    DEVICES ": cgroup v1 cannot %s %s within %s (cannot punch hole in existing wildcard "
                            "rule)",
                    hole->allow ? "allow" : "deny", buf_text(&inner), buf_text(&outer));
}

static void add_exception(struct device_list *list, const struct device_rule *rule)
{
        for (size_t i = 0; i < list->n; i++) {
                if (is_same_device(&list->rules[i], rule)) {
                        list->rules[i].access |= rule->access;
                        return;
                }
        }
        list->rules[list->n++] = *rule;
}

/* Back to the default, for all that the rule says. */
static int remove_exceptions(struct device_list *list, const struct device_rule *rule, struct err *err)
{
        size_t n = 0;
        for (size_t i = 0; i < list->n; i++) {
                struct device_rule exception = list->rules[i];
                if (covers(rule, &exception))
                        exception.access &= ~rule->access;
                else if (meets(rule, &exception))
                        return refuse_hole(rule, &exception, err);
                if (exception.access != 0)
                        list->rules[n++] = exception;
        }
        list->n = n;
        return 0;
}

/* The kernel lets one exception alone answer for all of an access: give each what wider ones give. */
static void widen(struct device_list *list)
{
        for (size_t i = 0; i < list->n; i++) {
                for (size_t k = 0; k < list->n; k++) {
                        if (covers(&list->rules[k], &list->rules[i]))
                                list->rules[i].access |= list->rules[k].access;
                }
        }
}

/* A wider one says it all. No two are about the same devices here. */
static bool is_within_other(const struct device_list *list, size_t i)
{
        const struct device_rule *rule = &list->rules[i];
        for (size_t k = 0; k < list->n; k++) {
                if (k != i && covers(&list->rules[k], rule) && (rule->access & ~list->rules[k].access) == 0)
                        return true;
        }
        return false;
}

int device_list_flatten(const struct device_list *list, struct arena *arena, struct device_list *ret, struct err *err)
{
        *ret = (struct device_list){ .allows_by_default = list->allows_by_default };
        if (make_room(ret, list->n, arena, err) < 0)
                return -1;
        for (size_t i = 0; i < list->n; i++) {
                if (list->rules[i].allow != list->allows_by_default)
                        add_exception(ret, &list->rules[i]);
                else if (remove_exceptions(ret, &list->rules[i], err) < 0)
                        return -1;
        }
        widen(ret);
        drop_if(ret, is_within_other);
        return 0;
}

static bool parse_number(const char *text, int64_t *ret)
{
        *ret = DEVICE_ANY;
        return strcmp(text, "*") == 0 || number_i64(text, 0, UINT32_MAX, ret);
}

static int parse_line(const char *text, size_t len, struct device_list *list, struct err *err)
{
        struct device_rule rule = { .allow = true };
        char line[64], major[16], minor[16], access[8];
        (void)snprintf(line, sizeof line, "%.*s", (int)len, text);
        if (sscanf(line, "%c %15[^:]:%15s %7s", &rule.type, major, minor, access) != 4 ||
            !parse_number(major, &rule.major) || !parse_number(minor, &rule.minor) ||
            read_access(access, 0, &rule.access, err) < 0 || !strchr("abc", rule.type))
                return fail(err, DEVICES ": devices.list has a line \"%s\"", line);
        add_rule(list, &rule);
        return 0;
}

int device_list_parse(const char *text, struct arena *arena, struct device_list *ret, struct err *err)
{
        size_t n = 1;
        for (const char *c = text; *c; c++)
                n += *c == '\n';
        *ret = (struct device_list){ .allows_by_default = false };
        if (make_room(ret, 2 * n, arena, err) < 0)
                return -1;

        while (*text) {
                size_t len = strcspn(text, "\n");
                if (len > 0 && parse_line(text, len, ret, err) < 0)
                        return -1;
                text += len;
                text += *text == '\n';
        }
        return 0;
}

unsigned int device_list_lacks(const struct device_list *list, const struct device_rule *rule)
{
        unsigned int lacks = rule->access;
        for (size_t i = 0; i < list->n; i++) {
                if (is_same_device(&list->rules[i], rule))
                        lacks &= ~list->rules[i].access;
        }
        return lacks;
}
