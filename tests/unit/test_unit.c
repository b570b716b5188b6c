/* SPDX-License-Identifier: Apache-2.0 */
/* test_unit.c - the scope of systemd that a bundle asks for, and the limits that systemd is told of. */

#include <string.h>

#include "unit.h"

#include "base/buf.h"
#include "base/scope.h"
#include "cgroup/unit.h"
#include "oci/variant.h"

/* cmocka's own would call base/err.h's fail(). */
#define complain(...) (print_error(__VA_ARGS__), print_error("\n"), _fail(__FILE__, __LINE__))

/* the plan --------------------------------------------------------------------------------------------------------- */

struct wish {
        const char *cgroups_path;
        struct key_value annotations[3];
        enum unit_manager manager;
        bool is_v1;
};

static void plans(const struct wish *wish, const char *expected)
{
        struct arena arena = { 0 };
        struct unit unit;
        struct err err = { 0 };
        struct key_value annotations[ARRAY_LEN(wish->annotations)];
        memcpy(annotations, wish->annotations, sizeof annotations);
        struct spec spec = { .linux_.cgroups_path = wish->cgroups_path, .annotations.items = annotations };
        while (spec.annotations.n < ARRAY_LEN(annotations) && annotations[spec.annotations.n].key)
                spec.annotations.n++;
        const struct unit_question question = {
                .spec = &spec, .id = "box", .manager = wish->manager, .is_v2 = !wish->is_v1
        };

        auto_buf struct buf got = { 0 };
        if (unit_plan(&question, &arena, &unit, &err) < 0)
                buf_add_format(&got, "refused: %s", err.text);
        else
                buf_add_text(&got, unit.name);
        for (size_t i = 0; *err.text == '\0' && i < unit.properties.n; i++) {
                struct variant value;
                const struct key_value *property = &unit.properties.items[i];
                buf_add_format(&got, " %s=%s", property->key, property->value);
                if (variant_parse(property->value, &arena, &value, &err) < 0)
                        complain("%s=%s: %s", property->key, property->value, err.text);
        }
        if (strcmp(buf_text(&got), expected) != 0)
                complain("is \"%s\", not \"%s\"", buf_text(&got), expected);
        arena_finish(&arena);
}

#define ACCOUNTING                                                                                                \
        " Delegate=true DefaultDependencies=false CPUAccounting=true MemoryAccounting=true TasksAccounting=true " \
        "IOAccounting=true"
#define OF_BOX(slice) " Description='tare container box' Slice='" slice "'" ACCOUNTING

static void without_a_path_it_is_tares_own(void **state)
{
        (void)state;
        plans(&(struct wish){ 0 }, "tare-box.scope" OF_BOX("system.slice"));
        plans(&(struct wish){ .cgroups_path = "" }, "tare-box.scope" OF_BOX("system.slice"));
        plans(&(struct wish){ .manager = UNIT_OF_USER }, "tare-box.scope" OF_BOX("user.slice"));
        plans(&(struct wish){ .is_v1 = true },
              "tare-box.scope Description='tare container box' Slice='system.slice' Delegate=true "
              "DefaultDependencies=false CPUAccounting=true MemoryAccounting=true TasksAccounting=true "
              "BlockIOAccounting=true");
}

static void a_path_has_three_parts(void **state)
{
        (void)state;
        plans(&(struct wish){ .cgroups_path = "machine.slice:libpod:0a1b" },
              "libpod-0a1b.scope" OF_BOX("machine.slice"));
        plans(&(struct wish){ .cgroups_path = "a-b-c.slice:p:n" }, "p-n.scope" OF_BOX("a-b-c.slice"));
        plans(&(struct wish){ .cgroups_path = "-.slice:p:n" }, "p-n.scope" OF_BOX("-.slice"));
        plans(&(struct wish){ .cgroups_path = ":p:n" }, "p-n.scope" OF_BOX("system.slice"));
        plans(&(struct wish){ .cgroups_path = "a\\x2d'b.slice:p:n" }, "p-n.scope" OF_BOX("a\\\\x2d\\'b.slice"));
        static const char *const bad[] = { "a", "a:b", "a:b:c:d", "/a/b" };
        for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
                auto_buf struct buf expected = { 0 };
                buf_add_format(&expected,
                               "refused: expected cgroupsPath to be of format \"slice:prefix:name\" for systemd "
                               "cgroups, got \"%s\" instead",
                               bad[i]);
                plans(&(struct wish){ .cgroups_path = bad[i] }, buf_text(&expected));
        }
}

