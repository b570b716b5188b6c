/* SPDX-License-Identifier: Apache-2.0 */
/* test_dest.c - opening and making paths inside a root whose maker wants out. */

#include "sandbox.h"

#include "rootfs/dest.h"
#include "sys/syscalls.h"

/* Where a descriptor is, seen from the root's parent; "-ERRNO" for a failed one. Closes it. */
static void say_place(const char *what, int fd)
{
        char link[64];
        char path[4096];
        if (fd < 0) {
                say("%s: %s\n", what, strerror(errno));
                return;
        }
        (void)snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
        ssize_t len = readlink(link, path, sizeof path - 1);
        must(len);
        path[len] = '\0';
        say("%s: %s\n", what, path);
        (void)close(fd);
}

static void plant_links(void)
{
        must(symlink(OUTSIDE, ROOT "/absolute"));
        must(symlink("../../../../../../../..", ROOT "/upwards"));
        must(symlink("../outside", ROOT "/beside"));
        must(symlink("self", ROOT "/self"));
        must(symlink("dir/inner", ROOT "/inner"));
        must(symlink("missing/target", ROOT "/dangling"));
        must(mkdir(ROOT "/dir", 0755));
        must(mkdir(ROOT "/dir/inner", 0755));
        must(symlink("../../dir/made", ROOT "/dir/inner/climbs"));
        must(symlink("/top/made", ROOT "/dir/inner/absolute"));
        write_text(ROOT "/file", "");
}

static void open_all(void)
{
        plant_links();
        int root_fd = open_root();
        static const char *const paths[] = {
                "/",
                "dir",
                "/inner",
                "/..",
                "/../../dir",
                "/upwards",
                "/upwards/file",
                "/absolute",
                "/beside/file",
                "/self",
                "/missing",
                "/file/x",
                "dir/inner/../../file",
        };
        for (size_t i = 0; i < ARRAY_LEN(paths); i++)
                say_place(paths[i], dest_open(root_fd, paths[i], O_PATH));
        say_place("straight dir/inner", dest_open_straight(root_fd, "dir/inner", O_PATH));
        say_place("straight inner", dest_open_straight(root_fd, "inner", O_PATH));
        say_place("not followed", dest_open(root_fd, "inner", O_PATH | O_NOFOLLOW));
        say_outside();
}

static void what_is_opened_is_inside(void **state)
{
        (void)state;
        assert_string_equal(in_sandbox(open_all), "/: /tmp/root\n"
                                                  "dir: /tmp/root/dir\n"
                                                  "/inner: /tmp/root/dir/inner\n"
                                                  "/..: /tmp/root\n"
                                                  "/../../dir: /tmp/root/dir\n"
                                                  "/upwards: /tmp/root\n"
                                                  "/upwards/file: /tmp/root/file\n"
                                                  "/absolute: No such file or directory\n"
                                                  "/beside/file: No such file or directory\n"
                                                  "/self: Too many levels of symbolic links\n"
                                                  "/missing: No such file or directory\n"
                                                  "/file/x: Not a directory\n"
                                                  "dir/inner/../../file: /tmp/root/file\n"
                                                  "straight dir/inner: /tmp/root/dir/inner\n"
                                                  "straight inner: Too many levels of symbolic links\n"
                                                  "not followed: /tmp/root/inner\n");
}

