/* SPDX-License-Identifier: Apache-2.0 */
/* test_sysctl.c - which sysctls a container may set, in runc's words, and that they arrive in its namespaces. */

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

#include "unit.h"

#include "base/file.h"
#include "child.h"
#include "net/loopback.h"
#include "sec/sysctl.h"

enum { ALL = -1 };

/* The verdict on one name; without: the namespace type that the container does not have, or ALL. */
static const char *verdict_on(const char *key, int without)
{
        struct key_value item = { key, "1" };
        struct spec spec = {
                .linux_.sysctl = {&item, 1}
        };
        for (int i = 0; i < NS_TYPES; i++)
                spec.linux_.namespaces[i].set = i != without;
        static struct err err;
        err = (struct err){ 0 };
        int rc = sysctl_check(&spec, &err);
        assert_int_equal(rc, err.text[0] == '\0' ? 0 : -1);
        return err.text;
}

static void a_sysctl_of_the_containers_own_is_allowed(void **state)
{
        (void)state;
        static const char *const keys[] = {
                "kernel.msgmax",     "kernel.msgmnb",
                "kernel.msgmni",     "kernel.sem",
                "kernel.shmall",     "kernel.shmmax",
                "kernel.shmmni",     "kernel.shm_rmid_forced",
                "fs.mqueue.msg_max", "net.ipv4.ip_forward",
                "kernel.domainname", "user.max_user_namespaces",
                "kernel/msgmax",     "net/ipv4/conf/eth0.100/forwarding",
                "fs/mqueue/msg_max", "net.ipv4.conf.eth0/100.forwarding",
        };
        for (size_t i = 0; i < ARRAY_LEN(keys); i++)
                assert_string_equal(verdict_on(keys[i], ALL), "");
}

static void a_sysctl_of_the_host_is_refused(void **state)
{
        (void)state;
        static const struct {
                const char *key;
                int without;
                const char *verdict;
        } rows[] = {
                {"vm.swappiness",            ALL,        "sysctl \"vm.swappiness\" is not in a separate kernel namespace"    },
                { "vm/swappiness",           ALL,        "sysctl \"vm.swappiness\" is not in a separate kernel namespace"    },
                { "/net/ipv4/ip_forward",    ALL,
                 "sysctl \".net.ipv4.ip_forward\" is not in a separate kernel namespace"                                     },
                { "",                        ALL,        "sysctl \"\" is not in a separate kernel namespace"                 },
                { "net",                     ALL,        "sysctl \"net\" is not in a separate kernel namespace"              },
                { "kernel.msgmaxx",          ALL,        "sysctl \"kernel.msgmaxx\" is not in a separate kernel namespace"   },
                { "kernel.msgma",            ALL,        "sysctl \"kernel.msgma\" is not in a separate kernel namespace"     },
                { "kernel.msgmax.x",         ALL,        "sysctl \"kernel.msgmax.x\" is not in a separate kernel namespace"  },
                { "kernel.msgmax",           NS_IPC,     "sysctl \"kernel.msgmax\" is not allowed in the hosts ipc namespace"},
                { "fs/mqueue/msg_max",       NS_IPC,
                 "sysctl \"fs.mqueue.msg_max\" is not allowed in the hosts ipc namespace"                                    },
                { "net.ipv4.ip_forward",     NS_NETWORK,
                 "sysctl \"net.ipv4.ip_forward\" not allowed in host network namespace"                                      },
                { "kernel.domainname",       NS_UTS,     "sysctl \"kernel.domainname\" is not in a separate kernel namespace"},
                { "kernel.hostname",         NS_UTS,     "sysctl \"kernel.hostname\" is not in a separate kernel namespace"  },
                { "kernel.hostname",         ALL,
                 "sysctl \"kernel.hostname\" is not allowed as it conflicts with the OCI \"hostname\" field"                 },
                { "user.max_net_namespaces", NS_USER,
                 "sysctl \"user.max_net_namespaces\" is not allowed without a user namespace"                                },
        };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++)
                assert_string_equal(verdict_on(rows[i].key, rows[i].without), rows[i].verdict);
}

static void a_name_that_leaves_its_directory_is_refused(void **state)
{
        (void)state;
        assert_string_equal(verdict_on("net/../vm/swappiness", ALL),
                            "sysctl \"net.//.vm.swappiness\" has an empty, \".\" or \"..\" part");
        assert_string_equal(verdict_on("net.//.vm.swappiness", ALL),
                            "sysctl \"net.//.vm.swappiness\" has an empty, \".\" or \"..\" part");
        assert_string_equal(verdict_on("net//x", ALL), "sysctl \"net..x\" has an empty, \".\" or \"..\" part");
        assert_string_equal(verdict_on("net.x.", ALL), "sysctl \"net.x.\" has an empty, \".\" or \"..\" part");
        assert_string_equal(verdict_on("net/./x", ALL), "sysctl \"net./.x\" has an empty, \".\" or \"..\" part");

        char key[5000];
        memset(key, 'a', sizeof key);
        key[sizeof key - 1] = '\0';
        assert_string_equal(verdict_on(key, ALL),
                            "sysctl \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa...\" has a name of 4999 bytes");
}

