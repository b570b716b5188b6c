/* SPDX-License-Identifier: Apache-2.0 */
/* test_caps.c - capability sets: what the plan makes of a bundle's wishes, and what a process has after it. */

#include <linux/capability.h>
#include <sys/prctl.h>

#include "unit.h"

#include "child.h"
#include "sec/caps.h"
#include "sec/user.h"
#include "sys/syscalls.h"

enum { UID = 1000 };

#define BIT(cap) (UINT64_C(1) << (cap))
#define LIST(...)                                                                                           \
        {                                                                                                   \
                .items = (const char *[]){ __VA_ARGS__ }, .n = ARRAY_LEN(((const char *[]){ __VA_ARGS__ })) \
        }

static void every_capability_has_its_name(void **state)
{
        (void)state;
        size_t n = 0;
        for (; cap_names[n]; n++)
                assert_memory_equal(cap_names[n], "CAP_", 4);
        assert_int_equal(n, 41);
        assert_string_equal(cap_names[CAP_CHOWN], "CAP_CHOWN");
        assert_string_equal(cap_names[CAP_SYS_ADMIN], "CAP_SYS_ADMIN");
        assert_string_equal(cap_names[40], "CAP_CHECKPOINT_RESTORE");
}

static void no_capabilities_object_drops_all(void **state)
{
        (void)state;
        const struct spec_capabilities spec = { 0 };
        auto_buf struct buf left_out = { 0 };
        struct caps_plan plan;
        memset(&plan, 0xff, sizeof plan);
        caps_plan_build(&spec, UINT64_MAX, &plan, &left_out);
        const struct caps_plan nothing = { 0 };
        assert_memory_equal(&plan, &nothing, sizeof plan);
        assert_string_equal(buf_text(&left_out), "");
}

static void sets_are_taken_one_by_one(void **state)
{
        (void)state;
        const struct spec_capabilities spec = {
                .set = true,
                .bounding = LIST("CAP_CHOWN", "CAP_KILL", "CAP_BPF"),
                .permitted = LIST("CAP_CHOWN", "CAP_KILL"),
                .effective = LIST("CAP_KILL"),
                .inheritable = LIST("CAP_CHOWN", "CAP_BPF"),
                .ambient = LIST("CAP_CHOWN", "CAP_KILL", "CAP_BPF"),
        };
        auto_buf struct buf left_out = { 0 };
        struct caps_plan plan;
        caps_plan_build(&spec, UINT64_MAX, &plan, &left_out);
        assert_true(plan.bounding == (BIT(CAP_CHOWN) | BIT(CAP_KILL) | BIT(CAP_BPF)));
        assert_true(plan.permitted == (BIT(CAP_CHOWN) | BIT(CAP_KILL)));
        assert_true(plan.effective == BIT(CAP_KILL));
        assert_true(plan.inheritable == (BIT(CAP_CHOWN) | BIT(CAP_BPF)));
        /* Only what is both permitted and inheritable can be ambient; asking for more is common and not told. */
        assert_true(plan.ambient == BIT(CAP_CHOWN));
        assert_string_equal(buf_text(&left_out), "");
}

static void what_cannot_be_had_is_listed_once(void **state)
{
        (void)state;
        const struct spec_capabilities spec = {
                .set = true,
                .bounding = LIST("CAP_NOPE", "cap_kill", "CAP_SYS_TIME", "CAP_CHOWN"),
                .permitted = LIST("CAP_NOPE", "CAP_SYS_TIME", "CAP_CHOWN", "CAP_FOWNER"),
                .effective = LIST("CAP_SYS_TIME", "CAP_CHOWN", "CAP_KILL"),
                .inheritable = LIST("CAP_CHOWN", "CAP_FOWNER"),
                .ambient = LIST("CAP_NOP"),
        };
        auto_buf struct buf left_out = { 0 };
        struct caps_plan plan;
        caps_plan_build(&spec, ~BIT(CAP_SYS_TIME), &plan, &left_out);
        assert_true(plan.bounding == (BIT(CAP_SYS_TIME) | BIT(CAP_CHOWN)));
        assert_true(plan.permitted == (BIT(CAP_CHOWN) | BIT(CAP_FOWNER)));
        assert_true(plan.effective == BIT(CAP_CHOWN));
        assert_true(plan.inheritable == BIT(CAP_CHOWN));
        assert_true(plan.ambient == 0);
        /* CAP_SYS_TIME: the runtime lacks it. CAP_FOWNER: inheritable beyond bounding. CAP_KILL: effective beyond
         * permitted. CAP_NOP is another name than CAP_NOPE. */
        assert_string_equal(buf_text(&left_out), "CAP_NOPE, cap_kill, CAP_SYS_TIME, CAP_FOWNER, CAP_KILL, CAP_NOP");
}

