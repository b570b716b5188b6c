/* SPDX-License-Identifier: Apache-2.0 */
/* audit_seccomp.c - findings about the system call filter: whether there is one, and what it leaves open. Judged by the
 * words of the profile; what a filter makes of them is docs/SECCOMP.md. */

#include <string.h>

#include "oci/audit_find.h"

/* LOG lets the call through too. What traces and notifies is for somebody else to decide. */
static bool is_permissive(const char *action)
{
        return strcmp(action, "SCMP_ACT_ALLOW") == 0 || strcmp(action, "SCMP_ACT_LOG") == 0;
}

void find_no_seccomp(const struct spec *spec, const char *const *words, struct audit_places *places)
{
        (void)words;
        if (!spec->linux_.seccomp.set)
                audit_add(places, "linux.seccomp", NULL, NULL);
}

/* A filter is loaded, and no profile says which: only of a running container. */
void find_unknown_filter(const struct spec *spec, const char *const *words, struct audit_places *places)
{
        (void)words;
        if (spec->linux_.seccomp.set && !spec->linux_.seccomp.default_action)
                audit_add(places, "linux.seccomp", NULL, NULL);
}

void find_allow_by_default(const struct spec *spec, const char *const *words, struct audit_places *places)
{
        (void)words;
        const char *action = spec->linux_.seccomp.default_action;
        if (action && is_permissive(action))
                audit_add(places, "linux.seccomp.defaultAction", action, NULL);
}

static bool names(const struct spec_seccomp_rule *rule, const char *call)
{
        for (size_t i = 0; i < rule->names.n; i++)
                if (strcmp(rule->names.items[i], call) == 0)
                        return true;
        return false;
}

/* What can let the call through: the first rule without conditions decides alone; else any rule may, and where none
 * holds the default action. NULL: nothing. *ret_detail: when it is open. */
static const char *opened_by(const struct spec_seccomp *seccomp, const char *call, size_t *ret_rule,
                             const char **ret_detail)
{
        bool is_conditional = false;
        for (size_t i = 0; i < seccomp->n_rules; i++) {
                const struct spec_seccomp_rule *rule = &seccomp->rules[i];
                if (rule->n_args > 0 || !names(rule, call))
                        continue;
                *ret_rule = i;
                return is_permissive(rule->action) ? "linux.seccomp.syscalls" : NULL;
        }
        for (size_t i = 0; i < seccomp->n_rules && !is_conditional; i++) {
                is_conditional = names(&seccomp->rules[i], call) && is_permissive(seccomp->rules[i].action);
                *ret_rule = i;
        }
        if (is_permissive(seccomp->default_action))
                return "linux.seccomp.defaultAction";
        *ret_detail = "for some arguments";
        return is_conditional ? "linux.seccomp.syscalls" : NULL;
}

void find_open_calls(const struct spec *spec, const char *const *words, struct audit_places *places)
{
        const struct spec_seccomp *seccomp = &spec->linux_.seccomp;
        /* Without a filter all are, which one finding says well enough. */
        for (; seccomp->set && seccomp->default_action && *words; words++) {
                const char *detail = NULL;
                size_t rule = seccomp->n_rules;
                const char *path = opened_by(seccomp, *words, &rule, &detail);
                if (path && strcmp(path, "linux.seccomp.syscalls") == 0)
                        audit_add_item(places, path, rule, *words, detail);
                else if (path)
                        audit_add(places, path, *words, detail);
        }
}
