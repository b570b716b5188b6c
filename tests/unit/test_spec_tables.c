/* SPDX-License-Identifier: Apache-2.0 */
/* test_spec_tables.c - a walk over every row of every field table of config.json. A document with all fields is made
 * out of the tables; then each field in turn is of the wrong type, or null, and the complaint must name it by its path.
 */

#include <stdio.h>

#include "spec_text.h"

#include "oci/fields.h"

enum { PATH_SIZE = 128, PLACES_MAX = 400 };

/* How a row is written. OBJECT: by its table; ARRAY and MAP: one such object. */
enum shape { PLAIN, OBJECT, ARRAY, MAP };
struct way {
        read_fn *read;    /* of all rows that have this function ... */
        const char *path; /* ... or of the one row whose function is its own */
        enum shape shape;
        const char *good; /* PLAIN: the value; MAP: the name of the member */
        const char *bad, *message;
};

#define TEXT(text)   PLAIN, "\"" text "\"", "1", "not a string"
#define NUMBER(text) PLAIN, text, "\"1\"", "not a number"
#define LIST(text)   PLAIN, text, "{\"a\":1}", "not an array"

/* clang-format off */
static const struct way ways[] = {
        { NULL, "process.rlimits[0].type",          TEXT("RLIMIT_CPU") },
        { NULL, "process.env",                      LIST("[\"A=1\"]") },
        { NULL, "process.user.additionalGids",      LIST("[1,2]") },
        { NULL, "linux.namespaces",                 ARRAY, NULL, "{}", "not an array" },
        { NULL, "linux.namespaces[0].type",         TEXT("pid") },
        { NULL, "linux.timeOffsets",                OBJECT, NULL, "[]", "not an object" },
        { NULL, "linux.devices[0].type",            TEXT("c") },
        { NULL, "linux.netDevices",                 MAP, "eth0", "[]", "not an object" },
        { NULL, "linux.rootfsPropagation",          TEXT("rslave") },
        { NULL, "linux.resources.devices",          ARRAY, NULL, "{}", "not an array" },
        { NULL, "linux.resources.devices[0].type",  TEXT("c") },
        { NULL, "linux.resources.rdma",             MAP, "mlx", "[]", "not an object" },
        { NULL, "linux.resources.blockIO.weight",                     NUMBER("10") },
        { NULL, "linux.resources.blockIO.leafWeight",                 NUMBER("10") },
        { NULL, "linux.resources.blockIO.weightDevice[0].weight",     NUMBER("10") },
        { NULL, "linux.resources.blockIO.weightDevice[0].leafWeight", NUMBER("10") },
        { read_bool,      NULL, PLAIN, "true", "\"true\"", "not a boolean" },
        { read_opt_bool,  NULL, PLAIN, "true", "0", "not a boolean" },
        { read_u32,       NULL, NUMBER("1") },
        { read_i32,       NULL, NUMBER("-1") },
        { read_u64,       NULL, NUMBER("1") },
        { read_i64,       NULL, NUMBER("-1") },
        { read_opt_u32,   NULL, NUMBER("1") },
        { read_opt_u64,   NULL, NUMBER("1") },
        { read_opt_i64,   NULL, NUMBER("-1") },
        { read_text,      NULL, TEXT("text") },
        { read_opt_text,  NULL, TEXT("text") },
        { read_name,      NULL, PLAIN, NULL, "[]", "not a string" },
        { read_text_list, NULL, LIST("[\"text\"]") },
        { read_name_list, NULL, PLAIN, NULL, "\"x\"", "not an array" },
        { read_text_map,  NULL, PLAIN, "{\"a\":\"b\"}", "[]", "not an object" },
        { read_object,    NULL, OBJECT, NULL, "[]", "not an object" },
        { read_array,     NULL, ARRAY, NULL, "{}", "not an array" },
};
/* clang-format on */

static const struct way *way_of(const struct field *field, const char *path)
{
        size_t i = 0;
        while (i < ARRAY_LEN(ways) && (ways[i].path ? strcmp(ways[i].path, path) != 0 : ways[i].read != field->read))
                i++;
        if (i == ARRAY_LEN(ways))
                print_error("%s has a function of its own: it needs a row here\n", path);
        assert_in_range(i, 0, ARRAY_LEN(ways) - 1);
        return &ways[i];
}

