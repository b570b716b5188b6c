/* SPDX-License-Identifier: Apache-2.0 */
/* test_spec_check.c - the rules between fields, each broken once, and what this build does not do. */

#include <stdio.h>

#include "spec_text.h"

/* The least that is a container, with more of each part behind what is there: the last of a name wins. */
static const char *read_least(const char *top, const char *process, const char *linux_)
{
        char text[4096];
        int len = snprintf(
                text, sizeof text,
                "{\"ociVersion\":\"1.0.0\",\"root\":{\"path\":\"r\"},\"process\":{\"cwd\":\"/\",\"args\":[\"a\"]%s},"
                "\"linux\":{\"namespaces\":[{\"type\":\"mount\"}]%s}%s}",
                process, linux_, top);
        assert_in_range(len, 1, sizeof text - 1);
        return read_spec(text);
}

struct row {
        const char *more;
        const char *message; /* behind "config.json: "; "": it is good */
};

static void is_said(const char *said, const char *message)
{
        char expected[512] = "";
        if (*message)
                (void)snprintf(expected, sizeof expected, "config.json: %s", message);
        assert_string_equal(said, expected);
}

#define NS(types)  ",\"namespaces\":[" types "]"
#define MNT        "{\"type\":\"mount\"}"
#define USER       "{\"type\":\"user\"}"
#define MAP(field) ",\"" field "\":[{\"containerID\":0,\"hostID\":0,\"size\":1}]"

static void the_top(void **state)
{
        (void)state;
        /* clang-format off */
        static const struct row rows[] = {
                { "", "" },
                { ",\"ociVersion\":null", "ociVersion: required" },
                { ",\"ociVersion\":\"\"", "ociVersion: unsupported version \"\"" },
                { ",\"ociVersion\":\"2.0.0\"", "ociVersion: unsupported version \"2.0.0\"" },
                { ",\"ociVersion\":\"0.6.0\"", "ociVersion: unsupported version \"0.6.0\"" },
                { ",\"ociVersion\":\"10.0.0\"", "ociVersion: unsupported version \"10.0.0\"" },
                { ",\"ociVersion\":\"1.0\"", "ociVersion: unsupported version \"1.0\"" },
                { ",\"ociVersion\":\"1.0.\"", "ociVersion: unsupported version \"1.0.\"" },
                { ",\"ociVersion\":\"1.0.0x\"", "ociVersion: unsupported version \"1.0.0x\"" },
                { ",\"ociVersion\":\"1.0.0.0\"", "ociVersion: unsupported version \"1.0.0.0\"" },
                { ",\"ociVersion\":\"v1.0.0\"", "ociVersion: unsupported version \"v1.0.0\"" },
                { ",\"ociVersion\":\"1.0.2-dev\"", "" },
                { ",\"ociVersion\":\"1.99.100\"", "" },
                { ",\"ociVersion\":\"1.0.0-rc5+dev\"", "" },
                { ",\"ociVersion\":\"1.1.0+dev\"", "" },
                { ",\"root\":null", "root: required" },
                { ",\"root\":{\"path\":\"\"}", "root.path: must not be empty" },
                { ",\"process\":null", "process: required" },
                { ",\"hostname\":\"h\"", "hostname: unable to set hostname without a private UTS namespace" },
                { ",\"domainname\":\"d\"", "domainname: unable to set domainname without a private UTS namespace" },
                { ",\"hostname\":\"\",\"domainname\":\"\"", "" },
                { ",\"linux\":{\"namespaces\":[{\"type\":\"uts\"}]},\"hostname\":\"h\",\"domainname\":\"d\"", "" },
                { ",\"linux\":null,\"hostname\":\"h\"",
                  "hostname: unable to set hostname without a private UTS namespace" },
                { ",\"annotations\":{\"a\":\"\",\"\":\"b\"}", "annotations: a key must not be empty" },
                { ",\"linux\":null", "" },
        };
        /* clang-format on */
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                assert_string_equal(read_least(rows[i].more, "", ""), "");
                is_said(check_spec(), rows[i].message);
        }
}

