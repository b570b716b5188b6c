/* SPDX-License-Identifier: Apache-2.0 */
/* test_program_fault.c - what is said of files that the kernel does not execute: ordinary mistakes, and files that lie.
 * Every row is executed first, so that the errno is the kernel's. */

#include <elf.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/wait.h>

#include "unit.h"

#include "base/file.h"
#include "child.h"
#include "sec/elf.h"
#include "sec/program_fault.h"
#include "sec/user.h"

static char top[] = "/tmp/tare-unit.XXXXXX";

static int make_top(void **state)
{
        (void)state;
        return mkdtemp(top) && chdir(top) == 0 ? chmod(".", 0755) : -1;
}

static int remove_top(void **state)
{
        (void)state;
        return rmdir(top);
}

static void make_file(const char *path, const void *content, size_t len, mode_t mode)
{
        int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        assert_true(fd >= 0);
        assert_int_equal(write_all(fd, content, len), 0);
        assert_int_equal(fchmod(fd, mode), 0);
        assert_int_equal(close(fd), 0);
}

/* What execve(2) and we say of ./file; "ran" when it is a program after all. */
static int execute(struct report *report, const void *arg)
{
        const char *path = "file";
        const char *const args[] = { path, NULL };
        const struct spec_user *user = arg;
        if (user && user_become(user, SETGROUPS_ALLOW, &report->err) < 0)
                return -1;
        pid_t pid = fork();
        if (pid == 0) {
                (void)execve(path, (char *const *)args, (char *const *)&args[1]);
                report->values[0] = (uint64_t)errno;
                _exit(0);
        }
        (void)waitpid(pid, NULL, 0);
        errno = (int)report->values[0];
        if (errno == 0)
                return fail(&report->err, "ran");
        (void)fail_sys(&report->err, "exec");
        program_explain(path, &report->err);
        return 0;
}

static void is_said(const struct spec_user *user, const char *expected)
{
        assert_string_equal(in_child(execute, user)->err.text, expected);
}

/* texts ------------------------------------------------------------------------------------------------------------ */

#define LONG_NAME_50  "/2345678901234567890123456789012345678901234567890"
#define LONG_NAME_250 LONG_NAME_50 LONG_NAME_50 LONG_NAME_50 LONG_NAME_50 LONG_NAME_50

static void a_text_is_told_by_its_first_line(void **state)
{
        (void)state;
        /* clang-format off */
        static const struct {
                const char *content, *expected;
        } rows[] = {
                { "",                        "exec: exec format error (it is empty)" },
                { "echo\n",                  "exec: exec format error (it is no ELF file and does not begin with #!)" },
                { "\xef\xbb\xbf#!/bin/sh\n", "exec: exec format error (it has a byte order mark before its #!)" },
                { "MZ\x90",                  "exec: exec format error (it is a program for Windows)" },
                { "\xcf\xfa\xed\xfe\x07",    "exec: exec format error (it is a program for macOS)" },
                { "\xca\xfe\xba\xbe\x02",    "exec: exec format error (it is a program for macOS, or of Java)" },
                { "#! \t\n/bin/sh\n",        "exec: exec format error (it names no interpreter behind its #!)" },
                { "#!" LONG_NAME_250 "1234 \n", "exec: exec format error (it has a first line that is too long for the kernel)" },
                { "#!/no/such\n",            "exec: no such file or directory (its interpreter /no/such is not there)" },
                { "#! /no/such -x y\n",      "exec: no such file or directory (its interpreter /no/such is not there)" },
                { "#!/no/such",              "exec: no such file or directory (its interpreter /no/such is not there)" },
                { "#!/bin/sh\r\n",           "exec: no such file or directory (it has a #! line that ends in CRLF, so that "
                                             "the carriage return is part of its interpreter's name)" },
                { "#!/\n",                   "exec: permission denied (its interpreter / is no file, but a directory)" },
                { "#!/dev/null\n",           "exec: permission denied (its interpreter /dev/null is no regular file)" },
                { "#!plain\n",               "exec: permission denied (its interpreter plain has no execute bit)" },
                { "#!text\n",                "exec: exec format error (its interpreter text is no ELF file and does not begin "
                                             "with #!)" },
                { "#!script\n",              "exec: no such file or directory (its interpreter script: its interpreter "
                                             "/no/such is not there)" },
                { "#!file\n",                "exec: too many levels of symbolic links (its interpreter file: its interpreter "
                                             "file: its interpreter file: its interpreter file: its interpreter file: its "
                                             "interpreter file: more of them than the kernel follows)" },
        };
        /* clang-format on */
        make_file("plain", "x", 1, 0644);
        make_file("text", "x\n", 2, 0755);
        make_file("script", "#!/no/such\n", 11, 0755);
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                make_file("file", rows[i].content, strlen(rows[i].content), 0755);
                is_said(NULL, rows[i].expected);
                assert_int_equal(unlink("file"), 0);
        }
        assert_int_equal(unlink("script"), 0);
        assert_int_equal(unlink("text"), 0);
        assert_int_equal(unlink("plain"), 0);
}

