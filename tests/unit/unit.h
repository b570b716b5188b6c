/* SPDX-License-Identifier: Apache-2.0 */
/* unit.h - cmocka and the headers it wants before it, for every unit test. Include it first. */
#ifndef TARE_TESTS_UNIT_H
#define TARE_TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* cmocka's macro of this name would swallow base/err.h's function; fail_msg() does the same for tests. */
#undef fail

#endif
