/* SPDX-License-Identifier: Apache-2.0 */
/* lsm.h - the security modules: AppArmor and SELinux, told by what name the program runs, and Landlock, which confines
 * it by rules of the bundle's own. Planned here for birth and exec; applied by init_*_lsm, init_tell_*,
 * init_make_landlock and init_confine (steps.h). */
#ifndef TARE_BIRTH_LSM_H
#define TARE_BIRTH_LSM_H

#include "birth/birth.h"

/* Refuses what this host's kernel cannot do. name: of the document that errors about the process speak of. Opens the
 * host's procfs where init will need it. */
int lsm_plan(struct birth *birth, const char *name, struct err *err);

#endif