static void process(void **state)
{
        (void)state;
        /* clang-format off */
        static const struct row rows[] = {
                { ",\"args\":null", "process.args: must not be empty" },
                { ",\"args\":[]", "process.args: must not be empty" },
                { ",\"cwd\":\"tmp\"", "process.cwd: must be an absolute path" },
                { ",\"cwd\":\"\"", "process.cwd: must be an absolute path" },
                { ",\"rlimits\":[{\"type\":\"RLIMIT_CPU\",\"soft\":1,\"hard\":1},{\"type\":\"RLIMIT_AS\",\"soft\":1,"
                  "\"hard\":1},{\"type\":\"RLIMIT_CPU\",\"soft\":1,\"hard\":1}]",
                  "process.rlimits[2]: duplicated rlimit \"RLIMIT_CPU\"" },
                { ",\"oomScoreAdj\":1001", "process.oomScoreAdj: out of range" },
                { ",\"oomScoreAdj\":-1001", "process.oomScoreAdj: out of range" },
                { ",\"oomScoreAdj\":-1000", "" },
        };
        /* clang-format on */
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                assert_string_equal(read_least("", rows[i].more, ""), "");
                is_said(check_spec(), rows[i].message);
        }
}

static void mounts_and_hooks(void **state)
{
        (void)state;
        /* clang-format off */
        static const struct row rows[] = {
                { ",\"mounts\":[{\"destination\":\"/a\"},{\"destination\":\"\"}]",
                  "mounts[1].destination: must not be empty" },
                { ",\"mounts\":[{\"destination\":\"relative\"}]", "" }, /* deprecated, and to be taken as below "/" */
                { ",\"mounts\":[{\"destination\":\"/a\",\"options\":[\"bind\"]" MAP("uidMappings") "}]",
                  "mounts[0]: id-mapped mounts must have both uid and gid mappings specified" },
                { ",\"mounts\":[{\"destination\":\"/a\",\"options\":[\"bind\"]" MAP("gidMappings") "}]",
                  "mounts[0]: id-mapped mounts must have both uid and gid mappings specified" },
                { ",\"mounts\":[{\"destination\":\"/a\","
                  "\"options\":[\"ro\"]" MAP("uidMappings") MAP("gidMappings") "}]",
                  "mounts[0]: id-mapped mounts are only supported for bind-mounts" },
                { ",\"mounts\":[{\"destination\":\"/a\",\"options\":[\"ro\","
                  "\"rbind\"]" MAP("uidMappings") MAP("gidMappings") "}]", "" },
                { ",\"mounts\":[{\"destination\":\"/a\",\"options\":[\"bind\",\"idmap\"]}]",
                  "mounts[0]: id-mapped mounts without mappings need those of a user namespace" },
                { ",\"mounts\":[{\"destination\":\"/a\",\"options\":[\"ridmap\"]}]",
                  "mounts[0]: id-mapped mounts are only supported for bind-mounts" },
                { ",\"hooks\":{\"createRuntime\":[{\"path\":\"/a\"},{\"path\":\"bin/true\"}]}",
                  "hooks.createRuntime[1].path: must be an absolute path" },
                { ",\"hooks\":{\"poststop\":[{\"path\":\"\"}]}", "hooks.poststop[0].path: must be an absolute path" },
                { ",\"hooks\":{\"prestart\":[{\"path\":\"/a\",\"timeout\":0}]}",
                  "hooks.prestart[0].timeout: must be greater than 0" },
                { ",\"hooks\":{\"startContainer\":[{\"path\":\"/a\",\"timeout\":-1}]}",
                  "hooks.startContainer[0].timeout: must be greater than 0" },
                { ",\"hooks\":{\"createContainer\":[{\"path\":\"/a\",\"timeout\":1}],\"poststart\":[]}", "" },
        };
        /* clang-format on */
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                assert_string_equal(read_least(rows[i].more, "", ""), "");
                is_said(check_spec(), rows[i].message);
        }
}

