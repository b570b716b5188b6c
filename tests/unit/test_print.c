/* SPDX-License-Identifier: Apache-2.0 */
/* test_print.c - what `spec` and `features` print: that the one can be run, and the other tells the truth. */

#include <stdio.h>

#include "spec_text.h"

#include "oci/names.h"
#include "oci/print.h"

static void read_template(const struct spec_template *template, struct buf *text)
{
        print_spec(template, text);
        assert_string_equal(read_spec(buf_text(text)), "");
        assert_string_equal(check_spec(), "");
        static const char start[] = "{\n\t\"ociVersion\": \"1.3.0\",\n\t\"process\": {\n\t\t\"terminal\": true,";
        assert_memory_equal(text->data, start, sizeof start - 1);
        assert_string_equal(text->data + text->len - 3, "\n}\n");
}

static bool has_option(const char *destination, const char *option)
{
        for (size_t i = 0; i < spec.n_mounts; i++)
                for (size_t k = 0; strcmp(spec.mounts[i].destination, destination) == 0 && k < spec.mounts[i].options.n;
                     k++)
                        if (strcmp(spec.mounts[i].options.items[k], option) == 0)
                                return true;
        return false;
}

static void are_namespaces(const char *expected)
{
        char found[128] = "";
        for (size_t i = 0; i < NS_TYPES; i++) {
                if (!spec.linux_.namespaces[i].set)
                        continue;
                strcat(found, ns_type_names[i]);
                strcat(found, " ");
        }
        assert_string_equal(found, expected);
}

static void the_template_of_root(void **state)
{
        (void)state;
        auto_buf struct buf text = { 0 };
        const struct spec_template template = { .is_rootless = false };
        read_template(&template, &text);
        assert_string_equal(spec.hostname, "tare");
        assert_string_equal(spec.root.path, "rootfs");
        assert_true(spec.root.readonly && spec.process.no_new_privileges);
        assert_string_equal(spec.process.args.items[0], "sh");
        assert_string_equal(spec.process.cwd, "/");
        assert_int_equal(spec.process.env.n, 2);
        const struct spec_capabilities *caps = &spec.process.capabilities;
        assert_int_equal(caps->bounding.n, 3);
        assert_string_equal(caps->effective.items[2], "CAP_NET_BIND_SERVICE");
        assert_int_equal(caps->permitted.n, 3);
        assert_int_equal(caps->inheritable.n + caps->ambient.n, 0);
        assert_int_equal(spec.process.rlimits[0].soft, 1024);
        assert_int_equal(spec.n_mounts, 7);
        assert_true(has_option("/dev/pts", "gid=5"));
        assert_true(has_option("/sys", "ro"));
        are_namespaces("pid ipc uts network mount ");
        assert_int_equal(spec.linux_.masked_paths.n, 10);
        assert_int_equal(spec.linux_.readonly_paths.n, 5);
        assert_int_equal(spec.linux_.resources.n_devices, 1);
}

static void on_a_host_with_cgroup_v2(void **state)
{
        (void)state;
        auto_buf struct buf text = { 0 };
        const struct spec_template template = { .has_cgroup_namespace = true };
        read_template(&template, &text);
        are_namespaces("pid ipc uts network mount cgroup ");
}

static void the_template_of_somebody(void **state)
{
        (void)state;
        auto_buf struct buf text = { 0 };
        const struct spec_template template = { .is_rootless = true, .host_uid = 1000, .host_gid = 4294967294 };
        read_template(&template, &text);
        are_namespaces("user pid ipc uts mount ");
        assert_int_equal(spec.linux_.n_uid_mappings, 1);
        assert_int_equal(spec.linux_.uid_mappings[0].container_id, 0);
        assert_int_equal(spec.linux_.uid_mappings[0].host_id, 1000);
        assert_int_equal(spec.linux_.uid_mappings[0].size, 1);
        assert_true(spec.linux_.gid_mappings[0].host_id == 4294967294);
        assert_int_equal(spec.n_mounts, 7);
        assert_false(has_option("/dev/pts", "gid=5"));
        assert_true(has_option("/sys", "rbind"));
        assert_false(spec.linux_.resources.set);
}

