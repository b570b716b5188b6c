/* SPDX-License-Identifier: Apache-2.0 */
/* fields.h - the field tables of config.json: one for each section that has a file of its own, or a reader of its own
 * (`exec --process`, `update --resources`). Each ends with a row whose key is NULL. */
#ifndef TARE_OCI_FIELDS_H
#define TARE_OCI_FIELDS_H

#include "oci/reader.h"

extern const struct field spec_fields[];      /* of struct spec */
extern const struct field process_fields[];   /* of struct spec_process */
extern const struct field mount_fields[];     /* of struct spec_mount */
extern const struct field id_map_fields[];    /* of struct spec_id_map */
extern const struct field hooks_fields[];     /* of struct spec: one list a kind */
extern const struct field linux_fields[];     /* of struct spec_linux */
extern const struct field resources_fields[]; /* of struct spec_resources */
extern const struct field seccomp_fields[];   /* of struct spec_seccomp */

#endif
