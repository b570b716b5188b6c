/* SPDX-License-Identifier: Apache-2.0 */
/* test_id_map.c - the mappings of user namespaces: checks, search, comparison, the text of the kernel and of options.
 */

#include "unit.h"

#include "base/scope.h"
#include "oci/id_map.h"

static struct arena arena;
static struct err err;

static void ranges_that_the_kernel_would_refuse(void **state)
{
        (void)state;
        static const struct {
                struct spec_id_map maps[2];
                const char *message;
        } rows[] = {
                {{ { 0, 100, 10 }, { 10, 110, 10 } },          ""                               },
                { { { 0, 100, 10 }, { 9, 200, 1 } },           "range 1 overlaps range 0"       },
                { { { 0, 100, 10 }, { 20, 95, 6 } },           "range 1 overlaps range 0"       },
                { { { 0, 100, 10 }, { 20, 95, 5 } },           ""                               },
                { { { 0, 100, 0 }, { 20, 95, 5 } },            "range 0 is empty"               },
                { { { 0, 100, 1 }, { 1, UINT32_MAX, 1 } },     "range 1 ends beyond the last id"},
                { { { 0, 100, 1 }, { 1, UINT32_MAX - 1, 1 } }, ""                               },
                { { { 0, 100, 1 }, { 1, 7, UINT32_MAX } },     "range 1 ends beyond the last id"},
        };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                err = (struct err){ 0 };
                assert_int_equal(id_map_check(rows[i].maps, 2, &err), *rows[i].message ? -1 : 0);
                assert_string_equal(err.text, rows[i].message);
        }
        static struct spec_id_map many[ID_MAPS_MAX + 1];
        for (uint32_t i = 0; i < ID_MAPS_MAX + 1; i++)
                many[i] = (struct spec_id_map){ i, 2 * i, 1 };
        assert_int_equal(id_map_check(many, ID_MAPS_MAX, &err), 0);
        assert_int_equal(id_map_check(many, ID_MAPS_MAX + 1, &err), -1);
        assert_string_equal(err.text, "more than 340 ranges");
}

static void an_id_is_found_in_its_range(void **state)
{
        (void)state;
        static const struct spec_id_map maps[] = {
                {0,  1000,   1    },
                { 1, 100000, 65536}
        };
        uint32_t host = 7;
        assert_true(id_map_find(maps, 2, 0, &host));
        assert_int_equal(host, 1000);
        assert_true(id_map_find(maps, 2, 65536, &host));
        assert_int_equal(host, 165535);
        assert_false(id_map_find(maps, 2, 65537, &host));
        assert_false(id_map_find(NULL, 0, 0, &host));
}

static void maps_are_the_same_however_they_are_cut(void **state)
{
        (void)state;
        static const struct spec_id_map whole[] = {
                {0, 100, 10}
        };
        static const struct spec_id_map cut[] = {
                {4,  104, 6},
                { 0, 100, 4}
        };
        static const struct spec_id_map other[] = {
                {0,  100, 4},
                { 4, 105, 6}
        };
        static const struct spec_id_map less[] = {
                {0, 100, 9}
        };
        assert_true(id_map_is_same(whole, 1, cut, 2));
        assert_true(id_map_is_same(cut, 2, whole, 1));
        assert_false(id_map_is_same(whole, 1, other, 2));
        assert_false(id_map_is_same(whole, 1, less, 1));
        assert_false(id_map_is_same(less, 1, whole, 1));
        assert_true(id_map_is_same(NULL, 0, NULL, 0));
}

static void the_text_of_the_kernel(void **state)
{
        (void)state;
        struct spec_id_map *maps = NULL;
        size_t n = 0;
        assert_int_equal(id_map_parse("         0     100000      65536\n 70000 1 2\n", &arena, &maps, &n, &err), 0);
        assert_int_equal(n, 2);
        assert_int_equal(maps[0].host_id, 100000);
        assert_int_equal(maps[1].container_id, 70000);
        assert_int_equal(maps[1].size, 2);
        assert_int_equal(id_map_parse("0 1 2\n3 4\n", &arena, &maps, &n, &err), -1);
        assert_string_equal(err.text, "line 2 is no mapping");
        assert_int_equal(id_map_parse("0 1 2", &arena, &maps, &n, &err), -1);
        arena_finish(&arena);
}

static void the_option_of_a_mount(void **state)
{
        (void)state;
        static struct spec_id_map of_container[] = {
                {0, 100000, 10}
        };
        const struct spec_linux linux_ = { .uid_mappings = of_container, .n_uid_mappings = 1 };
        struct id_map_option found;
        assert_int_equal(id_map_read_option("uids=0-1-10#@10-5-1;gids=7-8-9", &linux_, &arena, &found, &err), 0);
        assert_int_equal(found.n[0], 2);
        assert_int_equal(found.maps[0][0].size, 10);
        assert_int_equal(found.maps[0][1].container_id, 10);
        assert_int_equal(found.maps[0][1].host_id, 100005);
        assert_int_equal(found.n[1], 1);
        assert_int_equal(found.maps[1][0].host_id, 8);

        static const struct {
                const char *text, *message;
        } rows[] = {
                {"",                         "id-mapped mounts must have both uid and gid mappings specified"},
                { "gids=0-0-1",              "id-mapped mounts must have both uid and gid mappings specified"},
                { "uids=0-0-1;pids=1-1-1",   "\"pids=1-1-1\" is neither uids= nor gids="                     },
                { "uids=",                   "\"\" is not INSIDE-OUTSIDE-SIZE"                               },
                { "uids=0-0-1#",             "\"\" is not INSIDE-OUTSIDE-SIZE"                               },
                { "uids=0-0-99999999999",    "\"0-0-99999999999\" is not INSIDE-OUTSIDE-SIZE"                },
                { "uids=0-0-1x;gids=0-0-1",  "\"0-0-1x\" is not INSIDE-OUTSIDE-SIZE"                         },
                { "uids=@0-10-1;gids=0-0-1", "the container maps no id 10"                                   },
                { "gids=0-0-1;uids=0-0-0",   "range 0 is empty"                                              },
        };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                assert_int_equal(id_map_read_option(rows[i].text, &linux_, &arena, &found, &err), -1);
                assert_string_equal(err.text, rows[i].message);
        }
        arena_finish(&arena);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(ranges_that_the_kernel_would_refuse),
                cmocka_unit_test(an_id_is_found_in_its_range),
                cmocka_unit_test(maps_are_the_same_however_they_are_cut),
                cmocka_unit_test(the_text_of_the_kernel),
                cmocka_unit_test(the_option_of_a_mount),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
