/* SPDX-License-Identifier: Apache-2.0 */
/* join.c - exec: the shorter story, of a process that joins a container which is there already. Its steps are those of
 * a birth, in host_steps.c and init_steps.c. */

#include "birth/steps.h"

#include "birth/clone.h"

static bool wants_keyring(const struct birth *);
static bool wants_pid_file(const struct birth *);

/* clang-format off */
static const struct story_condition if_keyring = { wants_keyring, "the container has a session keyring" };
static const struct story_condition if_pid_file = { wants_pid_file, "a pid file is wanted" };

static const struct story_row rows[] = {
        /* what happens                              in the host               in init                   then      undone by      only if */
        { "clone a process into the container",      host_clone_init,          NULL,                     GO_ON,    clone_undo,    NULL         },
        { "begin in the container",                  NULL,                     init_begin,               GO_ON,    NULL,          NULL         },
        { "join the session keyring",                NULL,                     init_join_keyring,        GO_ON,    NULL,          &if_keyring  },
        { "set the limits",                          host_set_limits,          NULL,                     CUE_INIT, NULL,          NULL         },
        { "become the user",                         NULL,                     init_become_user,         GO_ON,    NULL,          NULL         },
        { "find the program",                        NULL,                     init_find_program,        GO_ON,    NULL,          NULL         },
        { "let go of the runtime",                   NULL,                     init_let_go,              GO_ON,    NULL,          NULL         },
        { "become the program",                      NULL,                     init_exec,                BY_EXEC,  NULL,          NULL         },
        /* Not before the program is certain: engines take a pid file for success. */
        { "write the pid file",                      host_write_pid_file,      NULL,                     GO_ON,    undo_pid_file, &if_pid_file },
};
/* clang-format on */

const struct story join_story = { rows, ARRAY_LEN(rows) };

static bool wants_keyring(const struct birth *birth)
{
        return !birth->options->no_new_keyring;
}

static bool wants_pid_file(const struct birth *birth)
{
        return birth->options->pid_file != NULL;
}