static void linux_settings(void **state)
{
        (void)state;
        /* clang-format off */
        static const struct row rows[] = {
                { NS(MNT ",{\"type\":\"ipc\",\"path\":\"ns/ipc\"}"),
                  "linux.namespaces[1].path: must be an absolute path" },
                { MAP("uidMappings"), "linux.uidMappings: there is no user namespace to map ids in" },
                { MAP("gidMappings"), "linux.gidMappings: there is no user namespace to map ids in" },
                { NS(MNT "," USER),
                  "linux.namespaces[1]: user namespaces enabled,"
                  " but no namespace path to join nor mappings to apply specified" },
                { NS(USER) MAP("gidMappings"),
                  "linux.uidMappings: user namespaces enabled, but no uid mappings found" },
                { NS(USER) MAP("uidMappings") MAP("gidMappings"), "" },
                { NS("{\"type\":\"user\",\"path\":\"/u\"}"), "" },
                { NS("{\"type\":\"user\",\"path\":\"/u\"}") MAP("uidMappings") MAP("gidMappings"), "" },
                { ",\"timeOffsets\":{\"monotonic\":{\"secs\":1}}",
                  "linux.timeOffsets: time namespace offsets specified,"
                  " but time namespace isn't enabled in the config" },
                { NS("{\"type\":\"time\",\"path\":\"/t\"}") ",\"timeOffsets\":{\"boottime\":{}}",
                  "linux.timeOffsets: a time namespace that is joined has its offsets already" },
                { NS("{\"type\":\"time\"}") ",\"timeOffsets\":{\"monotonic\":{\"nanosecs\":1000000000}}",
                  "linux.timeOffsets.monotonic.nanosecs: out of range" },
                { NS("{\"type\":\"time\"}") ",\"timeOffsets\":{\"boottime\":{\"nanosecs\":1000000000}}",
                  "linux.timeOffsets.boottime.nanosecs: out of range" },
                { NS("{\"type\":\"time\"}") ",\"timeOffsets\":{\"boottime\":{\"nanosecs\":999999999}}", "" },
                { ",\"timeOffsets\":{}", "" },
                { ",\"netDevices\":{\"eth0\":{}}",
                  "linux.netDevices: unable to move network devices without a NET namespace" },
                { NS("{\"type\":\"network\"}") ",\"netDevices\":{\"eth0\":{}}", "" },
                { ",\"maskedPaths\":[\"/a\",\"b\"]", "linux.maskedPaths[1]: must be an absolute path" },
                { ",\"readonlyPaths\":[\"b\"]", "linux.readonlyPaths[0]: must be an absolute path" },
                { NS("") ",\"maskedPaths\":[\"/a\"]",
                  "linux.maskedPaths: unable to restrict sys entries without a private MNT namespace" },
                { NS("") ",\"readonlyPaths\":[\"/a\"]",
                  "linux.readonlyPaths: unable to restrict sys entries without a private MNT namespace" },
                { ",\"devices\":[{\"type\":\"c\",\"path\":\"dev/a\",\"major\":1,\"minor\":1}]",
                  "linux.devices[0].path: must be an absolute path" },
                { ",\"devices\":[{\"type\":\"c\",\"path\":\"/a\",\"minor\":1}]", "linux.devices[0].major: required" },
                { ",\"devices\":[{\"type\":\"b\",\"path\":\"/a\",\"major\":1}]", "linux.devices[0].minor: required" },
                { ",\"devices\":[{\"type\":\"u\",\"path\":\"/a\",\"major\":4096,\"minor\":0}]",
                  "linux.devices[0].major: out of range" },
                { ",\"devices\":[{\"type\":\"u\",\"path\":\"/a\",\"major\":-1,\"minor\":0}]",
                  "linux.devices[0].major: out of range" },
                { ",\"devices\":[{\"type\":\"u\",\"path\":\"/a\",\"major\":0,\"minor\":1048576}]",
                  "linux.devices[0].minor: out of range" },
                { ",\"devices\":[{\"type\":\"u\",\"path\":\"/a\",\"major\":0,\"minor\":-1}]",
                  "linux.devices[0].minor: out of range" },
                { ",\"devices\":[{\"type\":\"p\",\"path\":\"/a\"},{\"type\":\"c\",\"path\":\"/a\",\"major\":4095,"
                  "\"minor\":1048575}]", "" },
                { ",\"resources\":{\"devices\":[{\"allow\":true}]}",
                  "linux.resources.devices[0].access: device access cannot be empty" },
                { ",\"resources\":{\"devices\":[{\"allow\":true,\"access\":\"\"}]}",
                  "linux.resources.devices[0].access: device access cannot be empty" },
                { ",\"resources\":{\"devices\":[{\"allow\":true,\"access\":\"rw\"},{\"allow\":true,"
                  "\"access\":\"rx\"}]}", "linux.resources.devices[1].access: \"rx\" is more than r, w and m" },
                { ",\"resources\":{\"unified\":{\"memory.max\":\"1\",\"a/b\":\"\"}}",
                  "linux.resources.unified: unified resource \"a/b\" must be a file name (no slashes)" },
                { ",\"resources\":{\"unified\":{\"\":\"\"}}",
                  "linux.resources.unified: unified resource \"\" must be a file name (no slashes)" },
        };
        /* clang-format on */
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                assert_string_equal(read_least("", "", rows[i].more), "");
                is_said(check_spec(), rows[i].message);
        }
}

