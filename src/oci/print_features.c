/* SPDX-License-Identifier: Apache-2.0 */
/* print_features.c - the features document of runtime-spec 1.3 (features.md, features-linux.md): what was compiled in,
 * whatever host it runs on. */

#include "oci/print.h"

#include "base/json_out.h"
#include "oci/landlock.h"
#include "oci/names.h"
#include "oci/networks.h"
#include "oci/print_list.h"
#include "oci/spec.h"

/* The oldest config.json that is understood. */
#define SPEC_VERSION_MIN "1.0.0"

/* In the order of the alphabet, as others print it. */
static const enum ns_type namespaces[] = { NS_CGROUP, NS_IPC, NS_MOUNT, NS_NETWORK, NS_PID, NS_TIME, NS_USER, NS_UTS };
_Static_assert(ARRAY_LEN(namespaces) == NS_TYPES, "every type may be told");

static const char *const switches[] = { "apparmor", "selinux", "netDevices" };

/* That change what is done. */
static const char *const annotations[] = { NETWORKS_ANNOTATION, ROUTES_ANNOTATION, LANDLOCK_ANNOTATION };

static void print_switch(struct json_out *out, const char *key)
{
        json_out_object(out, key);
        json_out_bool(out, "enabled", true);
        json_out_object_end(out);
}

static void print_intel_rdt(struct json_out *out)
{
        json_out_object(out, "intelRdt");
        json_out_bool(out, "enabled", true);
        json_out_bool(out, "schemata", true);
        json_out_bool(out, "monitoring", true);
        json_out_object_end(out);
}

/* Of both versions, by tare itself or, with the helper of libexec, by either manager of systemd. */
static void print_cgroup(struct json_out *out)
{
        json_out_object(out, "cgroup");
        json_out_bool(out, "v1", true);
        json_out_bool(out, "v2", true);
        json_out_bool(out, "systemd", true);
        json_out_bool(out, "systemdUser", true);
        json_out_bool(out, "rdma", true);
        json_out_object_end(out);
}

static void print_names(struct json_out *out, const char *key, const struct name_set *names)
{
        json_out_array(out, key);
        for (size_t i = 0; i < names->n; i++)
                json_out_text(out, NULL, names->names[i]);
        json_out_array_end(out);
}

static void print_seccomp(struct json_out *out, const struct features_lists *lists)
{
        json_out_object(out, "seccomp");
        json_out_bool(out, "enabled", true);
        print_names(out, "actions", &seccomp_action_names);
        print_names(out, "operators", &seccomp_operator_names);
        print_list(out, "archs", lists->seccomp_archs);
        print_names(out, "knownFlags", &seccomp_flag_names);
        print_list(out, "supportedFlags", lists->seccomp_flags);
        json_out_object_end(out);
}

static void print_linux(struct json_out *out, const struct features_lists *lists)
{
        json_out_object(out, "linux");
        json_out_array(out, "namespaces");
        for (size_t i = 0; i < ARRAY_LEN(namespaces); i++)
                json_out_text(out, NULL, ns_type_names[namespaces[i]]);
        json_out_array_end(out);
        print_list(out, "capabilities", lists->capabilities);
        print_cgroup(out);
        print_seccomp(out, lists);
        for (size_t i = 0; i < ARRAY_LEN(switches); i++)
                print_switch(out, switches[i]);
        print_intel_rdt(out);
        json_out_object(out, "mountExtensions");
        print_switch(out, "idmap");
        json_out_object_end(out);
        json_out_object_end(out);
}

void print_features(const struct features_lists *lists, struct buf *out)
{
        struct json_out json = { .buf = out, .indent = "    " };
        json_out_object(&json, NULL);
        json_out_text(&json, "ociVersionMin", SPEC_VERSION_MIN);
        json_out_text(&json, "ociVersionMax", SPEC_VERSION);
        json_out_array(&json, "hooks");
        for (size_t i = 0; i < HOOK_KINDS; i++)
                json_out_text(&json, NULL, hook_kind_names[i]);
        json_out_array_end(&json);
        print_list(&json, "mountOptions", lists->mount_options);
        print_linux(&json, lists);

        json_out_object(&json, "annotations");
        json_out_text(&json, "io.github.tare.version", lists->version);
        json_out_object_end(&json);
        json_out_array(&json, "potentiallyUnsafeConfigAnnotations");
        for (size_t i = 0; i < ARRAY_LEN(annotations); i++)
                json_out_text(&json, NULL, annotations[i]);
        json_out_array_end(&json);
        json_out_object_end(&json);
        buf_add_text(out, "\n");
}
