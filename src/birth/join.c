/* SPDX-License-Identifier: Apache-2.0 */
/* join.c - exec: the shorter story, of a process that joins a container which is there already. Its steps and
 * conditions are those of a birth. */

#include "birth/conditions.h"
#include "birth/steps.h"

/* clang-format off */
static const struct story_row rows[] = {
        /* what happens                              in the host               in init                   then      undone by      only if */
        { "clone a process into the container",      host_clone_init,          NULL,                     GO_ON,    undo_init,     NULL                 },
        { "enter the cgroup namespace",              NULL,                     init_join_cgroups,        GO_ON,    NULL,          &if_cgroup_namespace },
        { "begin in the container",                  NULL,                     init_begin,               GO_ON,    NULL,          NULL                 },
        { "become root of the user namespace",       NULL,                     init_become_root,         GO_ON,    NULL,          &if_user_namespace   },
        { "open what the security modules read",     NULL,                     init_open_lsm,            GO_ON,    NULL,          &if_lsm              },
        { "join the session keyring",                NULL,                     init_join_keyring,        GO_ON,    NULL,          &if_keyring          },
        { "enter the group of resctrl",              host_join_rdt,            NULL,                     GO_ON,    NULL,          &if_rdt              },
        { "make the terminal",                       NULL,                     init_make_terminal,       GO_ON,    NULL,          &if_terminal         },
        { "send a pidfd",                            NULL,                     init_send_pidfd,          GO_ON,    NULL,          &if_pidfd_socket     },
        { "set scheduling and memory policy",        NULL,                     init_set_scheduling,      GO_ON,    NULL,          &if_scheduling       },
        { "be ready",                                NULL,                     NULL,                     CUE_HOST, NULL,          &if_own_terminal     },
        { "take the terminal",                       host_take_terminal,       NULL,                     GO_ON,    NULL,          &if_own_terminal     },
        { "set the limits",                          host_set_limits,          NULL,                     CUE_INIT, NULL,          NULL                 },
        { "tell SELinux the label",                  NULL,                     init_tell_label,          GO_ON,    NULL,          &if_label            },
        { "make the Landlock ruleset",               NULL,                     init_make_landlock,       GO_ON,    NULL,          &if_landlock         },
        { "become the user",                         NULL,                     init_become_user,         GO_ON,    NULL,          NULL                 },
        { "tell AppArmor the profile",               NULL,                     init_tell_profile,        GO_ON,    NULL,          &if_profile          },
        { "find the program",                        NULL,                     init_find_program,        GO_ON,    NULL,          NULL                 },
        { "confine by Landlock",                     NULL,                     init_confine,             GO_ON,    NULL,          &if_late_landlock    },
        { "let go of the runtime",                   NULL,                     init_let_go,              GO_ON,    NULL,          NULL                 },
        { "load the seccomp filter",                 NULL,                     init_load_filter,         GO_ON,    NULL,          &if_filter           },
        { "hold for the seccomp agent",              NULL,                     NULL,                     CUE_HOST, NULL,          &if_agent            },
        { "hand the notifications to the agent",     host_hand_to_agent,       NULL,                     CUE_INIT, NULL,          &if_agent            },
        { "drop the capability for the filter",      NULL,                     init_drop_loan,           GO_ON,    NULL,          &if_loan             },
        { "become the program",                      NULL,                     init_exec,                BY_EXEC,  NULL,          NULL                 },
        /* Not before the program is certain: engines take a pid file for success. */
        { "write the pid file",                      host_write_pid_file,      NULL,                     GO_ON,    undo_pid_file, &if_pid_file         },
};
/* clang-format on */

const struct story join_story = { rows, ARRAY_LEN(rows) };
