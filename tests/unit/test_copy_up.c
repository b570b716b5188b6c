/* SPDX-License-Identifier: Apache-2.0 */
/* test_copy_up.c - tmpcopyup: what the image has there is in the tmpfs, and nothing else. */

#include <limits.h>

#include "mounting.h"

static void fill_data(void)
{
        must(mkdir(ROOT "/data", 02750));
        must(chown(ROOT "/data", 5, 6));
        must(chmod(ROOT "/data", 02750));
        write_text(ROOT "/data/first", "");
        must(mkdir(ROOT "/data/sub", 0700));
        must(mkdir(ROOT "/data/sub/deep", 01777));
        write_text(ROOT "/data/file", "content");
        must(chown(ROOT "/data/file", 1000, 2000));
        must(chmod(ROOT "/data/file", 04711));
        write_text(ROOT "/data/sub/deep/er", "deep");
        must(symlink(OUTSIDE "/file", ROOT "/data/link"));
        must(symlink(OUTSIDE, ROOT "/data/sub/dir"));
        must(mkfifo(ROOT "/data/fifo", 0600));
        must(mknod(ROOT "/data/null", S_IFCHR | 0640, 0x103));
        for (unsigned int i = 0; i < 300; i++) {
                char path[64];
                (void)snprintf(path, sizeof path, ROOT "/data/sub/with-a-rather-long-name-%03u", i);
                write_text(path, "x");
        }
}

/* Each thing below a directory, in order: its path, kind, mode, owner, size and target; and how many there are. */
static void say_tree(const char *dir, const char *below)
{
        struct dirent **entries;
        int n = scandir(dir, &entries, NULL, alphasort);
        must(n);
        for (int i = 0; i < n; i++) {
                const char *name = entries[i]->d_name;
                char path[PATH_MAX], shown[PATH_MAX], target[64] = "";
                struct stat st;
                if (name[0] == '.' || strncmp(name, "with-", 5) == 0)
                        continue;
                (void)snprintf(path, sizeof path, "%s/%s", dir, name);
                (void)snprintf(shown, sizeof shown, "%s%s/", below, name);
                must(lstat(path, &st));
                (void)!readlink(path, target, sizeof target - 1);
                say("%s%s %s %u:%u", below, name, kind_at(path), st.st_uid, st.st_gid);
                if (S_ISDIR(st.st_mode))
                        say("\n");
                else
                        say(" %u %s\n", (unsigned int)st.st_size, target);
                if (S_ISDIR(st.st_mode))
                        say_tree(path, shown);
        }
        say("%s: %d\n", below, n);
}

static void copy_data(void)
{
        fill_data();
        try_mount((struct spec_mount){ .destination = "/data", .type = "tmpfs", .options = LIST("tmpcopyup", "ro") });
        struct stat st;
        must(stat(ROOT "/data", &st));
        say("%s %u:%u\n", kind_at(ROOT "/data"), st.st_uid, st.st_gid);
        say_tree(ROOT "/data", "");
        say_mounts(ROOT);
        say_outside();
}

static void tmpcopyup_copies_and_follows_nothing(void **state)
{
        (void)state;
        assert_string_equal(in_sandbox(copy_data), "dir 2750 5:6\n"
                                                   "fifo fifo 600 0:6 0 \n"
                                                   "file file 4711 1000:2000 7 \n"
                                                   "first file 644 0:6 0 \n"
                                                   "link link 777 0:6 17 /tmp/outside/file\n"
                                                   "null char 640 0:6 0 \n"
                                                   "sub dir 2700 0:6\n"
                                                   "sub/deep dir 3777 0:6\n"
                                                   "sub/deep/er file 644 0:6 4 \n"
                                                   "sub/deep/: 3\n"
                                                   "sub/dir link 777 0:6 12 /tmp/outside\n"
                                                   "sub/: 304\n"
                                                   ": 8\n"
                                                   "/data ro,relatime tmpfs\n");
}

static void copy_too_deep(void)
{
        must(mkdir(ROOT "/data", 0755));
        must(chdir(ROOT "/data"));
        for (unsigned int i = 0; i < 200; i++) {
                must(mkdir("d", 0755));
                must(chdir("d"));
        }
        must(chdir("/"));
        try_mount((struct spec_mount){ .destination = "/data", .type = "tmpfs", .options = LIST("tmpcopyup") });
}

static void tmpcopyup_has_a_bottom(void **state)
{
        (void)state;
        assert_string_equal(in_sandbox(copy_too_deep), "tmpcopyup: directories deeper than 128\n");
}

static void copy_too_much(void)
{
        must(mkdir(ROOT "/data", 0755));
        int fd = open(ROOT "/data/big", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
        must(ftruncate(fd, 1 << 20));
        try_mount((struct spec_mount){
                .destination = "/data", .type = "tmpfs", .options = LIST("tmpcopyup", "size=64k") });
}

static void tmpcopyup_ends_where_the_tmpfs_is_full(void **state)
{
        (void)state;
        assert_string_equal(in_sandbox(copy_too_much), "tmpcopyup: copy big: no space left on device\n");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(tmpcopyup_copies_and_follows_nothing),
                cmocka_unit_test(tmpcopyup_has_a_bottom),
                cmocka_unit_test(tmpcopyup_ends_where_the_tmpfs_is_full),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
