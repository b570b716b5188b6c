/* SPDX-License-Identifier: Apache-2.0 */
/* test_command.c - the whole command line: what each command asks of birth, what it prints, its exit status, and the
 * words of every wrong use. */

#include <signal.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "fake_birth.h"

#include "child.h"

#include "cli/command.h"
#include "oci/spec.h"

/* What the commands ask for. --------------------------------------------------------------------------------------- */

static void births_get_their_options(void **state)
{
        (void)state;
        gives("create c", 0, "create c ., pid file none, sockets none none, fds 0");
        gives("create --bundle b --pid-file=p --console-socket c.sock --pidfd-socket p.sock --preserve-fds 2 "
              "--no-pivot "
              "--no-new-keyring c",
              0, "create c b, pid file p, sockets c.sock p.sock, fds 2, no pivot, no new keyring");
        gives("--systemd-cgroup run c -d -b b --keep -no-subreaper", 7,
              "run c b, pid file none, sockets none none, fds 0, no subreaper, detach, keep, by systemd");
        gives("--cgroup-manager systemd create c", 0,
              "create c ., pid file none, sockets none none, fds 0, by systemd");
        gives("--cgroup-manager=cgroupfs create c", 0, "create c ., pid file none, sockets none none, fds 0");
        gives("run --record-seccomp p.json c", 7, "run c ., pid file none, sockets none none, fds 0, record p.json");
        gives("--cgroup-manager disabled create c -f x.json", 0,
              "create c ., pid file none, sockets none none, fds 0, no cgroup, config x.json");
        gives("create --no-subreaper c", 0, "create c ., pid file none, sockets none none, fds 0, no subreaper");
        fails("create --record-seccomp p.json c", 1, "flag provided but not defined: -record-seccomp");
        fails("create --detach c", 1, "flag provided but not defined: -detach");
}

static void a_birth_that_fails_says_which_and_a_wrong_use_does_not(void **state)
{
        (void)state;
        fails("create missing", 1, "tare create failed: container does not exist");
        fails("run missing", 1, "tare run failed: container does not exist");
        fails("run", 1, "tare: \"run\" requires exactly 1 argument(s)");
        fails("start missing", 1, "container does not exist");
        fails("state missing", 1, "container does not exist");
        assert_string_equal(result.out, "");
}

static void kill_delete_start_and_state_get_their_arguments(void **state)
{
        (void)state;
        gives("kill c", 0, "kill c with 15");
        gives("kill c 9", 0, "kill c with 9");
        gives("kill -a c rtmin+3", 0, "kill c with 37, all");
        gives("kill c SIGUSR1 --all", 0, "kill c with 10, all");
        gives("delete c", 0, "delete c");
        gives("delete c -f", 0, "delete c, force");
        gives("--root /r/../s start c", 0, "start c in /s");
        prints("state c", "{\n}");
        fails("kill c -- -1", 1, "unknown signal \"-1\"");
        fails("kill --regex c nosuch", 1, "unknown signal \"nosuch\"");
        gives("--root /no/such/root kill -r .", 0, "");
        gives("--root /no/such/root delete --regex .", 0, "");
        assert_string_equal(called, "");
}

/* calls() does not fit: the status is the program's. */
static void exec_hands_on_what_follows_the_id(void **state)
{
        (void)state;
        run_line("exec --user 1:2 -e A=1 --env=B=2 --cwd /tmp -t -d a sh -c --user");
        assert_int_equal(result.rc, 0);
        assert_int_equal(result.status, 7);
        assert_string_equal(called, "exec a, 3 args, first sh, user 1:2, cwd /tmp, 2 env, last B=2, tty, detach");
        run_line("exec --record-seccomp p.json a true");
        assert_string_equal(called, "exec a, 1 args, first true, user none, cwd none, 0 env, last none, record p.json");
        run_line("exec -p file a");
        assert_string_equal(called, "exec a, 0 args, first none, user none, cwd none, 0 env, last none");
        fails("exec missing true", 255, "exec failed: container does not exist");
        fails("exec", 1, "tare: \"exec\" requires a minimum of 1 argument(s)");
}

static void pause_and_resume_get_their_id(void **state)
{
        (void)state;
        gives("pause c", 0, "pause c");
        gives("resume c", 0, "resume c");
        fails("pause missing", 1, "container does not exist");
        fails("resume missing", 1, "container does not exist");
}

