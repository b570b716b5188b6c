/* SPDX-License-Identifier: Apache-2.0 */
/* steps.h - the steps that the tables of this room are made of: host_* run in tare itself, init_* in the process that
 * becomes the program, undo_* take back what the host's step of that name made. Each gives 0, or -1 with an error that
 * the table puts its sentence before; a step that fails leaves nothing of itself. */
#ifndef TARE_BIRTH_STEPS_H
#define TARE_BIRTH_STEPS_H

#include "birth/birth.h"

int host_make_state(struct birth *birth, struct err *err);
void undo_state(struct birth *birth);
int host_start_scope(struct birth *birth, struct err *err);
void undo_scope(struct birth *birth);
int host_leave_scope(struct birth *birth, struct err *err);
int host_make_cgroup(struct birth *birth, struct err *err);
void undo_cgroup(struct birth *birth);
int host_clone_init(struct birth *birth, struct err *err);
void undo_init(struct birth *birth);
int host_make_networks(struct birth *birth, struct err *err);
void undo_networks(struct birth *birth);
int host_move_devices(struct birth *birth, struct err *err);
void undo_devices(struct birth *birth);
int host_take_terminal(struct birth *birth, struct err *err);
int host_apply_limits(struct birth *birth, struct err *err);
int host_join_rdt(struct birth *birth, struct err *err);
int host_set_oom_score(struct birth *birth, struct err *err);
int host_map_ids(struct birth *birth, struct err *err);
int host_give_cgroup(struct birth *birth, struct err *err);
int host_run_runtime_hooks(struct birth *birth, struct err *err);
int host_set_limits(struct birth *birth, struct err *err);
int host_record(struct birth *birth, struct err *err);
int host_hand_to_agent(struct birth *birth, struct err *err);
int host_write_pid_file(struct birth *birth, struct err *err);
void undo_pid_file(struct birth *birth);
int host_run_poststart_hooks(struct birth *birth, struct err *err);

int init_begin(struct birth *birth, struct err *err);
int init_enter_cgroup(struct birth *birth, struct err *err);
int init_make_time(struct birth *birth, struct err *err);
int init_become_root(struct birth *birth, struct err *err);
int init_join_cgroups(struct birth *birth, struct err *err);
int init_join_keyring(struct birth *birth, struct err *err);
int init_raise_loopback(struct birth *birth, struct err *err);
int init_build_root(struct birth *birth, struct err *err);
int init_run_container_hooks(struct birth *birth, struct err *err);
int init_set_names(struct birth *birth, struct err *err);
int init_set_sysctls(struct birth *birth, struct err *err);
int init_seal_and_enter(struct birth *birth, struct err *err);
int init_open_lsm(struct birth *birth, struct err *err);
int init_tell_profile(struct birth *birth, struct err *err);
int init_tell_label(struct birth *birth, struct err *err);
int init_make_landlock(struct birth *birth, struct err *err);
int init_confine(struct birth *birth, struct err *err);
int init_become_user(struct birth *birth, struct err *err);
int init_find_program(struct birth *birth, struct err *err);
int init_make_terminal(struct birth *birth, struct err *err);
int init_send_pidfd(struct birth *birth, struct err *err);
int init_set_scheduling(struct birth *birth, struct err *err);
int init_take_networks(struct birth *birth, struct err *err);
int init_let_go(struct birth *birth, struct err *err);
int init_load_filter(struct birth *birth, struct err *err);
int init_drop_loan(struct birth *birth, struct err *err);
int init_await_start(struct birth *birth, struct err *err);
int init_run_start_hooks(struct birth *birth, struct err *err);
int init_exec(struct birth *birth, struct err *err);

/* Init ends when the host does, until it is let go; a change of credentials takes that away (prctl(2)). */
int init_die_with_host(struct err *err);

#endif