/* Every place of the document, in the order in which they are written. */
struct place {
        char path[PATH_SIZE];
        const struct way *way;
        bool is_required;
};
static struct place places[PLACES_MAX];
static size_t n_places;

/* Which place is to be another value, and what. Without a target the places are noted down. */
struct writer {
        struct buf out;
        size_t n;
        size_t target;
        const char *instead;
};
enum { NO_TARGET = PLACES_MAX };

static void write_object(struct writer *writer, const struct field *fields, const char *path);

static void write_good(struct writer *writer, const struct field *field, const struct way *way, const char *path)
{
        char item[PATH_SIZE];
        const struct name_set *names = field->extra;
        switch (way->shape) {
        case PLAIN:
                if (way->good)
                        buf_add_text(&writer->out, way->good);
                else
                        buf_add_format(&writer->out, way->read == read_name ? "\"%s\"" : "[\"%s\"]", names->names[0]);
                return;
        case OBJECT:
                write_object(writer, field->fields, path);
                return;
        case ARRAY:
                assert_in_range(snprintf(item, sizeof item, "%s[0]", path), 1, sizeof item - 1);
                buf_add_text(&writer->out, "[");
                write_object(writer, field->fields, item);
                buf_add_text(&writer->out, "]");
                return;
        case MAP:
                assert_in_range(snprintf(item, sizeof item, "%s.%s", path, way->good), 1, sizeof item - 1);
                buf_add_format(&writer->out, "{\"%s\":", way->good);
                write_object(writer, field->fields, item);
                buf_add_text(&writer->out, "}");
                return;
        }
}

static void write_row(struct writer *writer, const struct field *field, const char *parent)
{
        struct place place = { .is_required = field->is_required };
        int len = snprintf(place.path, PATH_SIZE, "%s%s%s", parent, *parent ? "." : "", field->key);
        assert_in_range(len, 1, PATH_SIZE - 1);
        place.way = way_of(field, place.path);

        size_t at = writer->n++;
        assert_true(at < PLACES_MAX);
        if (writer->target == NO_TARGET)
                places[at] = place;
        buf_add_format(&writer->out, "\"%s\":", field->key);
        if (at == writer->target)
                buf_add_text(&writer->out, writer->instead);
        else
                write_good(writer, field, place.way, place.path);
}

static void write_object(struct writer *writer, const struct field *fields, const char *path)
{
        buf_add_text(&writer->out, "{");
        for (const struct field *field = fields; field->key; field++) {
                if (field != fields)
                        buf_add_text(&writer->out, ",");
                write_row(writer, field, path);
        }
        buf_add_text(&writer->out, "}");
}

/* What is said of the document in which that place is another value. */
static const char *read_with(size_t target, const char *instead)
{
        struct writer writer = { .target = target, .instead = instead };
        write_object(&writer, spec_fields, "");
        assert_false(writer.out.out_of_memory);
        const char *said = read_spec(buf_text(&writer.out));
        if (target == NO_TARGET)
                n_places = writer.n;
        buf_finish(&writer.out);
        arena_finish(&arena);
        return said;
}

static void all_fields_together_are_read(void **state)
{
        (void)state;
        assert_string_equal(read_with(NO_TARGET, NULL), "");
        assert_int_equal(n_places, 221); /* a row that is lost is a test that is lost */
        assert_true(spec.process.set && spec.linux_.set && spec.linux_.seccomp.set && spec.linux_.resources.set);
}

static void a_wrong_type_is_told_by_its_path(void **state)
{
        (void)state;
        assert_string_equal(read_with(NO_TARGET, NULL), "");
        for (size_t i = 0; i < n_places; i++) {
                auto_buf struct buf expected = { 0 };
                buf_add_format(&expected, "config.json: %s: %s", places[i].path, places[i].way->message);
                assert_string_equal(read_with(i, places[i].way->bad), buf_text(&expected));
        }
}

