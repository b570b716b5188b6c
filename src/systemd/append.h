/* SPDX-License-Identifier: Apache-2.0 */
/* append.h - put a property of a unit into a message of D-Bus. */
#ifndef TARE_SYSTEMD_APPEND_H
#define TARE_SYSTEMD_APPEND_H

#include <systemd/sd-bus.h>

#include "base/err.h"

/* "NAME=VALUE", as the struct (sv) that systemd takes a list of; the value in the text format of GVariant
 * (oci/variant.h). A failure leaves the message half made, for the bin. */
int append_property(sd_bus_message *message, const char *property, struct err *err);

#endif
