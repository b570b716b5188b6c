/* SPDX-License-Identifier: Apache-2.0 */
/* match.c - find containers by an expression; see match.h. */

#include <regex.h>
#include <stdbool.h>

#include "cli/match.h"

#include "state/state.h"

struct match {
        const struct runtime *runtime;
        regex_t regex;
        int (*verb)(void *ctx, const char *id, struct err *err);
        void *ctx;
        bool has_failed;
        struct err first;
};

static int try_one(void *ctx, const char *id, struct err *err)
{
        struct match *match = ctx;
        if (regexec(&match->regex, id, 0, NULL, 0) != 0 || match->verb(match->ctx, id, err) == 0)
                return 0;

        (void)fail_at(err, "%s", id);
        if (match->has_failed) {
                log_say(match->runtime->log, LOG_WARNING, "%s", err->text);
                return 0;
        }
        match->has_failed = true;
        match->first = *err;
        return 0;
}

int match_each(const struct runtime *runtime, const char *expression,
               int (*verb)(void *ctx, const char *id, struct err *err), void *ctx, struct err *err)
{
        struct match match = { .runtime = runtime, .verb = verb, .ctx = ctx };
        int code = regcomp(&match.regex, expression, REG_EXTENDED | REG_NOSUB);
        if (code != 0) {
                char why[128];
                (void)regerror(code, &match.regex, why, sizeof why);
                return fail(err, "invalid regular expression \"%s\": %s", expression, why);
        }

        int done = state_each(runtime->root, try_one, &match, err);
        regfree(&match.regex);
        if (done < 0 || !match.has_failed)
                return done;
        *err = match.first;
        return -1;
}