static void null_is_absence(void **state)
{
        (void)state;
        assert_string_equal(read_with(NO_TARGET, NULL), "");
        for (size_t i = 0; i < n_places; i++) {
                auto_buf struct buf expected = { 0 };
                if (places[i].is_required)
                        buf_add_format(&expected, "config.json: %s: required", places[i].path);
                assert_string_equal(read_with(i, "null"), buf_text(&expected));
        }
}

/* As the specification has it: the tables must agree. */
static void what_is_required_is_what_the_spec_requires(void **state)
{
        (void)state;
        static const char *const required[] = {
                "root.path",
                "process.consoleSize.height",
                "process.consoleSize.width",
                "process.cwd",
                "process.rlimits[0].type",
                "process.rlimits[0].soft",
                "process.rlimits[0].hard",
                "process.scheduler.policy",
                "process.ioPriority.class",
                "process.ioPriority.priority",
                "mounts[0].destination",
                "mounts[0].uidMappings[0].containerID",
                "mounts[0].uidMappings[0].hostID",
                "mounts[0].uidMappings[0].size",
                "mounts[0].gidMappings[0].containerID",
                "mounts[0].gidMappings[0].hostID",
                "mounts[0].gidMappings[0].size",
                "hooks.prestart[0].path",
                "hooks.createRuntime[0].path",
                "hooks.createContainer[0].path",
                "hooks.startContainer[0].path",
                "hooks.poststart[0].path",
                "hooks.poststop[0].path",
                "linux.namespaces[0].type",
                "linux.uidMappings[0].containerID",
                "linux.uidMappings[0].hostID",
                "linux.uidMappings[0].size",
                "linux.gidMappings[0].containerID",
                "linux.gidMappings[0].hostID",
                "linux.gidMappings[0].size",
                "linux.devices[0].type",
                "linux.devices[0].path",
                "linux.resources.devices[0].allow",
                "linux.resources.blockIO.weightDevice[0].major",
                "linux.resources.blockIO.weightDevice[0].minor",
                "linux.resources.blockIO.throttleReadBpsDevice[0].major",
                "linux.resources.blockIO.throttleReadBpsDevice[0].minor",
                "linux.resources.blockIO.throttleReadBpsDevice[0].rate",
                "linux.resources.blockIO.throttleWriteBpsDevice[0].major",
                "linux.resources.blockIO.throttleWriteBpsDevice[0].minor",
                "linux.resources.blockIO.throttleWriteBpsDevice[0].rate",
                "linux.resources.blockIO.throttleReadIOPSDevice[0].major",
                "linux.resources.blockIO.throttleReadIOPSDevice[0].minor",
                "linux.resources.blockIO.throttleReadIOPSDevice[0].rate",
                "linux.resources.blockIO.throttleWriteIOPSDevice[0].major",
                "linux.resources.blockIO.throttleWriteIOPSDevice[0].minor",
                "linux.resources.blockIO.throttleWriteIOPSDevice[0].rate",
                "linux.resources.hugepageLimits[0].pageSize",
                "linux.resources.hugepageLimits[0].limit",
                "linux.resources.network.priorities[0].name",
                "linux.resources.network.priorities[0].priority",
                "linux.memoryPolicy.mode",
                "linux.seccomp.defaultAction",
                "linux.seccomp.syscalls[0].names",
                "linux.seccomp.syscalls[0].action",
                "linux.seccomp.syscalls[0].args[0].index",
                "linux.seccomp.syscalls[0].args[0].value",
                "linux.seccomp.syscalls[0].args[0].op",
                "linux.personality.domain",
        };
        assert_string_equal(read_with(NO_TARGET, NULL), "");
        size_t n = 0;
        for (size_t i = 0; i < n_places; i++) {
                if (!places[i].is_required)
                        continue;
                assert_true(n < ARRAY_LEN(required));
                assert_string_equal(places[i].path, required[n++]);
        }
        assert_int_equal(n, ARRAY_LEN(required));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(what_is_required_is_what_the_spec_requires),
                cmocka_unit_test(all_fields_together_are_read),
                cmocka_unit_test(a_wrong_type_is_told_by_its_path),
                cmocka_unit_test(null_is_absence),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
