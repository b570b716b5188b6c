/* SPDX-License-Identifier: Apache-2.0 */
/* main.c - the one place that tells the error and ends the process. */

#include "cli/cli.h"

int main(int argc, char **argv)
{
        (void)argc;
        struct log_sink sink = { .fd = -1 };
        struct err err;
        int status = 0;
        if (cli_run(argv, &sink, &status, &err) < 0)
                log_sink_error(&sink, &err);
        log_sink_finish(&sink);
        return status;
}
