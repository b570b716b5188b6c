/* SPDX-License-Identifier: Apache-2.0 */
/* lsm.c - plan the security modules, and the steps that tell them; see lsm.h. */

#include <fcntl.h>

#include "birth/lsm.h"

#include "birth/steps.h"
#include "rootfs/dest.h"

#define SYSFS         "/sys"
#define LANDLOCK_PATH CONFIG_FILE ": annotations." LANDLOCK_ANNOTATION

/* AppArmor and SELinux --------------------------------------------------------------------------------------------- */

static int check_host(const struct spec *spec, const char *name, struct err *err)
{
        const struct {
                const char *given;
                const char *setting;
                int (*check)(const char *sysfs, struct err *err);
        } rows[] = {
                {spec->process.apparmor_profile, "process.apparmorProfile", apparmor_check},
                { spec->process.selinux_label,   "process.selinuxLabel",    selinux_check },
                { spec->linux_.mount_label,      "linux.mountLabel",        selinux_check },
        };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++)
                if (rows[i].given && rows[i].check(SYSFS, err) < 0)
                        return fail_at(err, "%s: %s", name, rows[i].setting);
        return 0;
}

static int plan_words(struct birth *birth, struct err *err)
{
        const struct spec_process *process = &birth->spec.process;
        birth->lsm.text[LSM_KEY_LABEL] = birth->options->no_new_keyring ? NULL : process->selinux_label;
        birth->lsm.text[LSM_PROFILE] = process->apparmor_profile;
        birth->lsm.text[LSM_LABEL] = process->selinux_label;
        birth->lsm.has_no_new_privs = process->no_new_privileges;
        if (!process->selinux_label && !process->apparmor_profile)
                return 0;

        return birth_open_proc(birth, err);
}

int init_open_lsm(struct birth *birth, struct err *err)
{
        int done = lsm_open(&birth->lsm, birth->proc_fd, err);
        finish_fd(&birth->proc_fd);
        return done;
}

int init_tell_profile(struct birth *birth, struct err *err)
{
        return lsm_tell(&birth->lsm, LSM_PROFILE, err);
}

/* execve(2) forgets the label of keyrings, so nobody need take that one back. */
int init_tell_label(struct birth *birth, struct err *err)
{
        return lsm_tell(&birth->lsm, LSM_LABEL, err);
}

/* Landlock --------------------------------------------------------------------------------------------------------- */

static int plan_landlock(struct birth *birth, struct err *err)
{
        uint32_t abi = 0;
        auto_buf struct buf left_out = { 0 };
        if (spec_landlock_read(&birth->spec, CONFIG_FILE, &birth->arena, &birth->landlock_spec, err) < 0)
                return -1;
        if (!birth->landlock_spec.set)
                return 0;
        if (landlock_abi(&abi, err) < 0)
                return fail_at(err, LANDLOCK_PATH);
        if (landlock_plan_build(&birth->landlock_spec, abi, &birth->arena, &birth->landlock, &left_out, err) < 0)
                return fail_at(err, LANDLOCK_PATH);
        if (left_out.len > 0)
                log_say(birth->runtime->log, LOG_WARNING,
                        LANDLOCK_PATH ": this kernel has Landlock ABI %u and cannot forbid: %s", abi, left_out.data);
        return 0;
}

/* In the container, before its user is taken, who need not be able to reach all that there is a rule for. */
static int open_and_allow(const struct birth *birth, size_t i, int ruleset_fd, struct err *err)
{
        const char *path = birth->landlock.spec->paths[i].path;
        auto_fd int fd = dest_open(AT_FDCWD, path, O_PATH);
        if (fd < 0)
                return fail_sys(err, "paths[%zu].path: open %s", i, path);
        return landlock_allow_path(&birth->landlock, i, fd, ruleset_fd, err);
}

int init_make_landlock(struct birth *birth, struct err *err)
{
        auto_fd int fd = landlock_make_ruleset(&birth->landlock, err);
        if (fd < 0)
                return fail_at(err, LANDLOCK_PATH);
        for (size_t i = 0; i < birth->landlock.spec->n_paths; i++)
                if (open_and_allow(birth, i, fd, err) < 0)
                        return fail_at(err, LANDLOCK_PATH);

        birth->landlock_fd = take_fd(&fd);
        return 0;
}

int init_confine(struct birth *birth, struct err *err)
{
        return landlock_confine(birth->landlock_fd, err);
}

/* ------------------------------------------------------------------------------------------------------------------ */

int lsm_plan(struct birth *birth, const char *name, struct err *err)
{
        if (check_host(&birth->spec, name, err) < 0 || plan_words(birth, err) < 0)
                return -1;
        return plan_landlock(birth, err);
}
