/* SPDX-License-Identifier: Apache-2.0 */
/* reader.h - JSON read by table: a struct is filled from an object by one const row a field, and every complaint names
 * the file and the JSON path. config.json, the state on disk, `exec --process` and `update --resources` are all read
 * here. Unknown keys are passed over, as the spec demands; a key given twice: the last one wins, as in Go. null is as
 * if absent. */
#ifndef TARE_OCI_READER_H
#define TARE_OCI_READER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"

/* One parsed document and the place in it that is being read: opaque to those who only own tables. */
struct reader;

/* A value at hand: what a field function gets. Opaque index into the document. */
struct json_value {
        struct reader *reader;
        size_t token;
};

struct field;
/* Stores the value at `into` (base of the struct + field->offset). Complains with reader_fail. */
typedef int read_fn(struct json_value value, const struct field *field, void *into);

struct field {
        const char *key;
        read_fn *read;
        size_t offset;
        bool is_required; /* absent: `config.json: root.path: required` */
        const struct field
                *fields;   /* the table of a nested object, or of an array's items; ends with a row whose key is NULL */
        size_t size;       /* read_array: the size of one item */
        size_t set_offset; /* where in the struct a bool is, + 1, that says that the field was there; 0: nowhere */
        const void *extra; /* what else the read function wants, e.g. a list of names */
};

/* The row that ends a table may have a read function: it gets the member, the last one if there are several, that no
 * row names. Without it such members are passed over. */

/* Parses the text and fills base from the object at its top. name is what errors call the document.
 * Broken JSON is told by its line, `NAME:41: ...`, all else by its path, `NAME: linux.namespaces[2].type: ...`.
 * Limits: 16 MiB, 64 levels of nesting. On failure base is half filled and of no use. */
int reader_run(const char *text, size_t len, const char *name, const struct field *fields, void *base,
               struct arena *arena, struct err *err);

/* The functions of rows. Each row's offset is that of a field of the C type named here. Whole numbers are digits alone:
 * neither 1.0 nor 1e3 is one, as in Go. */
int read_bool(struct json_value value, const struct field *field, void *into);     /* bool */
int read_opt_bool(struct json_value value, const struct field *field, void *into); /* struct opt_bool */
int read_u32(struct json_value value, const struct field *field, void *into);      /* uint32_t */
int read_i32(struct json_value value, const struct field *field, void *into);      /* int32_t */
int read_u64(struct json_value value, const struct field *field, void *into);      /* uint64_t */
int read_i64(struct json_value value, const struct field *field, void *into);      /* int64_t */
int read_opt_u32(struct json_value value, const struct field *field, void *into);
int read_opt_u64(struct json_value value, const struct field *field, void *into);
int read_opt_i64(struct json_value value, const struct field *field, void *into);
int read_text(struct json_value value, const struct field *field, void *into);      /* const char *; no NUL inside */
int read_opt_text(struct json_value value, const struct field *field, void *into);  /* the same; NULL for "" */
int read_text_list(struct json_value value, const struct field *field, void *into); /* struct text_list */
int read_text_map(struct json_value value, const struct field *field, void *into);  /* struct text_map */
/* A text that is one of those in field->extra, a struct name_set: `unknown WHAT "TEXT"`. */
int read_name(struct json_value value, const struct field *field, void *into);      /* const char * */
int read_name_list(struct json_value value, const struct field *field, void *into); /* struct text_list */
int read_object(struct json_value value, const struct field *field, void *into);    /* a struct, by field->fields */
/* A pointer to items of field->size, and a size_t count right behind the pointer, by field->fields. */
int read_array(struct json_value value, const struct field *field, void *into);

/* For the row that ends a table: `unknown key`. */
int read_unknown(struct json_value value, const struct field *field, void *into);

/* Names that a text may be one of. */
struct name_set {
        const char *what; /* "namespace" */
        const char *const *names;
        size_t n;
};
/* Which one; n when it is none. */
size_t name_find(const struct name_set *set, const char *name);

/* For read functions of one section: the text at hand (arena copy), a complaint about it, and memory for what it
 * becomes. */
int reader_text(struct json_value value, const char **ret);
/* The same of a text that may hold NUL bytes, for those who have words of their own for that. */
int reader_bytes(struct json_value value, const char **ret, size_t *ret_len);
/* Sets the run's error to "NAME: PATH: " and the text. Returns -1. */
int reader_fail(struct json_value value, const char *format, ...) PRINTF_LIKE(2, 3);
struct arena *reader_arena(struct json_value value);
/* Calls each for every item of an array (key NULL) or member of an object, in order; "not an array", "not an object".
 * A member given twice comes once, with its last value; one that is null does not come. */
typedef int reader_each_fn(const char *key, struct json_value item, const struct field *field, void *into);
int reader_each_item(struct json_value value, reader_each_fn *each, const struct field *field, void *into);
int reader_each_member(struct json_value value, reader_each_fn *each, const struct field *field, void *into);
struct text_list; /* oci/spec.h */
/* The list of an array whose items add appends. */
int reader_list(struct json_value value, reader_each_fn *add, const struct field *field, struct text_list *ret);
/* The number of members or items of an object or array: so often each is called, or less. */
size_t reader_count(struct json_value value);

#endif