static void open_magic(void)
{
        must(mkdir(ROOT "/proc", 0755));
        must(mount("proc", ROOT "/proc", "proc", 0, NULL));
        int root_fd = open_root();
        say_place("root", dest_open(root_fd, "/proc/self/root", O_PATH));
        say_place("cwd", dest_open(root_fd, "/proc/self/cwd/etc", O_PATH));
        char path[64];
        int fd = open(OUTSIDE, O_PATH | O_CLOEXEC);
        (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
        say_place("fd", dest_open(root_fd, path, O_PATH));
        struct err err = { 0 };
        (void)snprintf(path, sizeof path, "/proc/self/fd/%d/made", fd);
        int made_fd = dest_open_dir(root_fd, path, &err);
        say("made: %d %s\n", made_fd, strstr(err.text, ": "));
        say_outside();
}

static void no_magic_link_is_followed(void **state)
{
        (void)state;
        assert_string_equal(in_sandbox(open_magic), "root: Too many levels of symbolic links\n"
                                                    "cwd: Too many levels of symbolic links\n"
                                                    "fd: Too many levels of symbolic links\n"
                                                    "made: -1 : too many levels of symbolic links\n");
}

/* What dest_make made of each path: where it is, what it is, whether it was there, whether a link was on the way. */
static void make_paths(enum dest_kind kind, const char *const *paths)
{
        plant_links();
        int root_fd = open_root();
        for (; *paths; paths++) {
                struct err err = { 0 };
                struct dest_way way;
                int fd = dest_make(root_fd, *paths, kind, &way, &err);
                struct stat st;
                if (fd < 0) {
                        say("%s\n", err.text);
                        continue;
                }
                must(fstat(fd, &st));
                say("%s%s%o ", way.is_made ? "made " : "", way.is_straight ? "straight " : "", st.st_mode & 07777u);
                say_place(*paths, fd);
        }
        say_outside();
}

static void make_dirs(void)
{
        static const char *const paths[] = {
                "/dir",      "/new",          "/a/b/c",          "/upwards/up",   "/absolute/new",  "/beside/deep/er",
                "/dangling", "/inner/climbs", "/inner/absolute", "/../../x/../y", "/x/./z//",       "/",
                "/file",     "/file/below",   "/made1/../file",  "/self",         "/made2/../self", NULL,
        };
        make_paths(DEST_DIR, paths);
        say("%s, %s\n", kind_at(ROOT "/a"), kind_at(ROOT OUTSIDE));
}

static void missing_directories_are_made_inside(void **state)
{
        (void)state;
        assert_string_equal(in_sandbox(make_dirs),
                            "straight 755 /dir: /tmp/root/dir\n"
                            "made straight 755 /new: /tmp/root/new\n"
                            "made straight 755 /a/b/c: /tmp/root/a/b/c\n"
                            "made 755 /upwards/up: /tmp/root/up\n"
                            "made 755 /absolute/new: /tmp/root/tmp/outside/new\n"
                            "made 755 /beside/deep/er: /tmp/root/outside/deep/er\n"
                            "made 755 /dangling: /tmp/root/missing/target\n"
                            "made 755 /inner/climbs: /tmp/root/dir/made\n"
                            "made 755 /inner/absolute: /tmp/root/top/made\n"
                            "made straight 755 /../../x/../y: /tmp/root/y\n"
                            "made straight 755 /x/./z//: /tmp/root/x/z\n"
                            "straight 755 /: /tmp/root\n"
                            "open /file in the root: not a directory\n"
                            "open /file/below in the root: not a directory\n"
                            "open /made1/../file in the root: not a directory\n"
                            "open /self in the root: too many levels of symbolic links\n"
                            "open /made2/../self in the root: too many levels of symbolic links\n"
                            "dir 755, dir 755\n");
}

static void make_files(void)
{
        static const char *const paths[] = {
                "/file", "/new", "/a/b", "/dangling", "/absolute/x", "/dir", "/a/b/c", NULL,
        };
        make_paths(DEST_FILE, paths);
        say("%s, %s\n", kind_at(ROOT "/new"), kind_at(ROOT "/missing/target"));
}

static void missing_files_are_made_inside(void **state)
{
        (void)state;
        assert_string_equal(in_sandbox(make_files),
                            "straight 644 /file: /tmp/root/file\n"
                            "made straight 644 /new: /tmp/root/new\n"
                            "made straight 644 /a/b: /tmp/root/a/b\n"
                            "made 644 /dangling: /tmp/root/missing/target\n"
                            "made 644 /absolute/x: /tmp/root/tmp/outside/x\n"
                            "open /dir in the root: is a directory, and what goes there is not a directory\n"
                            "open /a/b/c in the root: not a directory\n"
                            "file 644, file 644\n");
}

static void open_parents(void)
{
        plant_links();
        int root_fd = open_root();
        static const char *const paths[] = { "/absolute/dev/x", "name", "/new/name", "/", "/dir/..", "/dir/" };
        for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
                struct err err = { 0 };
                const char *name = NULL;
                int fd = dest_open_parent(root_fd, paths[i], &name, &err);
                if (fd < 0)
                        say("%s\n", err.text);
                else
                        say_place(name, fd);
        }
        say_outside();
}

