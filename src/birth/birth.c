/* SPDX-License-Identifier: Apache-2.0 */
/* birth.c - create and run: the numbered story of a container's birth. Its steps are in host_steps.c and init_steps.c,
 * and with a subject of their own in terminal.c, networks.c, limits.c, scheduling.c; what rows depend on is in
 * conditions.c. */

#include "birth/conditions.h"
#include "birth/steps.h"

/* clang-format off */
static const struct story_row rows[] = {
        /* what happens                              in the host               in init                   then      undone by      only if */
        { "make the state directory",                host_make_state,          NULL,                     GO_ON,    undo_state,    NULL                   },
        { "let systemd make a scope",                host_start_scope,         NULL,                     GO_ON,    undo_scope,    &if_systemd            },
        { "make the cgroup",                         host_make_cgroup,         NULL,                     GO_ON,    undo_cgroup,   NULL                   },
        { "clone init into its namespaces",          host_clone_init,          NULL,                     GO_ON,    undo_init,     NULL                   },
        { "begin as init",                           NULL,                     init_begin,               GO_ON,    NULL,          NULL                   },
        { "set the OOM score",                       host_set_oom_score,       NULL,                     GO_ON,    NULL,          &if_oom_score          },
        { "enter the cgroup",                        NULL,                     init_enter_cgroup,        GO_ON,    NULL,          NULL                   },
        { "make the time namespace",                 NULL,                     init_make_time,           GO_ON,    NULL,          &if_clocks             },
        { "map the ids",                             host_map_ids,             NULL,                     CUE_INIT, NULL,          &if_maps               },
        { "become root of the user namespace",       NULL,                     init_become_root,         GO_ON,    NULL,          &if_user_namespace     },
        { "give the cgroup to that root",            host_give_cgroup,         NULL,                     GO_ON,    NULL,          &if_cgroup_is_given    },
        { "open what the security modules read",     NULL,                     init_open_lsm,            GO_ON,    NULL,          &if_lsm                },
        { "join a session keyring",                  NULL,                     init_join_keyring,        GO_ON,    NULL,          &if_keyring            },
        { "make the networks of the annotations",    host_make_networks,       NULL,                     CUE_INIT, undo_networks, &if_networks           },
        { "take the networks and add the routes",    NULL,                     init_take_networks,       GO_ON,    NULL,          &if_networks           },
        { "move the network devices in",             host_move_devices,        NULL,                     GO_ON,    undo_devices,  &if_net_devices        },
        { "raise the loopback",                      NULL,                     init_raise_loopback,      GO_ON,    NULL,          &if_new_network        },
        /* The device rules of v1 begin with a moment in which nothing is allowed, not even what init makes nodes of. */
        { "apply the resource limits",               host_apply_limits,        NULL,                     CUE_INIT, NULL,          NULL                   },
        { "build the root and its mounts",           NULL,                     init_build_root,          GO_ON,    NULL,          NULL                   },
        { "hold for the runtime's hooks",            NULL,                     NULL,                     CUE_HOST, NULL,          &if_runtime_hooks      },
        { "run prestart and createRuntime hooks",    host_run_runtime_hooks,   NULL,                     CUE_INIT, NULL,          &if_runtime_hooks      },
        { "run createContainer hooks",               NULL,                     init_run_container_hooks, GO_ON,    NULL,          &if_container_hooks    },
        { "set the names",                           NULL,                     init_set_names,           GO_ON,    NULL,          NULL                   },
        { "tell AppArmor the profile",               NULL,                     init_tell_profile,        GO_ON,    NULL,          &if_profile            },
        { "set the sysctls",                         NULL,                     init_set_sysctls,         GO_ON,    NULL,          NULL                   },
        { "seal the root and enter it",              NULL,                     init_seal_and_enter,      GO_ON,    NULL,          NULL                   },
        { "make the terminal",                       NULL,                     init_make_terminal,       GO_ON,    NULL,          &if_terminal           },
        { "send a pidfd",                            NULL,                     init_send_pidfd,          GO_ON,    NULL,          &if_pidfd_socket       },
        { "set scheduling and memory policy",        NULL,                     init_set_scheduling,      GO_ON,    NULL,          &if_scheduling         },
        { "be ready",                                NULL,                     NULL,                     CUE_HOST, NULL,          NULL                   },
        { "leave the scope to init",                 host_leave_scope,         NULL,                     GO_ON,    NULL,          &if_systemd            },
        { "take the terminal",                       host_take_terminal,       NULL,                     GO_ON,    NULL,          &if_own_terminal       },
        { "set the limits and record the container", host_record,              NULL,                     CUE_INIT, NULL,          NULL                   },
        { "tell SELinux the label",                  NULL,                     init_tell_label,          GO_ON,    NULL,          &if_label              },
        { "make the Landlock ruleset",               NULL,                     init_make_landlock,       GO_ON,    NULL,          &if_landlock           },
        /* Without no_new_privs Landlock begins in here: it then takes a capability that the user may not keep. */
        { "become the user",                         NULL,                     init_become_user,         GO_ON,    NULL,          NULL                   },
        { "find the program",                        NULL,                     init_find_program,        GO_ON,    NULL,          NULL                   },
        { "confine by Landlock",                     NULL,                     init_confine,             GO_ON,    NULL,          &if_late_landlock      },
        { "let go of the runtime",                   NULL,                     init_let_go,              GO_ON,    NULL,          NULL                   },
        { "stand ready to start",                    NULL,                     NULL,                     CUE_HOST, NULL,          &if_stops_before_start },
        { "write the pid file",                      host_write_pid_file,      NULL,                     GO_ON,    undo_pid_file, &if_pid_file           },
        { "say that all is made",                    NULL,                     NULL,                     CUE_INIT, NULL,          &if_stops_before_start },
        { "load the seccomp filter",                 NULL,                     init_load_filter,         GO_ON,    NULL,          &if_filter             },
        { "hold for the seccomp agent",              NULL,                     NULL,                     CUE_HOST, NULL,          &if_agent              },
        { "hand the notifications to the agent",     host_hand_to_agent,       NULL,                     CUE_INIT, NULL,          &if_agent              },
        { "drop the capability for the filter",      NULL,                     init_drop_loan,           GO_ON,    NULL,          &if_loan               },
        { "be filtered",                             NULL,                     NULL,                     CUE_HOST, NULL,          &if_created_filtered   },
        /* Here `create` returns; what follows on the host's side is for `run`. */
        { "wait at the fifo for start",              NULL,                     init_await_start,         GO_ON,    NULL,          &if_create             },
        { "run startContainer hooks",                NULL,                     init_run_start_hooks,     GO_ON,    NULL,          &if_start_hooks        },
        { "become the program",                      NULL,                     init_exec,                BY_EXEC,  NULL,          NULL                   },
        { "run poststart hooks",                     host_run_poststart_hooks, NULL,                     GO_ON,    NULL,          &if_poststart_hooks    },
};
/* clang-format on */

const struct story birth_story = { rows, ARRAY_LEN(rows) };

size_t birth_create_ends(void)
{
        return story_find(&birth_story, init_await_start);
}