static void a_file_that_may_not_be_executed_is_told_by_its_mode(void **state)
{
        (void)state;
        needs_root();
        const struct spec_user user = { .uid = 1000, .gid = 1001 };
        make_file("file", "#!/bin/sh\n", 10, 0644);
        is_said(NULL, "exec: permission denied (it has no execute bit)");
        assert_int_equal(chmod("file", 04710), 0);
        is_said(&user, "exec: permission denied (it has mode 4710 and is owned by 0:0, and the user is 1000:1001)");
        assert_int_equal(unlink("file"), 0);

        assert_int_equal(mkfifo("file", 0755), 0);
        is_said(NULL, "exec: permission denied (it is no regular file)");
        assert_int_equal(unlink("file"), 0);
        is_said(NULL, "exec: no such file or directory");
}

static void only_some_errors_are_explained(void **state)
{
        (void)state;
        struct err err = { 0 };
        make_file("file", "", 0, 0755);
        errno = E2BIG;
        (void)fail_sys(&err, "exec");
        program_explain("file", &err);
        assert_string_equal(err.text, "exec: argument list too long");
        assert_int_equal(unlink("file"), 0);
}

/* ELF files -------------------------------------------------------------------------------------------------------- */

/* A program with one header, which names a loader that stands behind it. */
struct elf64 {
        Elf64_Ehdr head;
        Elf64_Phdr entry;
        char loader[16];
};
struct elf32 {
        Elf32_Ehdr head;
        Elf32_Phdr entry;
        char loader[16];
};

static const unsigned char host_byte_order = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? ELFDATA2MSB : ELFDATA2LSB;
#if defined(__x86_64__)
enum { HOST_MACHINE = EM_X86_64, OTHER_MACHINE = EM_AARCH64 };
#define OTHER_NAME "aarch64"
#else
enum { HOST_MACHINE = EM_AARCH64, OTHER_MACHINE = EM_X86_64 };
#define OTHER_NAME "x86_64"
#endif

static struct elf64 sound(void)
{
        return (struct elf64){
                .head = {
                        .e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS64, host_byte_order, EV_CURRENT },
                        .e_type = ET_EXEC,
                        .e_machine = HOST_MACHINE,
                        .e_version = EV_CURRENT,
                        .e_phoff = offsetof(struct elf64, entry),
                        .e_ehsize = sizeof(Elf64_Ehdr),
                        .e_phentsize = sizeof(Elf64_Phdr),
                        .e_phnum = 1,
                },
                .entry = { .p_type = PT_INTERP, .p_offset = offsetof(struct elf64, loader), .p_filesz = 8 },
                .loader = "no/such",
        };
}

static void elf_is_said(const struct elf64 *elf, size_t len, const char *expected)
{
        make_file("file", elf, len, 0755);
        is_said(NULL, expected);
        assert_int_equal(unlink("file"), 0);
}

#define ELF_IS_SAID(change, expected)                            \
        do {                                                     \
                struct elf64 changed = sound();                  \
                changed.change;                                  \
                elf_is_said(&changed, sizeof changed, expected); \
        } while (0)

static void an_elf_file_is_told_by_its_loader_and_machine(void **state)
{
        (void)state;
        struct utsname host;
        char expected[256];
        assert_int_equal(uname(&host), 0);
        (void)snprintf(expected, sizeof expected, "exec: exec format error (it is for %s, and this machine is %s)",
                       OTHER_NAME, host.machine);
        ELF_IS_SAID(head.e_machine = OTHER_MACHINE, expected);
        ELF_IS_SAID(head.e_type = ET_DYN, "exec: no such file or directory (its loader no/such is not there)");
        ELF_IS_SAID(head.e_type = ET_REL, "exec: exec format error (it is an ELF file, but no program)");

        make_file("loader", "text", 4, 0755);
        struct elf64 elf = sound();
        strcpy(elf.loader, "loader");
        elf.entry.p_filesz = 7;
        /* The kernel reads a whole ELF header of the loader: an I/O error for one so short, which is not explained. */
        elf_is_said(&elf, sizeof elf, "exec: input/output error");
        assert_int_equal(chmod("loader", 0644), 0);
        elf_is_said(&elf, sizeof elf, "exec: permission denied (its loader loader has no execute bit)");
        assert_int_equal(unlink("loader"), 0);
}

