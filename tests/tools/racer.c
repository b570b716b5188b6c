/* SPDX-License-Identifier: Apache-2.0 */
/* racer.c - swaps files, directories and links for one another while a runtime works on them, as an image can that
 * shares its root with a container that runs already. usage: racer COUNT PATH OTHER [PATH OTHER]...
 * The two of each pair take each other's name at one stroke: no name is ever free. Runs until SIGTERM, then leaves each
 * pair as it was, and in the file COUNT how many rounds there were. */

#include <err.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static volatile sig_atomic_t is_over;

static void end(int sig)
{
        (void)sig;
        is_over = 1;
}

static void swap_all(char *const *pairs)
{
        for (; *pairs; pairs += 2)
                if (renameat2(AT_FDCWD, pairs[0], AT_FDCWD, pairs[1], RENAME_EXCHANGE) < 0)
                        err(1, "swap %s and %s", pairs[0], pairs[1]);
}

/* Each state for a while that differs, or the runtime's steps and ours might go in step. */
static void dawdle(unsigned long round)
{
        for (volatile unsigned long i = round * 7919 % 4096; i > 0; i--)
                continue;
}

int main(int argc, char **argv)
{
        if (argc < 4 || argc % 2 != 0)
                errx(2, "usage: racer COUNT PATH OTHER [PATH OTHER]...");
        const struct sigaction action = { .sa_handler = end };
        if (sigaction(SIGTERM, &action, NULL) < 0)
                err(1, "sigaction");

        unsigned long rounds = 0;
        for (; !is_over || rounds % 2 != 0; rounds++) {
                swap_all(argv + 2);
                dawdle(rounds);
        }

        FILE *count = fopen(argv[1], "we");
        if (!count || fprintf(count, "%lu\n", rounds) < 0 || fclose(count) != 0)
                err(1, "write %s", argv[1]);
        return EXIT_SUCCESS;
}
