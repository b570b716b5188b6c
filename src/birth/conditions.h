/* SPDX-License-Identifier: Apache-2.0 */
/* conditions.h - when a row is told at all: what the tables of this room refer to. */
#ifndef TARE_BIRTH_CONDITIONS_H
#define TARE_BIRTH_CONDITIONS_H

#include "birth/birth.h"

extern const struct story_condition if_systemd;
extern const struct story_condition if_oom_score;
extern const struct story_condition if_clocks;
extern const struct story_condition if_maps;
extern const struct story_condition if_user_namespace;
extern const struct story_condition if_cgroup_is_given;
extern const struct story_condition if_keyring;
extern const struct story_condition if_cgroup_namespace;
extern const struct story_condition if_networks;
extern const struct story_condition if_net_devices;
extern const struct story_condition if_new_network;
extern const struct story_condition if_runtime_hooks;
extern const struct story_condition if_container_hooks;
extern const struct story_condition if_rdt;
extern const struct story_condition if_terminal;
extern const struct story_condition if_own_terminal;
extern const struct story_condition if_pidfd_socket;
extern const struct story_condition if_scheduling;
extern const struct story_condition if_lsm;
extern const struct story_condition if_profile;
extern const struct story_condition if_label;
extern const struct story_condition if_landlock;
extern const struct story_condition if_late_landlock;
extern const struct story_condition if_filter;
extern const struct story_condition if_agent;
extern const struct story_condition if_loan;
extern const struct story_condition if_created_filtered;
extern const struct story_condition if_stops_before_start;
extern const struct story_condition if_pid_file;
extern const struct story_condition if_create;
extern const struct story_condition if_start_hooks;
extern const struct story_condition if_poststart_hooks;

/* Whether nobody of ours stays with the program. */
bool birth_detaches(const struct birth *birth);

#endif