#define SECCOMP(action, more) ",\"seccomp\":{\"defaultAction\":\"SCMP_ACT_" action "\"" more "}"
#define RULE(action, more) \
        SECCOMP("KILL", ",\"syscalls\":[{\"names\":[\"read\"],\"action\":\"SCMP_ACT_" action "\"" more "}]")

static void seccomp(void **state)
{
        (void)state;
        /* clang-format off */
        static const struct row rows[] = {
                { SECCOMP("KILL", ""), "" },
                { SECCOMP("ERRNO", ",\"defaultErrnoRet\":1"), "" },
                { SECCOMP("TRACE", ",\"defaultErrnoRet\":1"), "" },
                { SECCOMP("KILL", ",\"defaultErrnoRet\":1"),
                  "linux.seccomp.defaultErrnoRet: SCMP_ACT_KILL takes no errno" },
                { SECCOMP("NOTIFY", ",\"listenerPath\":\"/l\""),
                  "linux.seccomp.defaultAction: SCMP_ACT_NOTIFY cannot be used as default action" },
                { SECCOMP("KILL", ",\"listenerMetadata\":\"m\""),
                  "linux.seccomp.listenerMetadata: must not be set without listenerPath" },
                { SECCOMP("KILL", ",\"listenerPath\":\"/l\",\"listenerMetadata\":\"m\""), "" },
                { RULE("ALLOW", ",\"names\":[]"), "linux.seccomp.syscalls[0].names: must not be empty" },
                { RULE("ALLOW", ",\"errnoRet\":1"),
                  "linux.seccomp.syscalls[0].errnoRet: SCMP_ACT_ALLOW takes no errno" },
                { RULE("ALLOW", ",\"errnoRet\":null"), "" },
                { RULE("ERRNO", ",\"errnoRet\":1"), "" },
                { RULE("NOTIFY", ""), "linux.seccomp.syscalls[0].action: seccomp listenerPath is not set" },
                { RULE("NOTIFY", ",\"names\":[\"read\",\"write\"]"),
                  "linux.seccomp.syscalls[0].action: SCMP_ACT_NOTIFY cannot be used for the write syscall" },
                { RULE("ALLOW", ",\"args\":[{\"index\":5,\"value\":0,\"op\":\"SCMP_CMP_EQ\"},"
                                "{\"index\":6,\"value\":0,\"op\":\"SCMP_CMP_EQ\"}]"),
                  "linux.seccomp.syscalls[0].args[1].index: out of range" },
        };
        /* clang-format on */
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                assert_string_equal(read_least("", "", rows[i].more), "");
                is_said(check_spec(), rows[i].message);
        }
}

/* What stands behind a NUL would be lost in a text of C: it is told with the variable's name. */
static void variables_with_a_nul(void **state)
{
        (void)state;
        /* clang-format off */
        static const struct row rows[] = {
                { "\"A=1\",\"B=\"", "" },
                { "\"A=1\",\"B=x\\u0000y\"",
                  "process.env[1]: invalid environment variable \"B\": value contains nul byte (\\x00)" },
                { "\"\\u0000B\\u0000=\\u0000\"",
                  "process.env[0]: invalid environment variable \"\\x00B\\x00\": name contains nul byte (\\x00)" },
                { "\"B\\u0000\"",
                  "process.env[0]: invalid environment variable \"B\\x00\": name contains nul byte (\\x00)" },
                { "\"A=1\",2", "process.env[1]: not a string" },
        };
        /* clang-format on */
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                char process[256];
                (void)snprintf(process, sizeof process, ",\"env\":[%s]", rows[i].more);
                is_said(read_least("", process, ""), rows[i].message);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                spec_test(the_top),          spec_test(process),        spec_test(variables_with_a_nul),
                spec_test(mounts_and_hooks), spec_test(linux_settings), spec_test(seccomp),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