static void ps_shows_numbers_or_the_lines_of_the_host(void **state)
{
        (void)state;
        prints("ps --format json c", "[7,12]\n");
        assert_string_equal(called, "pids c");
        prints("ps -f json empty", "null\n");
        /* By the column of the title: neither a line that only mentions a number nor one that begins with it. */
        prints("ps c", "USER  PID CMD\nroot    7 a 12\nroot   12 c d\n");
        assert_string_equal(called, "run ps -ef");
        prints("ps empty", "USER  PID CMD\n");
        prints("ps c -o pid --format json", "USER  PID CMD\nroot    7 a 12\nroot   12 c d\n");
        assert_string_equal(called, "run ps -o pid --format json");
        fails("ps c comm", 1, "couldn't find PID field in ps output");
        fails("ps -f yaml c", 1, "invalid format option");
        fails("ps missing", 1, "container does not exist");
        fails("ps", 1, "tare: \"ps\" requires a minimum of 1 argument(s)");
}

static void events_come_once_or_again_and_again(void **state)
{
        (void)state;
        prints("events --stats c", "{\"now\"}\n");
        assert_string_equal(called, "stats c");
        prints("events c", "{0}\n{1}\n");
        assert_string_equal(called, "events c every 5000000000 ns");
        gives("events --interval=100ms c", 0, "events c every 100000000 ns");
        fails("events --interval 0s c", 1, "duration interval must be greater than 0");
        fails("events --interval -1s --stats c", 1, "duration interval must be greater than 0");
        fails("events --interval 5 c", 1, "invalid value \"5\" for flag --interval: no duration, as 5s or 100ms are");
        fails("events --interval 1000000h c", 1,
              "invalid value \"1000000h\" for flag --interval: no duration, as 5s or 100ms are");
        assert_string_equal(called, "");
        fails("events missing", 1, "container does not exist");
}

#define NO_LISTS "cpus none, mems none, 0 devices, l3 none, mb none"

static void update_takes_each_limit_as_an_option(void **state)
{
        (void)state;
        gives("update c", 0, "update c, " NO_LISTS);
        gives("update --blkio-weight 500 --cpu-period 1 --cpu-quota -1 --cpu-burst 0 --cpu-share 2 --cpu-rt-period 3 c",
              0, "update c, " NO_LISTS ", weight 500, period 1, quota -1, burst 0, shares 2, realtimePeriod 3");
        gives("update c --cpu-rt-runtime 4 --cpu-idle 1 --memory 64m --memory-reservation=1G --memory-swap -1 "
              "--pids-limit 0",
              0,
              "update c, " NO_LISTS ", realtimeRuntime 4, idle 1, limit 67108864, reservation 1073741824, swap -1, "
              "pids 0");
        gives("update c --cpuset-cpus 0-1 --cpuset-mems 0 --l3-cache-schema L3:0=f --mem-bw-schema MB:0=10", 0,
              "update c, cpus 0-1, mems 0, 0 devices, l3 L3:0=f, mb MB:0=10");
        gives("update --memory= c", 0, "update c, " NO_LISTS);
        gives("update --kernel-memory 1 --kernel-memory-tcp 1 c", 0, "update c, " NO_LISTS);
}

static void update_refuses_what_is_no_number(void **state)
{
        (void)state;
        static const struct {
                const char *option, *error;
        } rows[] = {
                {"--blkio-weight 65536", "blkio-weight: \"65536\" is not a whole number from 0 to 65535"},
                { "--cpu-period -1",     "cpu-period: \"-1\" is not a whole number"                     },
                { "--cpu-quota 1k",      "cpu-quota: \"1k\" is not a whole number"                      },
                { "--memory 1.5x",       "memory: invalid size: '1.5x'"                                 },
                { "--memory-swap -2",    "memory-swap: invalid size: '-2'"                              },
        };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                char line[128], error[128];
                (void)snprintf(line, sizeof line, "update %s c", rows[i].option);
                (void)snprintf(error, sizeof error, "invalid value for %s", rows[i].error);
                fails(line, 1, error);
                assert_string_equal(called, "");
        }
        fails("update missing", 1, "container does not exist");
}