/* It differs from the bundle that the other tests use in no more than the name and the program. */
static void the_template_is_the_default_bundle(void **state)
{
        (void)state;
        auto_buf struct buf printed = { 0 };
        auto_buf struct buf bundle = { 0 };
        read_template(&(struct spec_template){ .is_rootless = false }, &printed);
        const struct spec template = spec;
        read_bundle("default.json", &bundle);
        assert_int_equal(template.n_mounts, spec.n_mounts);
        for (size_t i = 0; i < spec.n_mounts; i++) {
                assert_string_equal(template.mounts[i].destination, spec.mounts[i].destination);
                assert_int_equal(template.mounts[i].options.n, spec.mounts[i].options.n);
                for (size_t k = 0; k < spec.mounts[i].options.n; k++)
                        assert_string_equal(template.mounts[i].options.items[k], spec.mounts[i].options.items[k]);
        }
        for (size_t i = 0; i < spec.linux_.masked_paths.n; i++)
                assert_string_equal(template.linux_.masked_paths.items[i], spec.linux_.masked_paths.items[i]);
        for (size_t i = 0; i < spec.linux_.readonly_paths.n; i++)
                assert_string_equal(template.linux_.readonly_paths.items[i], spec.linux_.readonly_paths.items[i]);
        for (size_t i = 0; i < NS_TYPES; i++)
                assert_int_equal(template.linux_.namespaces[i].set, spec.linux_.namespaces[i].set);
}

