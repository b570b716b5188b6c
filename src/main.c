/* SPDX-License-Identifier: Apache-2.0 */
/* main.c - the one place that tells the error and ends the process. */

#include "cli/cli.h"

int main(int argc, char **argv)
{
        struct log_sink sink = { .fd = -1 };
        struct err err;
        int status = 0;
        /* Old kernels start programs without even a name. */
        if (cli_run(argc > 0 ? argv + 1 : argv, &sink, &status, &err) < 0)
                log_sink_error(&sink, &err);
        log_sink_finish(&sink);
        return status;
}
