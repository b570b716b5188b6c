/* SPDX-License-Identifier: Apache-2.0 */
/* value.h - a value as it stands in the document: what the row functions of the reader see and their callers do not. */
#ifndef TARE_OCI_VALUE_H
#define TARE_OCI_VALUE_H

#include "oci/reader.h"

enum value_kind { VALUE_OBJECT, VALUE_ARRAY, VALUE_TEXT, VALUE_NUMBER, VALUE_BOOL, VALUE_NULL };

enum value_kind value_kind(struct json_value value);
/* As it is written, without the quotes of a string. No NUL at the end. */
const char *value_raw(struct json_value value, size_t *ret_len);
/* Fills base from the members of an object; complains of any other value. */
int value_fields(struct json_value value, const struct field *fields, void *base);

#endif