static void update_reads_a_document(void **state)
{
        (void)state;
        static const char text[] = "{\"pids\":{\"limit\":9},\"cpu\":{\"quota\":0,\"cpus\":\"1\"},"
                                   "\"devices\":[{\"allow\":true,\"access\":\"r\"}]}";
        char path[] = "/tmp/tare-test-update-XXXXXX";
        char line[128];
        int fd = mkstemp(path);
        assert_true(fd >= 0);
        ssize_t n = write(fd, text, strlen(text));
        (void)snprintf(line, sizeof line, "update -r %s --pids-limit 4 --mem-bw-schema MB:0=10 c", path);
        run_line(line);
        char from_file[sizeof called];
        strcpy(from_file, called);

        int kept_fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
        (void)lseek(fd, 0, SEEK_SET);
        (void)dup2(fd, STDIN_FILENO);
        run_line("update --resources - c");
        (void)dup2(kept_fd, STDIN_FILENO);
        (void)close(kept_fd);
        (void)close(fd);
        (void)unlink(path);
        assert_int_equal(n, strlen(text));
        assert_string_equal(from_file, "update c, cpus 1, mems none, 1 devices, l3 none, mb MB:0=10, quota 0, pids 9");
        assert_string_equal(called, "update c, cpus 1, mems none, 1 devices, l3 none, mb none, quota 0, pids 9");
        fails("update -r /no/such c", 1, "open /no/such: no such file or directory");
        fails("update -r /dev/null c", 1, "/dev/null:1: a value expected, not the end");
}

static void audit_prints_a_page_and_tells_how_bad_it_is(void **state)
{
        (void)state;
        char page[1024];
        const struct audit_rule *rule = &audit_rules[0];
        (void)snprintf(page, sizeof page,
                       "critical  %s [%s]\n          a b\\x1b (c), d\n          why: %s\n          fix: one\n"
                       "               two\n1 critical, 0 warnings, 0 notes\n",
                       rule->what, rule->id, rule->why);
        gives("audit none", 0, "audit none");
        assert_string_equal(result.out, "0 critical, 0 warnings, 0 notes\n");
        gives("audit note", 0, "audit note");
        gives("audit warning", 10, "audit warning");
        gives("audit critical", 20, "audit critical");
        assert_string_equal(result.out, page);
        gives("audit --bundle note", 0, "audit bundle note");
        gives("audit", 20, "audit bundle .");
        gives("audit --json none", 0, "audit none");
        assert_string_equal(result.out, "{\n  \"severity\": \"none\",\n  \"findings\": []\n}\n");
        fails("audit missing", 1, "container does not exist");
        fails("audit -b x y", 1, "an audit is of --bundle x or of container y, not of both");
        fails("audit a b", 1, "tare: \"audit\" requires a maximum of 1 argument(s)");
}

static void list_has_three_forms(void **state)
{
        (void)state;
        prints("list", "ID              PID         STATUS      BUNDLE      CREATED                OWNER\n"
                       "a               12          running     /b\xc3\xa4         2026-01-02T03:04:05Z   root\n"
                       "thirteen-long   0           stopped     /b          2026-01-02T03:04:05Z   #7\n");
        prints("list --format json", "[{\"id\":\"a\"},{}]\n");
        prints("list -q", "a\nthirteen-long\n");
        prints("list -q -f json", "a\nthirteen-long\n");
        prints("--root /empty list", "ID          PID         STATUS      BUNDLE      CREATED     OWNER\n");
        prints("--root /empty list -f json", "null\n");
        prints("--root /empty list -q", "");
        fails("list -f yaml", 1, "invalid format option");
}

static void documents_are_printed_from_the_tables(void **state)
{
        (void)state;
        prints("features", TARE_VERSION " CAP_CHOWN ro\n");
        prints("version", "tare version " TARE_VERSION "\nspec: " SPEC_VERSION "\n");
        prints("--version", "tare version " TARE_VERSION "\nspec: " SPEC_VERSION "\n");
        prints("help --birth-page", "# The birth\n");
        prints("help --birth-table", "1\tbegin\thost\n");
}

