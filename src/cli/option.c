/* SPDX-License-Identifier: Apache-2.0 */
/* option.c - read the command line by a table of options; see option.h. Allocates for lists alone. */

#include <stdlib.h>
#include <string.h>

#include "cli/option.h"

#include "base/number.h"
#include "cli/nearest.h"
#include "oci/spec.h"

const struct option_row option_help = {
        .name = "help",
        .letter = 'h',
        .type = OPTION_FLAG,
        .help = "show this help",
};

static const struct option_row *settle(const struct option_row *row)
{
        while (row && !row->name)
                row = row->more;
        return row ? row : &option_help;
}

const struct option_row *option_first(const struct option_row *table)
{
        return settle(table);
}

const struct option_row *option_next(const struct option_row *row)
{
        return row == &option_help ? NULL : settle(row + 1);
}

/* one setter a type ------------------------------------------------------------------------------------------------ */

static int set_flag(const struct option_row *row, const char *value, void *field, struct err *err)
{
        /* The words that Go's flags take. */
        static const struct {
                const char *word;
                bool means;
        } rows[] = {
                {"1",      true },
                { "t",     true },
                { "T",     true },
                { "true",  true },
                { "TRUE",  true },
                { "True",  true },
                { "0",     false},
                { "f",     false},
                { "F",     false},
                { "false", false},
                { "FALSE", false},
                { "False", false},
        };
        bool *flag = field;
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                if (strcmp(rows[i].word, value) != 0)
                        continue;
                *flag = rows[i].means;
                return 0;
        }
        return fail(err, "invalid value \"%s\" for flag --%s: neither true nor false", value, row->name);
}

static int set_text(const struct option_row *row, const char *value, void *field, struct err *err)
{
        (void)row;
        (void)err;
        const char **text = field;
        *text = value;
        return 0;
}

static int set_u32(const struct option_row *row, const char *value, void *field, struct err *err)
{
        uint32_t *number = field;
        uint64_t wide = 0;
        if (!number_u64(value, 0, row->max, &wide))
                return fail(err, "invalid value \"%s\" for flag --%s: not a whole number from 0 to %u", value,
                            row->name, (unsigned int)row->max);
        *number = (uint32_t)wide;
        return 0;
}

_Static_assert(sizeof(enum option_type) == sizeof(unsigned int), "an enum can be written as an unsigned int");

static int set_enum(const struct option_row *row, const char *value, void *field, struct err *err)
{
        for (unsigned int i = 0; i < row->n_words; i++) {
                if (strcmp(row->words[i], value) != 0)
                        continue;
                memcpy(field, &i, sizeof i);
                return 0;
        }
        if (row->refusal)
                return fail(err, "%s", row->refusal);
        return fail(err, "invalid %s: %s", row->name, value);
}

static int add_text(const struct option_row *row, const char *value, void *field, struct err *err)
{
        struct text_list *list = field;
        const char **items = reallocarray(list->items, list->n + 2, sizeof *items);
        if (!items)
                return fail_sys(err, "--%s", row->name);
        items[list->n] = value;
        items[list->n + 1] = NULL;
        list->items = items;
        list->n++;
        return 0;
}

static int (*const set_by_type[])(const struct option_row *row, const char *value, void *field, struct err *err) = {
        [OPTION_FLAG] = set_flag, [OPTION_TEXT] = set_text,  [OPTION_U32] = set_u32,
        [OPTION_ENUM] = set_enum, [OPTION_TEXTS] = add_text,
};
_Static_assert(ARRAY_LEN(set_by_type) == OPTION_TYPES, "every type has its setter");

void option_texts_finish(const struct option_row *table, void *into)
{
        for (const struct option_row *row = option_first(table); row; row = option_next(row)) {
                if (row->type != OPTION_TEXTS)
                        continue;
                struct text_list *list = (void *)((char *)into + row->offset);
                free(list->items);
                *list = (struct text_list){ 0 };
        }
}

/* the command line ------------------------------------------------------------------------------------------------- */

static const struct option_row *find(const struct option_row *table, const char *name, size_t len)
{
        for (const struct option_row *row = option_first(table); row; row = option_next(row)) {
                bool is_letter = len == 1 && row->letter && row->letter == name[0];
                if (is_letter || (strncmp(row->name, name, len) == 0 && row->name[len] == '\0'))
                        return row;
        }
        return NULL;
}

static int no_such(const struct option_row *table, const char *name, size_t len, struct err *err)
{
        struct nearest search = nearest_begin(name, len);
        for (const struct option_row *row = option_first(table); row; row = option_next(row)) {
                if (!row->is_hidden)
                        nearest_offer(&search, row->name);
        }
        if (search.name)
                return fail(err, "flag provided but not defined: -%.*s, did you mean --%s?", (int)len, name,
                            search.name);
        return fail(err, "flag provided but not defined: -%.*s", (int)len, name);
}

/* One option, and from *next its value, if that stands alone. */
static int read_option(const struct option_row *table, const char *arg, char ***next, void *into,
                       const struct option_row **ret_row, struct err *err)
{
        const char *name = arg + (arg[1] == '-' ? 2 : 1);
        size_t len = strcspn(name, "=");
        const struct option_row *row = find(table, name, len);
        if (!row)
                return no_such(table, name, len, err);
        *ret_row = row;
        if (row == &option_help)
                return 0;

        const char *value = name[len] == '=' ? name + len + 1 : NULL;
        if (!value && row->type == OPTION_FLAG)
                value = "true";
        if (!value) {
                value = **next;
                if (!value)
                        return fail(err, "flag needs an argument: --%s", row->name);
                (*next)++;
        }
        return set_by_type[row->type](row, value, (char *)into + row->offset, err);
}

static bool is_option(const char *arg)
{
        return arg[0] == '-' && arg[1] != '\0';
}

int option_parse(const struct option_row *table, enum option_place place, char **args, void *into,
                 struct option_found *ret, struct err *err)
{
        char **next = args;
        *ret = (struct option_found){ 0 };
        while (*next) {
                char *arg = *next++;
                if (strcmp(arg, "--") == 0)
                        break;
                if (!is_option(arg)) {
                        args[ret->n_args++] = arg;
                        if (place == OPTIONS_FIRST)
                                break;
                        continue;
                }

                const struct option_row *row = NULL;
                if (read_option(table, arg, &next, into, &row, err) < 0)
                        return -1;
                ret->wants_help = row == &option_help;
                if (ret->wants_help)
                        return 0;
        }
        while (*next)
                args[ret->n_args++] = *next++;
        args[ret->n_args] = NULL;
        return 0;
}