static int last_capability(void)
{
        int cap = 0;
        while (prctl(PR_CAPBSET_READ, cap + 1, 0, 0, 0) >= 0)
                cap++;
        return cap;
}

static int become_with_plan(struct report *report, const void *arg)
{
        const struct caps_plan *plan = arg;
        const struct spec_user user = { .uid = UID, .gid = UID };
        if (caps_apply_bounding(plan, &report->err) < 0 || caps_keep(plan, user.uid, &report->err) < 0)
                return -1;
        if (user_become(&user, SETGROUPS_ALLOW, &report->err) < 0 || caps_apply(plan, &report->err) < 0)
                return -1;

        struct caps_plan *found = (struct caps_plan *)report->values;
        for (int cap = 0; cap <= last_capability(); cap++) {
                found->bounding |= prctl(PR_CAPBSET_READ, cap, 0, 0, 0) == 1 ? BIT(cap) : 0;
                found->ambient |= prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, cap, 0, 0) == 1 ? BIT(cap) : 0;
        }
        return sys_capget(&found->effective, &found->permitted, &found->inheritable);
}

static void a_process_has_what_the_plan_says(void **state)
{
        (void)state;
        needs_root();
        static const struct caps_plan plans[] = {
                {0                                            },
                {
                 .bounding = BIT(CAP_CHOWN) | BIT(CAP_KILL) | BIT(CAP_SETUID) | BIT(CAP_NET_RAW),
                 .permitted = BIT(CAP_CHOWN) | BIT(CAP_KILL) | BIT(CAP_SETUID),
                 .effective = BIT(CAP_KILL),
                 .inheritable = BIT(CAP_CHOWN) | BIT(CAP_KILL),
                 .ambient = BIT(CAP_CHOWN),
                 },
        };
        for (size_t i = 0; i < ARRAY_LEN(plans); i++) {
                const struct report *report = in_child(become_with_plan, &plans[i]);
                assert_string_equal(report->err.text, "");
                assert_int_equal(report->rc, 0);
                assert_memory_equal(report->values, &plans[i], sizeof plans[i]);
        }
}

/* As root, with all it inherits ambient: nothing of that may stay. */
static int apply_over_ambient(struct report *report, const void *arg)
{
        (void)arg;
        uint64_t all, permitted, inheritable;
        if (sys_capget(&all, &permitted, &inheritable) < 0 || sys_capset(all, permitted, permitted) < 0 ||
            prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_KILL, 0, 0) < 0)
                return -2;

        const struct caps_plan plan = { .permitted = BIT(CAP_KILL), .inheritable = BIT(CAP_KILL) };
        if (caps_apply(&plan, &report->err) < 0)
                return -1;
        return prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, CAP_KILL, 0, 0);
}

static void an_ambient_capability_is_not_inherited_from_the_runtime(void **state)
{
        (void)state;
        needs_root();
        assert_int_equal(in_child(apply_over_ambient, NULL)->rc, 0);
}

static int drop_without_the_right(struct report *report, const void *arg)
{
        (void)arg;
        const struct caps_plan nothing = { 0 };
        if (caps_apply(&nothing, &report->err) < 0)
                return -2;
        return caps_apply_bounding(&nothing, &report->err);
}

static void a_bounding_set_that_cannot_be_dropped_is_told(void **state)
{
        (void)state;
        const struct report *report = in_child(drop_without_the_right, NULL);
        assert_int_equal(report->rc, -1);
        assert_string_equal(report->err.text, "drop CAP_CHOWN from the bounding set: operation not permitted");
}

static int compare_available(struct report *report, const void *arg)
{
        (void)arg;
        uint64_t available, effective, permitted, inheritable;
        if (caps_available(&available, &report->err) < 0 || sys_capget(&effective, &permitted, &inheritable) < 0)
                return -1;
        return available == permitted ? 0 : -1;
}

static void available_is_what_is_permitted(void **state)
{
        (void)state;
        assert_int_equal(in_child(compare_available, NULL)->rc, 0);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(every_capability_has_its_name),
                cmocka_unit_test(no_capabilities_object_drops_all),
                cmocka_unit_test(sets_are_taken_one_by_one),
                cmocka_unit_test(what_cannot_be_had_is_listed_once),
                cmocka_unit_test(a_process_has_what_the_plan_says),
                cmocka_unit_test(an_ambient_capability_is_not_inherited_from_the_runtime),
                cmocka_unit_test(a_bounding_set_that_cannot_be_dropped_is_told),
                cmocka_unit_test(available_is_what_is_permitted),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
