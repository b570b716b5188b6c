#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# bundles.bats - bundles as others write them, run as they are: runc's default, Podman's, and what `tare spec` writes.

load helpers

# Podman's for an ordinary container. Its bind sources are relative to the bundle.
use_container_bundle() {
        cp "$project/tests/bundles/container.json" "$bundle/config.json"
}

@test "bundles: the default one" {
        try_run
        succeeds
        equals "$output$stderr$(warnings)" ""
        leaves_nothing
}

@test "bundles: the default one by create, start, delete" {
        creates
        try tare start "$id"
        succeeds
        eventually has_status stopped
        try tare delete "$id"
        succeeds
        leaves_nothing
}

@test "bundles: Podman's, without a warning" {
        use_container_bundle
        try_run
        succeeds
        equals "$output" ""
        equals "$stderr$(warnings)" ""
        leaves_nothing
}

@test "bundles: Podman's, seen from inside" {
        use_container_bundle
        runs 'hostname; cat /etc/hosts /run/.containerenv; grep -E "^Cap(Eff|Inh|Amb)" /proc/self/status; ulimit -n; ulimit -H -n
                cat /proc/sys/net/ipv4/ping_group_range /proc/self/oom_score_adj; cat /proc/interrupts; umask; echo $HOME
                cut -d : -f 3 /proc/self/cgroup | sort -u; touch /written && echo written'
        equals "$output" "tare-container
# hosts of the bundle
# containerenv of the bundle
CapInh:	0000000000000000
CapEff:	00000000a80425fb
CapAmb:	0000000000000000
1024
20000
0	0
0
0022
/root
/
written"
        leaves_nothing
}

@test "bundles: what spec writes, run as it is but for the terminal" {
        rm "$bundle/config.json"
        tare spec --bundle "$bundle"
        edit '.process.terminal = false'
        script 'hostname; id -u; grep CapEff /proc/self/status; grep NoNewPrivs /proc/self/status; touch /x 2>/dev/null || echo read-only'
        try_run
        succeeds
        equals "$stderr$(warnings)" ""
        equals "$output" "tare
0
CapEff:	0000000020000420
NoNewPrivs:	1
read-only"
        leaves_nothing
}

@test "bundles: unknown fields and annotations are allowed" {
        edit '.annotations = {"a": "b"} | .somethingNew = {"x": [1, 2]} | .linux.alsoNew = 1 | .process.newer = null'
        try_run
        succeeds
        equals "$stderr" ""
}
