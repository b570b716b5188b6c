/* SPDX-License-Identifier: Apache-2.0 */
/* birth.c - create: the numbered story of a container's birth. The steps are in host_steps.c and init_steps.c, in the
 * order of the table. */

#include "birth/steps.h"

#include "birth/clone.h"

static bool has_oom_score(const struct birth *);
static bool wants_keyring(const struct birth *);
static bool has_new_network(const struct birth *);
static bool has_runtime_hooks(const struct birth *);
static bool has_container_hooks(const struct birth *);
static bool stops_before_start(const struct birth *);
static bool wants_pid_file(const struct birth *);
static bool is_create(const struct birth *);
static bool has_start_hooks(const struct birth *);
static bool has_poststart_hooks(const struct birth *);

/* clang-format off */
static const struct story_condition if_oom_score = { has_oom_score, "process.oomScoreAdj is given" };
static const struct story_condition if_keyring = { wants_keyring, "not with --no-new-keyring" };
static const struct story_condition if_new_network = { has_new_network, "the network namespace is new" };
static const struct story_condition if_runtime_hooks = { has_runtime_hooks, "there are prestart or createRuntime hooks" };
static const struct story_condition if_container_hooks = { has_container_hooks, "there are createContainer hooks" };
static const struct story_condition if_stops_before_start = { stops_before_start, "`create`, or a pid file is wanted" };
static const struct story_condition if_pid_file = { wants_pid_file, "a pid file is wanted" };
static const struct story_condition if_create = { is_create, "`create`" };
static const struct story_condition if_start_hooks = { has_start_hooks, "there are startContainer hooks" };
static const struct story_condition if_poststart_hooks = { has_poststart_hooks, "there are poststart hooks" };
/* clang-format on */

/* clang-format off */
static const struct story_row rows[] = {
        /* what happens                              in the host               in init                   then      undone by      only if */
        { "make the state directory",                host_make_state,          NULL,                     GO_ON,    undo_state,    NULL                   },
        { "make the cgroup",                         host_make_cgroup,         NULL,                     GO_ON,    undo_cgroup,   NULL                   },
        { "clone init into its namespaces",          host_clone_init,          NULL,                     GO_ON,    clone_undo,    NULL                   },
        { "begin as init",                           NULL,                     init_begin,               GO_ON,    NULL,          NULL                   },
        { "set the OOM score",                       NULL,                     init_set_oom_score,       GO_ON,    NULL,          &if_oom_score          },
        { "enter the cgroup",                        NULL,                     init_enter_cgroup,        GO_ON,    NULL,          NULL                   },
        { "join a session keyring",                  NULL,                     init_join_keyring,        GO_ON,    NULL,          &if_keyring            },
        { "raise the loopback",                      NULL,                     init_raise_loopback,      GO_ON,    NULL,          &if_new_network        },
        { "build the root and its mounts",           NULL,                     init_build_root,          GO_ON,    NULL,          NULL                   },
        { "hold for the runtime's hooks",            NULL,                     NULL,                     CUE_HOST, NULL,          &if_runtime_hooks      },
        { "run prestart and createRuntime hooks",    host_run_runtime_hooks,   NULL,                     CUE_INIT, NULL,          &if_runtime_hooks      },
        { "run createContainer hooks",               NULL,                     init_run_container_hooks, GO_ON,    NULL,          &if_container_hooks    },
        { "set the names and sysctls",               NULL,                     init_set_names,           GO_ON,    NULL,          NULL                   },
        { "seal the root and enter it",              NULL,                     init_seal_and_enter,      CUE_HOST, NULL,          NULL                   },
        { "set the limits and record the container", host_record,              NULL,                     CUE_INIT, NULL,          NULL                   },
        { "become the user",                         NULL,                     init_become_user,         GO_ON,    NULL,          NULL                   },
        { "find the program",                        NULL,                     init_find_program,        GO_ON,    NULL,          NULL                   },
        { "let go of the runtime",                   NULL,                     init_let_go,              GO_ON,    NULL,          NULL                   },
        { "stand ready to start",                    NULL,                     NULL,                     CUE_HOST, NULL,          &if_stops_before_start },
        { "write the pid file",                      host_write_pid_file,      NULL,                     GO_ON,    undo_pid_file, &if_pid_file           },
        { "say that all is made",                    NULL,                     NULL,                     CUE_INIT, NULL,          &if_stops_before_start },
        /* Here `create` returns; what follows on the host's side is for `run`. */
        { "wait at the fifo for start",              NULL,                     init_await_start,         GO_ON,    NULL,          &if_create             },
        { "run startContainer hooks",                NULL,                     init_run_start_hooks,     GO_ON,    NULL,          &if_start_hooks        },
        { "become the program",                      NULL,                     init_exec,                BY_EXEC,  NULL,          NULL                   },
        { "run poststart hooks",                     host_run_poststart_hooks, NULL,                     GO_ON,    NULL,          &if_poststart_hooks    },
};
/* clang-format on */

const struct story birth_story = { rows, ARRAY_LEN(rows) };

/* what the rows depend on ------------------------------------------------------------------------------------------ */

static bool has_oom_score(const struct birth *birth)
{
        return birth->spec.process.oom_score_adj.set;
}

static bool wants_keyring(const struct birth *birth)
{
        return !birth->options->no_new_keyring;
}

static bool has_new_network(const struct birth *birth)
{
        const struct spec_namespace *network = &birth->spec.linux_.namespaces[NS_NETWORK];
        return network->set && !network->path;
}

static bool has_runtime_hooks(const struct birth *birth)
{
        return birth->spec.hooks[HOOK_PRESTART].n + birth->spec.hooks[HOOK_CREATE_RUNTIME].n > 0;
}

static bool has_container_hooks(const struct birth *birth)
{
        return birth->spec.hooks[HOOK_CREATE_CONTAINER].n > 0;
}

static bool has_start_hooks(const struct birth *birth)
{
        return birth->spec.hooks[HOOK_START_CONTAINER].n > 0;
}

static bool has_poststart_hooks(const struct birth *birth)
{
        return birth->spec.hooks[HOOK_POSTSTART].n > 0;
}

static bool wants_pid_file(const struct birth *birth)
{
        return birth->options->pid_file != NULL;
}

static bool is_create(const struct birth *birth)
{
        return birth->kind == BIRTH_CREATE;
}

/* `run` goes through without a stop, unless a pid file must be there before the program is. */
static bool stops_before_start(const struct birth *birth)
{
        return is_create(birth) || wants_pid_file(birth);
}

size_t birth_create_ends(void)
{
        return story_find(&birth_story, init_await_start);
}
