/* SPDX-License-Identifier: Apache-2.0 */
/* option.h - the options of a command as a table. Parsing, --help, the completions of the shells and the check of the
 * man pages all read the same rows.
 *
 * Spelled as Go programs spell theirs, since callers do: --name value, --name=value, the same with one dash, and -n for
 * the letter. Letters do not cluster: -bundle is a name. "-" alone is an argument; "--" ends the options. */
#ifndef TARE_CLI_OPTION_H
#define TARE_CLI_OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum option_type {
        OPTION_FLAG,  /* bool; true, unless =false says otherwise */
        OPTION_TEXT,  /* const char *, into the arguments; the last one given counts */
        OPTION_U32,   /* uint32_t, 0 to row.max */
        OPTION_ENUM,  /* an enum: the index of the word in row.words */
        OPTION_TEXTS, /* struct text_list (oci/spec.h), each one given; see option_texts_finish */
        OPTION_TYPES
};

struct option_row {
        const char *name; /* NULL: the end of the table */
        char letter;      /* 0: none */
        bool is_hidden;   /* for the tools of the project: parsed, but told to nobody */
        enum option_type type;
        size_t offset;     /* of its field in the struct that the command owns */
        const char *value; /* what help calls its value; a flag has none, an enum shows its words */
        const char *help;  /* a phrase without quotes, brackets, colons and backslashes: it stands in shell scripts */
        uint32_t max;
        const char *const *words;
        size_t n_words;
        const char *refusal;           /* of an enum, in the words of runc; NULL: "invalid NAME: VALUE" */
        const struct option_row *more; /* in the row that ends a table: another one, which goes on here */
};

/* --help is in every table, as its last row, without being written there. */
extern const struct option_row option_help;

/* The walk over a table, of NULL too: for (row = option_first(table); row; row = option_next(row)). */
const struct option_row *option_first(const struct option_row *table);
const struct option_row *option_next(const struct option_row *row);

enum option_place {
        OPTIONS_ANYWHERE,
        OPTIONS_FIRST, /* the first argument ends them: what follows belongs to somebody else */
};

struct option_found {
        size_t n_args;
        bool wants_help; /* --help was met; nothing after it was read, and args are in no order */
};

/* Reads args, which end in NULL, into the fields of `into`; the arguments that are left are moved to the front of args,
 * and end in NULL again. */
int option_parse(const struct option_row *table, enum option_place place, char **args, void *into,
                 struct option_found *ret, struct err *err);

/* Frees the lists of the table's OPTION_TEXTS. Their items are the arguments themselves. */
void option_texts_finish(const struct option_row *table, void *into);

#endif