static void a_parent_is_made_inside(void **state)
{
        (void)state;
        assert_string_equal(in_sandbox(open_parents), "x: /tmp/root/tmp/outside/dev\n"
                                                      "name: /tmp/root\n"
                                                      "name: /tmp/root/new\n"
                                                      "/ has no name at its end\n"
                                                      "/dir/.. has no name at its end\n"
                                                      "/dir/ has no name at its end\n");
}

static void say_refusal(int root_fd, const char *path)
{
        struct err err = { 0 };
        int rc = dest_open_dir(root_fd, path, &err);
        say("%d %s\n", rc, rc < 0 ? strrchr(err.text, ':') : "");
}

static void make_too_long(void)
{
        char path[3 * 4096];
        int root_fd = open_root();
        memset(path, 'n', sizeof path);
        path[300] = '\0';
        say_refusal(root_fd, path);
        path[300] = 'n';
        for (size_t i = 0; i < sizeof path; i += 200)
                path[i] = '/';
        path[sizeof path - 1] = '\0';
        say_refusal(root_fd, path);

        /* Links that add up to more than a path may be. */
        path[4000] = '\0';
        must(symlink(path + 1, ROOT "/long"));
        path[4000] = 'n';
        path[400] = '\0';
        char both[512];
        (void)snprintf(both, sizeof both, "/long%.400s", path);
        say_refusal(root_fd, both);
}

static void what_is_too_long_is_refused(void **state)
{
        (void)state;
        assert_string_equal(in_sandbox(make_too_long), "-1 : file name too long\n"
                                                       "-1 : file name too long\n"
                                                       "-1 : file name too long\n");
}

static void make_while_raced(void)
{
        enum { ROUNDS = 3000 };
        pid_t racer = race();
        int root_fd = open_root();
        unsigned int n_made = 0;
        for (unsigned int i = 0; i < ROUNDS; i++) {
                char path[64];
                struct err err;
                struct dest_way way;
                const char *name;
                (void)snprintf(path, sizeof path, "/flip/%u/sub", i);
                int fd = dest_make(root_fd, path, i % 2 ? DEST_DIR : DEST_FILE, &way, &err);
                n_made += fd >= 0;
                if (fd >= 0)
                        (void)close(fd);
                (void)snprintf(path, sizeof path, "/flip/p%u/name", i);
                fd = dest_open_parent(root_fd, path, &name, &err);
                if (fd >= 0)
                        (void)close(fd);
        }
        end_race(racer);
        say("%s\n", n_made > ROUNDS / 10 ? "many were made" : "hardly any were made");
        say_outside();
}

static void a_racer_does_not_lead_out(void **state)
{
        (void)state;
        assert_string_equal(in_sandbox(make_while_raced), "many were made\n");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(what_is_opened_is_inside),
                cmocka_unit_test(no_magic_link_is_followed),
                cmocka_unit_test(missing_directories_are_made_inside),
                cmocka_unit_test(missing_files_are_made_inside),
                cmocka_unit_test(a_parent_is_made_inside),
                cmocka_unit_test(what_is_too_long_is_refused),
                cmocka_unit_test(a_racer_does_not_lead_out),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
