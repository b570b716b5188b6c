/* SPDX-License-Identifier: Apache-2.0 */
/* lsm.h - what AppArmor and SELinux are told about the container's program: the profile or label that it gets by the
 * next execve(2), and the label of the keyring that is made for it. Each is a write to /proc/self/attr. The files are
 * opened while the host's procfs is in reach: in the container somebody may have mounted what he likes at /proc. */
#ifndef TARE_SEC_LSM_H
#define TARE_SEC_LSM_H

#include <stdbool.h>

#include "base/err.h"

enum lsm_word { LSM_KEY_LABEL, LSM_PROFILE, LSM_LABEL, LSM_WORDS };

/* What is to be said, and the files that are still open for it. */
struct lsm {
        const char *text[LSM_WORDS]; /* NULL: nothing */
        int fds[LSM_WORDS];
        bool has_no_new_privs; /* the program will */
        bool is_stacked;       /* so the profile is added to the one that we have already; set by lsm_open */
};

/* Whether this host can do it at all; sysfs: "/sys". `apparmor is not enabled on this host`, and runc's words `selinux
 * label is specified in config, but selinux is disabled or not supported`. */
int apparmor_check(const char *sysfs, struct err *err);
int selinux_check(const char *sysfs, struct err *err);

/* Opens what the texts want below self/attr of proc_fd, a directory descriptor of a real /proc (checked by fstatfs). To
 * be called by the process that is to write: the kernel takes it from nobody else. */
int lsm_open(struct lsm *lsm, int proc_fd, struct err *err);
/* The same below a directory that stands for self/attr. */
int lsm_open_files(struct lsm *lsm, int attr_fd, struct err *err);
/* Says the one, and closes its file; nothing when there is nothing to say. `process.apparmorProfile: write "exec p" to
 * attr/apparmor/exec: no such file or directory`: no such profile is loaded. */
int lsm_tell(struct lsm *lsm, enum lsm_word word, struct err *err);
void lsm_finish(struct lsm *lsm);

#endif