static void spec_is_written_once(void **state)
{
        (void)state;
        char dir[] = "/tmp/tare-test-spec-XXXXXX";
        char path[64], line[128];
        struct err err = { 0 };
        auto_buf struct buf text = { 0 };
        assert_non_null(mkdtemp(dir));
        (void)snprintf(path, sizeof path, "%s/config.json", dir);
        (void)snprintf(line, sizeof line, "spec --rootless --bundle %s", dir);
        run_line(line);
        int rc = result.rc;
        int read_rc = file_read(AT_FDCWD, path, 4096, &text, &err);
        run_line(line);
        (void)unlink(path);
        (void)rmdir(dir);

        assert_int_equal(rc, 0);
        assert_int_equal(read_rc, 0);
        assert_string_equal(buf_text(&text), "rootless");
        assert_int_equal(result.status, 1);
        assert_string_equal(result.err.text, "File config.json exists. Remove it first");
        fails("spec -b /no/such", 1, "create /no/such/config.json: no such file or directory");
}

/* What is refused. ------------------------------------------------------------------------------------------------- */

static void arguments_are_counted(void **state)
{
        (void)state;
        for (size_t i = 0; commands[i]; i++) {
                const struct command *command = commands[i];
                char line[64], complaint[128];
                if (command->has_trailing)
                        continue;
                (void)snprintf(line, sizeof line, "%s a b c", command->name);
                (void)snprintf(complaint, sizeof complaint, "tare: \"%s\" requires %s %zu argument(s)", command->name,
                               command->n_required == command->n_arguments ? "exactly" : "a maximum of",
                               command->n_arguments);
                fails(line, 1, complaint);
                assert_string_equal(called, "");
                assert_string_equal(result.out, "");
        }
        fails("kill", 1, "tare: \"kill\" requires a minimum of 1 argument(s)");
}

static void a_command_that_there_is_not_has_no_topic(void **state)
{
        (void)state;
        static const struct {
                const char *name, *nearest;
        } rows[] = {
                {"strat",                     "start"   },
                { "stat",                     "state"   },
                { "feat",                     "features"},
                { "krill",                    "kill"    },
                { "ls",                       "ps"      },
                { "frobnicate",               NULL      },
                { "x",                        NULL      },
                { "deletedeletedeletedelete", NULL      },
        };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                char line[64], complaint[128];
                if (rows[i].nearest)
                        (void)snprintf(complaint, sizeof complaint, "No help topic for '%s', did you mean '%s'?",
                                       rows[i].name, rows[i].nearest);
                else
                        (void)snprintf(complaint, sizeof complaint, "No help topic for '%s'", rows[i].name);
                fails(rows[i].name, 3, complaint);
                (void)snprintf(line, sizeof line, "help %s", rows[i].name);
                fails(line, 3, complaint);
        }
        assert_null(command_nearest(""));
}

static void global_options_are_refused_by_name(void **state)
{
        (void)state;
        fails("--log-format xml list", 1, "invalid log-format: xml");
        fails("--log-level loud list", 1, "invalid log-level: loud");
        fails("--rootless maybe list", 1, "invalid rootless: maybe");
        fails("--cgroup-manager none list", 1, "invalid cgroup-manager: none");
        fails("--root / list", 1, "Option --root argument should not be set to /");
        fails("--frobnicate list", 1, "flag provided but not defined: -frobnicate");
        fails("--log /no/such/log --frobnicate list", 1, "open log /no/such/log: no such file or directory");
        assert_string_equal(called, "");
}

static void the_log_is_made_before_a_bad_option_is_told(void **state)
{
        (void)state;
        char path[] = "/tmp/tare-test-log-XXXXXX";
        char line[128];
        int fd = mkstemp(path);
        assert_true(fd >= 0);
        (void)close(fd);
        (void)unlink(path);
        (void)snprintf(line, sizeof line, "--log %s --frobnicate list", path);
        run_line(line);
        int there = access(path, F_OK);
        (void)unlink(path);
        assert_int_equal(there, 0);
        assert_string_equal(result.err.text, "flag provided but not defined: -frobnicate");
}

/* The numbers that were closed are held by /dev/null, so that the log did not become stdin. */
static int run_without_stdio(struct report *report, const void *arg)
{
        char option[64];
        char name[] = "tare", verb[] = "create", id[] = "c";
        char *args[] = { name, option, verb, id, NULL };
        struct log_sink sink = { .fd = -1 };
        int status = 0;
        (void)snprintf(option, sizeof option, "--log=%s", (const char *)arg);
        for (int fd = 0; fd < 3; fd++)
                (void)close(fd);
        if (cli_run(args, &sink, &status, &report->err) < 0)
                return -1;
        for (int fd = 0; fd < 3; fd++) {
                struct stat stat;
                report->values[fd] = fstat(fd, &stat) == 0 ? stat.st_rdev : 0;
        }
        return sink.fd;
}

