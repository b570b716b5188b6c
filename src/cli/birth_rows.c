/* SPDX-License-Identifier: Apache-2.0 */
/* birth_rows.c - the options that `create` and `run` share; see birth_rows.h. */

#include <limits.h>

#include "cli/birth_rows.h"

#include "cli/command.h"

_Static_assert(sizeof(struct birth_options) <= COMMAND_OPTIONS_MAX, "the options of create and run have room");

const struct option_row birth_rows[] = {
        {.name = "bundle",
         .letter = 'b',
         .type = OPTION_TEXT,
         .offset = offsetof(struct birth_options, bundle),
         .value = "DIR",
         .help = "directory with config.json (default is the working directory)" },
        { .name = "config",
         .letter = 'f',
         .type = OPTION_TEXT,
         .offset = offsetof(struct birth_options, config),
         .value = "FILE",
         .help = "read this in place of the config.json of the bundle" },
        { .name = "console-socket",
         .type = OPTION_TEXT,
         .offset = offsetof(struct birth_options, console_socket),
         .value = "SOCKET",
         .help = "where to send the terminal of the container" },
        { .name = "pidfd-socket",
         .type = OPTION_TEXT,
         .offset = offsetof(struct birth_options, pidfd_socket),
         .value = "SOCKET",
         .help = "where to send a pidfd of the container" },
        { .name = "trace",
         .type = OPTION_TEXT,
         .offset = offsetof(struct birth_options, trace),
         .value = "FILE",
         .help = "write where the time went, as trace events; - shows it" },
        { .name = "pid-file",
         .type = OPTION_TEXT,
         .offset = offsetof(struct birth_options, pid_file),
         .value = "FILE",
         .help = "write the pid of the container here, in digits alone" },
        { .name = "no-pivot",
         .type = OPTION_FLAG,
         .offset = offsetof(struct birth_options, no_pivot),
         .help = "move the root into place instead of pivot_root, for hosts that run from a ramdisk" },
        { .name = "no-new-keyring",
         .type = OPTION_FLAG,
         .offset = offsetof(struct birth_options, no_new_keyring),
         .help = "keep the session keyring of the caller" },
        { .name = "no-subreaper",
         .type = OPTION_FLAG,
         .offset = offsetof(struct birth_options, no_subreaper),
         .help = "do not adopt the orphans of the container, as run in the foreground does" },
        { .name = "preserve-fds",
         .type = OPTION_U32,
         .offset = offsetof(struct birth_options, preserve_fds),
         .value = "N",
         .max = INT_MAX - 3, /* descriptors are ints, and these are counted from 3 */
          .help = "hand N descriptors to the program, from number 3 on" },
        { .name = NULL                                                      },
};

const struct birth_options birth_defaults = { .bundle = "." };
