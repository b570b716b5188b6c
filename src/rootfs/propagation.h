/* SPDX-License-Identifier: Apache-2.0 */
/* propagation.h - linux.rootfsPropagation: its values, and what each asks for at which moment. Pure. */
#ifndef TARE_ROOTFS_PROPAGATION_H
#define TARE_ROOTFS_PROPAGATION_H

/* Each column is a set of MS_* for mount(2), 0 for no call, in the order of their moments. */
struct root_propagation {
        const char *name;     /* NULL: config.json says nothing */
        unsigned long first;  /* of all, or of the namespace's own root alone: before anything is mounted */
        unsigned long around; /* of the mount that the root lies in: pivot_root(2) refuses a shared one */
        unsigned long root;   /* of the root, bound to itself */
        unsigned long last;   /* of the root, when it is entered */
};

/* name NULL gives the default. NULL: no such value. */
const struct root_propagation *root_propagation_find(const char *name);

#endif