static void closed_stdio_is_held_by_dev_null(void **state)
{
        (void)state;
        char path[] = "/tmp/tare-test-log-XXXXXX";
        int fd = mkstemp(path);
        assert_true(fd >= 0);
        (void)close(fd);
        const struct report *report = in_child(run_without_stdio, path);
        (void)unlink(path);
        assert_string_equal(report->err.text, "");
        assert_true(report->rc > 2);
        for (size_t i = 0; i < 3; i++)
                assert_int_equal(report->values[i], makedev(1, 3));
}

/* Its usage goes into a pipe that nobody reads. */
static int use_wrongly_unread(struct report *report, const void *arg)
{
        (void)arg;
        char name[] = "tare", verb[] = "start";
        char *args[] = { name, verb, NULL };
        struct log_sink sink = { .fd = -1 };
        int status = 0, pipe_fds[2];
        if (signal(SIGPIPE, SIG_DFL) == SIG_ERR || pipe(pipe_fds) < 0 || dup2(pipe_fds[1], STDERR_FILENO) < 0)
                return 0;
        (void)close(pipe_fds[0]);
        return cli_run(args, &sink, &status, &report->err);
}

static void the_error_of_a_wrong_use_outlives_its_usage(void **state)
{
        (void)state;
        const struct report *report = in_child(use_wrongly_unread, NULL);
        assert_int_equal(report->rc, -1);
        assert_string_equal(report->err.text, "tare: \"start\" requires exactly 1 argument(s)");
}

static void debug_lines_are_logged_when_asked_for(void **state)
{
        (void)state;
        static const struct {
                const char *options;
                bool is_logged;
        } rows[] = {
                {"",                           false},
                { "--debug",                   true },
                { "--log-level debug",         true },
                { "--log-level info",          false},
                { "--debug --log-level error", true },
        };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                char path[] = "/tmp/tare-test-log-XXXXXX";
                char line[128];
                struct err err = { 0 };
                auto_buf struct buf text = { 0 };
                int fd = mkstemp(path);
                assert_true(fd >= 0);
                (void)close(fd);
                (void)snprintf(line, sizeof line, "--log %s %s create c", path, rows[i].options);
                run_line(line);
                int rc = file_read(AT_FDCWD, path, 4096, &text, &err);
                (void)unlink(path);
                assert_int_equal(rc, 0);
                assert_int_equal(strstr(buf_text(&text), "level=debug msg=\"a step\"") != NULL, rows[i].is_logged);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(births_get_their_options),
                cmocka_unit_test(a_birth_that_fails_says_which_and_a_wrong_use_does_not),
                cmocka_unit_test(kill_delete_start_and_state_get_their_arguments),
                cmocka_unit_test(exec_hands_on_what_follows_the_id),
                cmocka_unit_test(pause_and_resume_get_their_id),
                cmocka_unit_test(ps_shows_numbers_or_the_lines_of_the_host),
                cmocka_unit_test(events_come_once_or_again_and_again),
                cmocka_unit_test(update_takes_each_limit_as_an_option),
                cmocka_unit_test(update_refuses_what_is_no_number),
                cmocka_unit_test(update_reads_a_document),
                cmocka_unit_test(audit_prints_a_page_and_tells_how_bad_it_is),
                cmocka_unit_test(list_has_three_forms),
                cmocka_unit_test(documents_are_printed_from_the_tables),
                cmocka_unit_test(spec_is_written_once),
                cmocka_unit_test(arguments_are_counted),
                cmocka_unit_test(a_command_that_there_is_not_has_no_topic),
                cmocka_unit_test(global_options_are_refused_by_name),
                cmocka_unit_test(the_log_is_made_before_a_bad_option_is_told),
                cmocka_unit_test(closed_stdio_is_held_by_dev_null),
                cmocka_unit_test(the_error_of_a_wrong_use_outlives_its_usage),
                cmocka_unit_test(debug_lines_are_logged_when_asked_for),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
