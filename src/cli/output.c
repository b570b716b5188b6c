/* SPDX-License-Identifier: Apache-2.0 */
/* output.c - write to stdout; see output.h. */

#include <unistd.h>

#include "cli/output.h"

#include "base/file.h"

int output_write(const struct buf *buf, struct err *err)
{
        if (buf_ok(buf, err) < 0)
                return -1;
        if (write_all(STDOUT_FILENO, buf_text(buf), buf->len) < 0)
                return fail_sys(err, "write to stdout");
        return 0;
}