struct apply_row {
        const char *dir;
        struct key_value item;
        const char *error; /* "": none */
        const char *file;  /* what is read afterwards */
        const char *content;
};

static int apply(struct report *report, const void *arg)
{
        const struct apply_row *row = arg;
        if (unshare(CLONE_NEWNET | CLONE_NEWIPC) < 0 || loopback_up(&report->err) < 0)
                return -2;

        struct key_value item = row->item;
        const struct text_map sysctl = { &item, 1 };
        auto_fd int dir_fd = open(row->dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (sysctl_apply(dir_fd, &sysctl, &report->err) < 0)
                return -1;

        auto_fd int fd = open(row->file, O_RDONLY | O_CLOEXEC);
        return read(fd, report->text, sizeof report->text - 1) > 0 ? 0 : -2;
}

static void sysctls_are_written_where_they_belong(void **state)
{
        (void)state;
        needs_root();
        static const struct apply_row rows[] = {
                {"/proc/sys",  { "net.ipv4.ip_forward", "1" }, "",                                                      "/proc/sys/net/ipv4/ip_forward",         "1\n"   },
                { "/proc/sys",
                 { "net/ipv4/conf/lo/forwarding", "1" },
                 "",                                                                                                    "/proc/sys/net/ipv4/conf/lo/forwarding",
                 "1\n"                                                                                                                                                   },
                { "/proc/sys",
                 { "net.ipv4.ping_group_range", "5 77" },
                 "",                                                                                                    "/proc/sys/net/ipv4/ping_group_range",
                 "5\t77\n"                                                                                                                                               },
                { "/proc/sys", { "kernel.msgmax", "4321" },    "",                                                      "/proc/sys/kernel/msgmax",               "4321\n"},

                { "/proc/sys",
                 { "net.nosuch", "1" },
                 "sysctl \"net.nosuch\": open /proc/sys/net/nosuch: no such file or directory",                         NULL,
                 NULL                                                                                                                                                    },
                { "/proc/sys",
                 { "net.ipv4.ip_forward", "zzz" },
                 "sysctl \"net.ipv4.ip_forward\": write \"zzz\": invalid argument",                                     NULL,
                 NULL                                                                                                                                                    },
                { "/proc/sys", { "net", "1" },                 "sysctl \"net\": open /proc/sys/net: is a directory",    NULL,                                    NULL    },
                { "/proc/sys",
                 { "net/../../version", "1" },
                 "sysctl \"net.//.//.version\": open /proc/sys/net/../../version: invalid cross-device link",           NULL,
                 NULL                                                                                                                                                    },
                { "/proc",
                 { "self/oom_score_adj", "1" },
                 "sysctl \"self.oom_score_adj\": open /proc/sys/self/oom_score_adj: too many levels of symbolic links", NULL,
                 NULL                                                                                                                                                    },
                { "/tmp",      { "net.x", "1" },               "/proc/sys is not on procfs",                            NULL,                                    NULL    },
        };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                const struct report *report = in_child(apply, &rows[i]);
                assert_string_equal(report->err.text, rows[i].error);
                assert_int_equal(report->rc, rows[i].error[0] == '\0' ? 0 : -1);
                if (rows[i].content)
                        assert_string_equal(report->text, rows[i].content);
        }
}

static void no_sysctl_needs_no_proc(void **state)
{
        (void)state;
        const struct text_map none = { 0 };
        struct err err = { 0 };
        assert_int_equal(sysctl_apply(-1, &none, &err), 0);
}

/* Joined by path: a new network namespace when arg says so, else our own. */
static int check_joined(struct report *report, const void *arg)
{
        auto_fd int fd = -1;
        if (arg) {
                int old_fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
                if (unshare(CLONE_NEWNET) < 0)
                        return -2;
                fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
                if (setns(old_fd, CLONE_NEWNET) < 0)
                        return -2;
        }
        if (!arg)
                fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);

        struct key_value items[] = {
                {"kernel.msgmax", "1"},
                { "net/ipv4/x",   "1"}
        };
        struct text_map sysctl = { items, 1 };
        if (sysctl_check_joined_net(&sysctl, fd, &report->err) < 0)
                return -2;
        sysctl.n = 2;
        if (sysctl_check_joined_net(&sysctl, -1, &report->err) < 0)
                return -2;
        return sysctl_check_joined_net(&sysctl, fd, &report->err);
}

static void the_hosts_network_by_path_is_still_the_hosts(void **state)
{
        (void)state;
        const struct report *report = in_child(check_joined, NULL);
        assert_int_equal(report->rc, -1);
        assert_string_equal(report->err.text, "sysctl \"net.ipv4.x\" not allowed in host network namespace");

        needs_root();
        report = in_child(check_joined, "a new one");
        assert_string_equal(report->err.text, "");
        assert_int_equal(report->rc, 0);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(a_sysctl_of_the_containers_own_is_allowed),
                cmocka_unit_test(a_sysctl_of_the_host_is_refused),
                cmocka_unit_test(a_name_that_leaves_its_directory_is_refused),
                cmocka_unit_test(sysctls_are_written_where_they_belong),
                cmocka_unit_test(no_sysctl_needs_no_proc),
                cmocka_unit_test(the_hosts_network_by_path_is_still_the_hosts),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