static void a_slice_is_one(void **state)
{
        (void)state;
        static const char *const bad[] = { "a", ".slice", "a--b.slice", "-a.slice", "a-.slice", "a/b.slice", "a.slic" };
        for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
                auto_buf struct buf path = { 0 }, expected = { 0 };
                buf_add_format(&path, "%s:p:n", bad[i]);
                buf_add_format(&expected, "refused: invalid slice name: %s", bad[i]);
                plans(&(struct wish){ .cgroups_path = buf_text(&path) }, buf_text(&expected));
        }
}

static void gives(const char *property, const char *value, const char *expected)
{
        auto_buf struct buf key = { 0 };
        buf_add_format(&key, "org.systemd.property.%s", property);
        struct wish wish = { 0 };
        wish.annotations[0] = (struct key_value){ "other", "1" };
        wish.annotations[1] = (struct key_value){ buf_text(&key), value };
        plans(&wish, expected);
}

static void annotations_are_properties(void **state)
{
        (void)state;
#define WITH(text) "tare-box.scope" OF_BOX("system.slice") " " text
        gives("CollectMode", "'inactive-or-failed'", WITH("CollectMode='inactive-or-failed'"));
        gives("After", "['a.service']", WITH("After=['a.service']"));
        gives("TimeoutStopSec", "5", WITH("TimeoutStopUSec=uint64 5000000"));
        gives("TimeoutStopSec", "1.5", WITH("TimeoutStopUSec=uint64 1500000"));
        gives("TimeoutStopSec", "uint64 7", WITH("TimeoutStopUSec=uint64 7000000"));
        gives("TimeoutStopUSec", "uint64 7", WITH("TimeoutStopUSec=uint64 7"));
#define REFUSED(text) "refused: annotation org.systemd.property." text
        gives("ab", "1", REFUSED("ab name incorrect: too short"));
        gives("a_b1", "1", REFUSED("a_b1 name incorrect: contains non-alphabetic character"));
        gives("Foo", "x", REFUSED("Foo=x value parse error: unrecognized type \"x\""));
        gives("FooSec", "true", REFUSED("FooSec=true value parse error: not a number"));
        gives("FooSec", "[1]", REFUSED("FooSec=[1] value parse error: not a number"));
}

/* limits ----------------------------------------------------------------------------------------------------------- */

struct file {
        const char *name, *text;
};

static void tells(const char *dir, const struct file *files, size_t n, const char *expected)
{
        struct arena arena = { 0 };
        struct text_map properties;
        struct err err = { 0 };
        struct resource_write writes[8];
        const struct cgroup cgroup = {
                .n = 2,
                .hierarchies = {{ .name = "memory,cpu,pids,blkio", .dir = "/v1" }, { .name = "", .dir = "/v2" }},
        };
        for (size_t i = 0; i < n; i++)
                writes[i] = (struct resource_write){ .dir = dir, .file = files[i].name, .text = files[i].text };
        const struct resource_plan plan = { .writes = writes, .n = n };
        if (unit_limits(&cgroup, &plan, &arena, &properties, &err) < 0)
                complain("refused: %s", err.text);

        auto_buf struct buf got = { 0 };
        for (size_t i = 0; i < properties.n; i++) {
                struct variant value;
                const struct key_value *property = &properties.items[i];
                buf_add_format(&got, "%s%s=%s", i > 0 ? " " : "", property->key, property->value);
                if (variant_parse(property->value, &arena, &value, &err) < 0)
                        complain("%s=%s: %s", property->key, property->value, err.text);
        }
        if (strcmp(buf_text(&got), expected) != 0)
                complain("%s \"%s\" is \"%s\", not \"%s\"", files->name, files->text, buf_text(&got), expected);
        arena_finish(&arena);
}

#define NO_LIMIT "uint64 0xffffffffffffffff"

