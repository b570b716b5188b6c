/* SPDX-License-Identifier: Apache-2.0 */
/* spec_text.h - for the tests of config.json: read one from a text or a file, into memory that is freed by the
 * teardown. */
#ifndef TARE_TESTS_SPEC_TEXT_H
#define TARE_TESTS_SPEC_TEXT_H

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "unit.h"

#include "base/file.h"
#include "oci/spec.h"

static struct arena arena;
static struct spec spec;
static struct err err;

static inline int finish_arena(void **state)
{
        (void)state;
        arena_finish(&arena);
        return 0;
}

/* "" or what is wrong with it. */
static inline const char *read_spec(const char *text)
{
        err = (struct err){ 0 };
        return spec_read(text, strlen(text), "config.json", &arena, &spec, &err) < 0 ? err.text : "";
}

static inline const char *check_spec(void)
{
        err = (struct err){ 0 };
        return spec_check(&spec, "config.json", &err) < 0 ? err.text : "";
}

static inline void read_bundle(const char *name, struct buf *text)
{
        char path[512];
        (void)snprintf(path, sizeof path, "%s/tests/bundles/%s", SOURCE_DIR, name);
        assert_string_equal(file_read(AT_FDCWD, path, 1 << 20, text, &err) < 0 ? err.text : "", "");
        assert_string_equal(read_spec(buf_text(text)), "");
}

#define spec_test(f) cmocka_unit_test_teardown(f, finish_arena)

#endif