static void a_damaged_elf_file_is_told_as_one(void **state)
{
        (void)state;
        static const char damaged[] = "exec: exec format error (it is a damaged ELF file)";
        struct elf64 elf = sound();
        elf_is_said(&elf, 4, damaged);
        elf_is_said(&elf, sizeof elf.head - 1, damaged);
        elf_is_said(&elf, sizeof elf.head + sizeof elf.entry - 1, damaged);
        ELF_IS_SAID(head.e_phentsize = 1, damaged);
        ELF_IS_SAID(head.e_phnum = 0, damaged);
        ELF_IS_SAID(head.e_phnum = 0xffff, damaged);
        ELF_IS_SAID(entry.p_filesz = 1, damaged);
        ELF_IS_SAID(entry.p_filesz = PATH_MAX + 1, damaged);
        ELF_IS_SAID(loader[7] = 'x', damaged);
}

/* What the kernel does not get to see is read all the same: nothing is believed. */
static void numbers_that_lie_lead_nowhere(void **state)
{
        (void)state;
        struct elf64 elf = sound();
        struct elf_says says;
        elf.entry.p_offset = UINT64_MAX;
        make_file("file", &elf, sizeof elf, 0755);
        int fd = open("file", O_RDONLY | O_CLOEXEC);
        assert_int_equal(elf_read(fd, (const unsigned char *)&elf, sizeof elf, &says), -1);
        assert_string_equal(says.loader, "");
        elf.head.e_phoff = UINT64_MAX - 8;
        assert_int_equal(elf_read(fd, (const unsigned char *)&elf, sizeof elf, &says), -1);
        elf.head.e_ident[EI_CLASS] = 9;
        assert_int_equal(elf_read(fd, (const unsigned char *)&elf, sizeof elf, &says), -1);
        assert_int_equal(elf_read(fd, (const unsigned char *)&elf, 0, &says), -1);
        assert_int_equal(close(fd), 0);
        assert_int_equal(unlink("file"), 0);
}

static void files_of_the_other_width_and_byte_order_are_read(void **state)
{
        (void)state;
        const struct elf32 elf = {
                .head = {
                        .e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS32, host_byte_order, EV_CURRENT },
                        .e_type = ET_DYN,
                        .e_machine = EM_386,
                        .e_phoff = offsetof(struct elf32, entry),
                        .e_phentsize = sizeof(Elf32_Phdr),
                        .e_phnum = 1,
                },
                .entry = { .p_type = PT_INTERP, .p_offset = offsetof(struct elf32, loader), .p_filesz = 8 },
                .loader = "no/such",
        };
        make_file("file", &elf, sizeof elf, 0755);
        int fd = open("file", O_RDONLY | O_CLOEXEC);
        struct elf_says says;
        assert_int_equal(elf_read(fd, (const unsigned char *)&elf, sizeof elf, &says), 0);
        assert_int_equal(says.machine, EM_386);
        assert_string_equal(says.loader, "no/such");
        assert_int_equal(close(fd), 0);
        assert_int_equal(unlink("file"), 0);

        static const unsigned char big_endian[sizeof(Elf64_Ehdr)] = {
                0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2MSB, EV_CURRENT, [17] = ET_REL, [19] = EM_S390,
        };
        assert_int_equal(elf_read(-1, big_endian, sizeof big_endian, &says), 0);
        assert_int_equal(says.machine, EM_S390);
        assert_string_equal(elf_machine_name(says.machine), "s390");
        assert_true(elf_machine_is(says.machine, "s390x"));
        assert_false(elf_machine_is(says.machine, "x86_64"));
        assert_null(elf_machine_name(0xfffe));
        assert_false(elf_machine_is(0xfffe, "x86_64"));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(a_text_is_told_by_its_first_line),
                cmocka_unit_test(a_file_that_may_not_be_executed_is_told_by_its_mode),
                cmocka_unit_test(only_some_errors_are_explained),
                cmocka_unit_test(an_elf_file_is_told_by_its_loader_and_machine),
                cmocka_unit_test(a_damaged_elf_file_is_told_as_one),
                cmocka_unit_test(numbers_that_lie_lead_nowhere),
                cmocka_unit_test(files_of_the_other_width_and_byte_order_are_read),
        };
        return cmocka_run_group_tests(tests, make_top, remove_top);
}