static void features_tell_what_is_there(void **state)
{
        (void)state;
        static const char *const options[] = { "bind", "ro", NULL };
        static const char *const capabilities[] = { "CAP_CHOWN", NULL };
        static const char *const archs[] = { "SCMP_ARCH_X86_64", "SCMP_ARCH_X32", NULL };
        static const char *const flags[] = { "SECCOMP_FILTER_FLAG_LOG", NULL };
        const struct features_lists lists = { .mount_options = options,
                                              .capabilities = capabilities,
                                              .seccomp_archs = archs,
                                              .seccomp_flags = flags,
                                              .version = "1.2" };
        auto_buf struct buf text = { 0 };
        print_features(&lists, &text);
        assert_string_equal(buf_text(&text), "{\n"
                                             "    \"ociVersionMin\": \"1.0.0\",\n"
                                             "    \"ociVersionMax\": \"1.3.0\",\n"
                                             "    \"hooks\": [\n"
                                             "        \"prestart\",\n"
                                             "        \"createRuntime\",\n"
                                             "        \"createContainer\",\n"
                                             "        \"startContainer\",\n"
                                             "        \"poststart\",\n"
                                             "        \"poststop\"\n"
                                             "    ],\n"
                                             "    \"mountOptions\": [\n"
                                             "        \"bind\",\n"
                                             "        \"ro\"\n"
                                             "    ],\n"
                                             "    \"linux\": {\n"
                                             "        \"namespaces\": [\n"
                                             "            \"cgroup\",\n"
                                             "            \"ipc\",\n"
                                             "            \"mount\",\n"
                                             "            \"network\",\n"
                                             "            \"pid\",\n"
                                             "            \"time\",\n"
                                             "            \"user\",\n"
                                             "            \"uts\"\n"
                                             "        ],\n"
                                             "        \"capabilities\": [\n"
                                             "            \"CAP_CHOWN\"\n"
                                             "        ],\n"
                                             "        \"cgroup\": {\n"
                                             "            \"v1\": true,\n"
                                             "            \"v2\": true,\n"
                                             "            \"systemd\": true,\n"
                                             "            \"systemdUser\": true,\n"
                                             "            \"rdma\": true\n"
                                             "        },\n"
                                             "        \"seccomp\": {\n"
                                             "            \"enabled\": true,\n"
                                             "            \"actions\": [\n"
                                             "                \"SCMP_ACT_KILL\",\n"
                                             "                \"SCMP_ACT_KILL_PROCESS\",\n"
                                             "                \"SCMP_ACT_KILL_THREAD\",\n"
                                             "                \"SCMP_ACT_TRAP\",\n"
                                             "                \"SCMP_ACT_ERRNO\",\n"
                                             "                \"SCMP_ACT_TRACE\",\n"
                                             "                \"SCMP_ACT_ALLOW\",\n"
                                             "                \"SCMP_ACT_LOG\",\n"
                                             "                \"SCMP_ACT_NOTIFY\"\n"
                                             "            ],\n"
                                             "            \"operators\": [\n"
                                             "                \"SCMP_CMP_NE\",\n"
                                             "                \"SCMP_CMP_LT\",\n"
                                             "                \"SCMP_CMP_LE\",\n"
                                             "                \"SCMP_CMP_EQ\",\n"
                                             "                \"SCMP_CMP_GE\",\n"
                                             "                \"SCMP_CMP_GT\",\n"
                                             "                \"SCMP_CMP_MASKED_EQ\"\n"
                                             "            ],\n"
                                             "            \"archs\": [\n"
                                             "                \"SCMP_ARCH_X86_64\",\n"
                                             "                \"SCMP_ARCH_X32\"\n"
                                             "            ],\n"
                                             "            \"knownFlags\": [\n"
                                             "                \"SECCOMP_FILTER_FLAG_TSYNC\",\n"
                                             "                \"SECCOMP_FILTER_FLAG_LOG\",\n"
                                             "                \"SECCOMP_FILTER_FLAG_SPEC_ALLOW\",\n"
                                             "                \"SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV\"\n"
                                             "            ],\n"
                                             "            \"supportedFlags\": [\n"
                                             "                \"SECCOMP_FILTER_FLAG_LOG\"\n"
                                             "            ]\n"
                                             "        },\n"
                                             "        \"apparmor\": {\n"
                                             "            \"enabled\": true\n"
                                             "        },\n"
                                             "        \"selinux\": {\n"
                                             "            \"enabled\": true\n"
                                             "        },\n"
                                             "        \"netDevices\": {\n"
                                             "            \"enabled\": true\n"
                                             "        },\n"
                                             "        \"intelRdt\": {\n"
                                             "            \"enabled\": true,\n"
                                             "            \"schemata\": true,\n"
                                             "            \"monitoring\": true\n"
                                             "        },\n"
                                             "        \"mountExtensions\": {\n"
                                             "            \"idmap\": {\n"
                                             "                \"enabled\": true\n"
                                             "            }\n"
                                             "        }\n"
                                             "    },\n"
                                             "    \"annotations\": {\n"
                                             "        \"io.github.tare.version\": \"1.2\"\n"
                                             "    },\n"
                                             "    \"potentiallyUnsafeConfigAnnotations\": [\n"
                                             "        \"run.tare.networks\",\n"
                                             "        \"run.tare.routes\",\n"
                                             "        \"run.tare.landlock\"\n"
                                             "    ]\n"
                                             "}\n");
}

static void names_are_told_apart(void **state)
{
        (void)state;
        static const struct {
                const struct name_set *set;
                size_t n;
        } rows[] = {
                {&namespace_names,         8 },
                { &propagation_names,      8 },
                { &scheduler_policy_names, 7 },
                { &scheduler_flag_names,   7 },
                { &io_class_names,         3 },
                { &memory_mode_names,      7 },
                { &memory_flag_names,      3 },
                { &personality_names,      2 },
                { &seccomp_action_names,   9 },
                { &seccomp_operator_names, 7 },
                { &seccomp_arch_names,     23},
                { &seccomp_flag_names,     4 },
                { &landlock_access_names,  16},
                { &landlock_scope_names,   2 },
        };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                assert_int_equal(rows[i].set->n, rows[i].n);
                for (size_t k = 0; k < rows[i].n; k++)
                        assert_int_equal(name_find(rows[i].set, rows[i].set->names[k]), k);
                assert_int_equal(name_find(rows[i].set, "no such name"), rows[i].n);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                spec_test(the_template_of_root),
                spec_test(on_a_host_with_cgroup_v2),
                spec_test(the_template_of_somebody),
                spec_test(the_template_is_the_default_bundle),
                cmocka_unit_test(features_tell_what_is_there),
                cmocka_unit_test(names_are_told_apart),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