static void each_limit_has_its_property(void **state)
{
        (void)state;
        static const struct {
                const char *dir;
                struct file file;
                const char *expected;
        } rows[] = {
                {"/v2",  { "memory.max", "50000000" },            "MemoryMax=uint64 50000000"       },
                { "/v2", { "memory.max", "max" },                 "MemoryMax=" NO_LIMIT             },
                { "/v2", { "memory.low", "4096" },                "MemoryLow=uint64 4096"           },
                { "/v2", { "memory.min", "4096" },                "MemoryMin=uint64 4096"           },
                { "/v2", { "memory.high", "4096" },               "MemoryHigh=uint64 4096"          },
                { "/v2", { "memory.swap.max", "0" },              "MemorySwapMax=uint64 0"          },
                { "/v2", { "cpu.weight", "39" },                  "CPUWeight=uint64 39"             },
                { "/v2", { "cpu.idle", "1" },                     "-CPUWeight=uint64 0"             },
                { "/v2", { "cpu.idle", "0" },                     ""                                },
                { "/v2",
                 { "cpu.max", "20000 50000" },
                 "CPUQuotaPerSecUSec=uint64 400000 CPUQuotaPeriodUSec=uint64 50000"                 },
                { "/v2", { "cpu.max", "33333" },                  "CPUQuotaPerSecUSec=uint64 340000"},
                { "/v2", { "cpu.max", "max" },                    "CPUQuotaPerSecUSec=" NO_LIMIT    },
                { "/v2",
                 { "cpu.max", "max 50000" },
                 "CPUQuotaPerSecUSec=" NO_LIMIT " CPUQuotaPeriodUSec=uint64 50000"                  },
                { "/v2", { "cpuset.cpus", "0-1,9" },              "AllowedCPUs=@ay [3, 2]"          },
                { "/v2", { "cpuset.mems", "0" },                  "AllowedMemoryNodes=@ay [1]"      },
                { "/v2", { "cpuset.cpus", "\n" },                 "AllowedCPUs=@ay []"              },
                { "/v2", { "pids.max", "max" },                   "TasksMax=" NO_LIMIT              },
                { "/v2", { "io.weight", "default 200" },          ""                                },
                { "/v2", { "io.weight", "200" },                  "IOWeight=uint64 200"             },
                { "/v2", { "io.bfq.weight", "1000" },             "IOWeight=uint64 10000"           },
                { "/v2", { "io.bfq.weight", "50" },               "IOWeight=uint64 50"              },
                { "/v2", { "hugetlb.2MB.max", "5" },              ""                                },
                { "/v1", { "memory.limit_in_bytes", "50000000" }, "MemoryLimit=uint64 50000000"     },
                { "/v1", { "memory.limit_in_bytes", "-1" },       "MemoryLimit=" NO_LIMIT           },
                { "/v1", { "cpu.shares", "512" },                 "CPUShares=uint64 512"            },
                { "/v1", { "cpu.cfs_quota_us", "-1" },            "CPUQuotaPerSecUSec=" NO_LIMIT    },
                { "/v1", { "pids.max", "7" },                     "TasksMax=uint64 7"               },
                { "/v1", { "blkio.weight", "300" },               "BlockIOWeight=uint64 300"        },
                { "/v1", { "cpuset.cpus", "0" },                  ""                                },
        };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++)
                tells(rows[i].dir, &rows[i].file, 1, rows[i].expected);
}

static void a_quota_of_v1_is_of_its_period(void **state)
{
        (void)state;
        static const struct file files[] = {
                {"cpu.cfs_period_us", "50000"},
                { "cpu.cfs_quota_us", "20000"},
        };
        tells("/v1", files, ARRAY_LEN(files), "CPUQuotaPeriodUSec=uint64 50000 CPUQuotaPerSecUSec=uint64 400000");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(without_a_path_it_is_tares_own),
                cmocka_unit_test(a_path_has_three_parts),
                cmocka_unit_test(a_slice_is_one),
                cmocka_unit_test(annotations_are_properties),
                cmocka_unit_test(each_limit_has_its_property),
                cmocka_unit_test(a_quota_of_v1_is_of_its_period),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
