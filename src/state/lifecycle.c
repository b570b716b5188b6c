/* SPDX-License-Identifier: Apache-2.0 */
/* lifecycle.c - which verb is allowed on a container in which status. The words of the refusals are runc's: callers
 * match them. */

#include "state/lifecycle.h"

const char *const status_names[STATUSES] = {
        [CREATING] = "creating", [CREATED] = "created", [RUNNING] = "running",
        [PAUSED] = "paused",     [STOPPED] = "stopped",
};

/* After "cannot". */
static const char *const verb_names[VERBS] = {
        [VERB_START] = "start", [VERB_KILL] = "kill",     [VERB_DELETE] = "delete", [VERB_EXEC] = "exec in",
        [VERB_PAUSE] = "pause", [VERB_RESUME] = "resume", [VERB_UPDATE] = "update",
};

/* 0 is a refusal, so a cell that somebody forgets refuses too. */
enum verdict {
        WRONG_STATUS,
        ALLOWED,
        ALREADY_RUNNING,
        HAS_STOPPED,
        NOT_STOPPED,
        NOT_RUNNING,
        NOT_PAUSED,
        EXEC_STOPPED,
        EXEC_PAUSED,
};

/* clang-format off */
/* delete kills a container that was only created; pause stops one before its program began. */
static const enum verdict verdicts[VERBS][STATUSES] = {
        /*                creating       created       running          paused        stopped      */
        [VERB_START]  = { WRONG_STATUS,  ALLOWED,      ALREADY_RUNNING, WRONG_STATUS, HAS_STOPPED  },
        [VERB_KILL]   = { WRONG_STATUS,  ALLOWED,      ALLOWED,         ALLOWED,      NOT_RUNNING  },
        [VERB_DELETE] = { NOT_STOPPED,   ALLOWED,      NOT_STOPPED,     NOT_STOPPED,  ALLOWED      },
        [VERB_EXEC]   = { WRONG_STATUS,  ALLOWED,      ALLOWED,         EXEC_PAUSED,  EXEC_STOPPED },
        [VERB_PAUSE]  = { NOT_RUNNING,   ALLOWED,      ALLOWED,         NOT_RUNNING,  NOT_RUNNING  },
        [VERB_RESUME] = { NOT_PAUSED,    NOT_PAUSED,   NOT_PAUSED,      ALLOWED,      NOT_PAUSED   },
        [VERB_UPDATE] = { WRONG_STATUS,  ALLOWED,      ALLOWED,         ALLOWED,      NOT_RUNNING  },
};
/* clang-format on */

int lifecycle_allow(enum verb verb, enum status status, const char *id, struct err *err)
{
        switch (verdicts[verb][status]) {
        case ALLOWED:
                return 0;
        case WRONG_STATUS:
                return fail(err, "cannot %s a container in the %s state", verb_names[verb], status_names[status]);
        case ALREADY_RUNNING:
                return fail(err, "cannot start an already running container");
        case HAS_STOPPED:
                return fail(err, "cannot start a container that has stopped");
        case NOT_STOPPED:
                return fail(err, "cannot delete container %s that is not stopped: %s", id, status_names[status]);
        case NOT_RUNNING:
                return fail(err, "container not running");
        case NOT_PAUSED:
                return fail(err, "container not paused");
        case EXEC_STOPPED:
                return fail(err, "cannot exec in a stopped container");
        case EXEC_PAUSED:
                return fail(err, "cannot exec in a paused container (use --ignore-paused to override)");
        }
        return fail(err, "cannot %s a container in status %d", verb_names[verb], (int)status);
}
