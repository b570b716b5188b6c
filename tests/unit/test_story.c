/* SPDX-License-Identifier: Apache-2.0 */
/* test_story.c - two processes walk a table of this test's own: who does what when, who waits, what is undone, what is
 * said. */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"

#include "birth/story.h"
#include "sys/syscalls.h"

static struct teller host;
static struct wire init_wire;

/* The test's own: story.c only hands it to the steps. What both sides did, in order, in memory that they share. */
struct birth {
        char *told; /* shared */
        struct teller *init;
        const char *fail_at;
        const char *die_at;
        bool skips;
        bool is_mute;    /* a filter forbids init to speak */
        bool loses_init; /* while the host is at its third step */
};

struct shared {
        struct progress progress;
        char told[1024];
};

static void note(struct birth *birth, const char *what)
{
        strcat(birth->told, what);
        strcat(birth->told, " ");
}

static int step(struct birth *birth, const char *name, struct err *err)
{
        if (birth->die_at && strcmp(birth->die_at, name) == 0)
                (void)raise(SIGKILL);
        if (birth->fail_at && strcmp(birth->fail_at, name) == 0)
                return fail(err, "%s cannot", name);
        note(birth, name);
        return 0;
}

static int host_one(struct birth *birth, struct err *err)
{
        return step(birth, "host-one", err);
}
static int host_clone(struct birth *birth, struct err *err);
static int init_two(struct birth *birth, struct err *err)
{
        return step(birth, "init-two", err);
}
static int host_three(struct birth *birth, struct err *err)
{
        if (birth->loses_init) {
                while (atomic_load(&host.progress->row) < 4) /* init is at this row too */
                        (void)usleep(1000);
                (void)kill(host.init_pid, SIGKILL);
                errno = ESRCH;
                return fail_sys(err, "find init");
        }
        return step(birth, "host-three", err);
}
static int init_never(struct birth *birth, struct err *err)
{
        return step(birth, "init-never", err);
}
static int init_four(struct birth *birth, struct err *err)
{
        log_say(birth->init->log, LOG_WARNING, "init warns");
        return step(birth, "init-four", err);
}
static int init_last(struct birth *birth, struct err *err)
{
        if (step(birth, "init-last", err) < 0)
                return -1;
        (void)execl("/bin/true", "true", NULL);
        return fail_sys(err, "exec /bin/true");
}
static void undo_one(struct birth *birth)
{
        note(birth, "undo-one");
}
static void undo_clone(struct birth *birth)
{
        note(birth, "undo-clone");
        /* Init may be waiting for a cue that never comes. */
        (void)kill(host.init_pid, SIGKILL);
}
static void undo_three(struct birth *birth)
{
        note(birth, "undo-three");
}
static bool is_wanted(const struct birth *birth)
{
        return !birth->skips;
}
static const struct story_condition if_wanted = { is_wanted, "wanted" };

static const struct story_row rows[] = {
        {"do one",           host_one,   NULL,       GO_ON,    undo_one,   NULL      },
        { "clone",           host_clone, NULL,       GO_ON,    undo_clone, NULL      },
        { "do two",          NULL,       init_two,   CUE_HOST, NULL,       NULL      },
        { "do three",        host_three, NULL,       CUE_INIT, undo_three, NULL      },
        { "do the optional", NULL,       init_never, CUE_HOST, NULL,       &if_wanted},
        { "do four",         NULL,       init_four,  GO_ON,    NULL,       NULL      },
        { "become it",       NULL,       init_last,  BY_EXEC,  NULL,       NULL      },
};
static const struct story story = { rows, ARRAY_LEN(rows) };

static char warnings[256];

static void keep_warning(void *to, enum log_level level, const char *text)
{
        (void)to;
        assert_int_equal(level, LOG_WARNING);
        strcat(warnings, text);
}

static const struct log test_log = { LOG_WARNING, keep_warning, NULL };

static void log_over_wire(void *to, enum log_level level, const char *text)
{
        const struct teller *init = to;
        (void)wire_send_log(&init->wire, (uint32_t)init->next, level, text);
}

static _Noreturn void be_init(struct birth *birth)
{
        struct err err = { 0 };
        struct teller init = host;
        const struct log log = { LOG_WARNING, log_over_wire, &init };
        init.side = INIT;
        init.wire = init_wire;
        init.log = &log;
        init.next = host.next + 1;
        birth->init = &init;
        wire_finish(&host.wire);
        (void)story_walk(&init, story.n, &err);
        init.progress->words = err;
        atomic_store(&init.progress->has_words, birth->is_mute);
        if (!birth->is_mute)
                (void)wire_send_error(&init.wire, (uint32_t)init.next, &err);
        _exit(255);
}

static int host_clone(struct birth *birth, struct err *err)
{
        if (step(birth, "host-clone", err) < 0)
                return -1;
        host.init_pid = fork();
        assert_true(host.init_pid >= 0);
        if (host.init_pid == 0)
                be_init(birth);
        host.init_pidfd = sys_pidfd_open(host.init_pid, 0);
        wire_finish(&init_wire);
        return 0;
}

/* Walks the whole table once; what was told is in birth.told. */
static int walk(struct birth *birth, struct err *err)
{
        struct shared *shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        assert_true(shared != MAP_FAILED);
        birth->told = shared->told;
        host = (struct teller){
                .story = &story,
                .side = HOST,
                .birth = birth,
                .progress = &shared->progress,
                .log = &test_log,
                .interrupt_fd = -1,
                .init_pidfd = -1,
        };
        warnings[0] = '\0';
        assert_int_equal(wire_pair(&host.wire, &init_wire, err), 0);
        int done = story_walk(&host, story.n, err);
        if (done < 0)
                story_undo(&host);
        if (host.init_pid > 0)
                assert_int_equal(waitpid(host.init_pid, NULL, 0), host.init_pid);
        finish_fd(&host.init_pidfd);
        wire_finish(&host.wire);
        wire_finish(&init_wire);
        return done;
}

static void both_sides_meet_where_the_table_says(void **state)
{
        (void)state;
        struct birth birth = { 0 };
        struct err err = { 0 };
        assert_int_equal(walk(&birth, &err), 0);
        assert_string_equal(birth.told, "host-one host-clone init-two host-three init-never init-four init-last ");
        assert_string_equal(warnings, "init warns");
}

static void a_row_is_passed_over_by_both(void **state)
{
        (void)state;
        struct birth birth = { .skips = true };
        struct err err = { 0 };
        assert_int_equal(walk(&birth, &err), 0);
        assert_string_equal(birth.told, "host-one host-clone init-two host-three init-four init-last ");
}

static void a_failure_names_its_row_and_undoes_what_passed(void **state)
{
        (void)state;
        static const struct {
                const char *fail_at, *message, *told;
        } cases[] = {
                {"host-one",    "do one: host-one cannot",     ""                                                 },
                { "host-clone", "clone: host-clone cannot",    "host-one undo-one "                               },
                { "init-two",   "do two: init-two cannot",     "host-one host-clone undo-clone undo-one "         },
                { "host-three", "do three: host-three cannot", "host-one host-clone init-two undo-clone undo-one "},
                { "init-four",  "do four: init-four cannot",
                 "host-one host-clone init-two host-three init-never undo-three undo-clone undo-one "             },
                { "init-last",  "become it: init-last cannot",
                 "host-one host-clone init-two host-three init-never init-four undo-three undo-clone undo-one "   },
        };
        for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
                struct birth birth = { .fail_at = cases[i].fail_at };
                struct err err = { 0 };
                assert_int_equal(walk(&birth, &err), -1);
                assert_string_equal(err.text, cases[i].message);
                assert_string_equal(birth.told, cases[i].told);
        }
}

static void the_death_of_init_names_the_step(void **state)
{
        (void)state;
        static const struct {
                const char *die_at, *message;
        } cases[] = {
                {"init-two",    "do two: init died at step 3"         },
                { "init-never", "do the optional: init died at step 5"},
                { "init-four",  "do four: init died at step 6"        },
                { "init-last",  "become it: init died at step 7"      },
        };
        for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
                struct birth birth = { .die_at = cases[i].die_at };
                struct err err = { 0 };
                assert_int_equal(walk(&birth, &err), -1);
                assert_string_equal(err.text, cases[i].message);
                assert_non_null(strstr(birth.told, "undo-clone undo-one"));
        }
}

static void init_is_believed_when_it_cannot_speak(void **state)
{
        (void)state;
        struct birth birth = { .fail_at = "init-four", .is_mute = true };
        struct err err = { 0 };
        assert_int_equal(walk(&birth, &err), -1);
        assert_string_equal(err.text, "do four: init-four cannot");
}

static void a_host_that_finds_nobody_tells_of_the_death(void **state)
{
        (void)state;
        struct birth birth = { .loses_init = true };
        struct err err = { 0 };
        assert_int_equal(walk(&birth, &err), -1);
        assert_string_equal(err.text, "do three: init died at step 4");
}

static void a_long_error_crosses_the_wire_whole(void **state)
{
        (void)state;
        struct wire a, b;
        struct err err = { 0 };
        struct err sent = { .code = ENOENT };
        memset(sent.text, 'x', sizeof sent.text - 1);
        assert_int_equal(wire_pair(&a, &b, &err), 0);
        assert_int_equal(wire_send_error(&a, 7, &sent), 0);
        wire_finish(&a);

        struct wire_message got;
        assert_int_equal(wire_receive(&b, &got, &err), WIRE_GOT);
        assert_int_equal(got.kind, WIRE_ERROR);
        assert_int_equal(got.row, 7);
        assert_int_equal(got.body.code, ENOENT);
        assert_string_equal(got.body.text, sent.text);
        assert_int_equal(wire_receive(&b, &got, &err), WIRE_END);
        wire_finish(&b);
}

static void last_words_are_heard_after_a_reset(void **state)
{
        (void)state;
        struct wire a, b;
        struct err err = { 0 };
        const struct err sent = { .text = "last words" };
        assert_int_equal(wire_pair(&a, &b, &err), 0);
        /* b's cue is never read by a, which dies: the connection is reset. */
        assert_int_equal(wire_cue(&b, 1, &err), 0);
        assert_int_equal(wire_send_error(&a, 2, &sent), 0);
        wire_finish(&a);

        struct wire_message got;
        assert_int_equal(wire_receive(&b, &got, &err), WIRE_GOT);
        assert_string_equal(got.body.text, "last words");
        assert_int_equal(wire_receive(&b, &got, &err), WIRE_END);
        assert_int_equal(wire_cue(&b, 1, &err), -1);
        assert_string_equal(err.text, "send a cue over the wire: broken pipe");
        wire_finish(&b);
}

static void a_row_is_found_by_its_step(void **state)
{
        (void)state;
        assert_int_equal(story_find(&story, host_three), 3);
        assert_int_equal(story_find(&story, init_last), 6);
}

/* What init asks for: number 0 is refused, else a pipe's end with one byte in it. */
static int give_pipe(struct birth *birth, enum wire_ask ask, uint32_t number, struct err *err)
{
        (void)birth;
        if (ask != ASK_MOUNT_SOURCE || number == 0) {
                errno = ENOENT;
                return fail_sys(err, "open source %u", number);
        }
        int fds[2];
        if (pipe(fds) < 0)
                return fail_sys(err, "pipe");
        (void)!write(fds[1], "x", 1);
        (void)close(fds[1]);
        return fds[0];
}

/* In init: 0 when all was as it should be. */
static int ask_twice(const struct wire *wire)
{
        struct err err = { 0 };
        int fd = -1;
        char byte = 0;
        if (wire_ask(wire, 2, ASK_MOUNT_SOURCE, 0, &fd, &err) == 0 || err.code != ENOENT ||
            strcmp(err.text, "open source 0: no such file or directory") != 0)
                return 1;
        if (wire_ask(wire, 2, ASK_MOUNT_SOURCE, 7, &fd, &err) < 0 || read(fd, &byte, 1) != 1 || byte != 'x')
                return 2;
        if ((fcntl(fd, F_GETFD) & FD_CLOEXEC) == 0)
                return 3;
        return wire_cue(wire, 2, &err) < 0 ? 4 : 0;
}

static void init_is_answered_while_the_host_waits(void **state)
{
        (void)state;
        struct err err = { 0 };
        struct wire init;
        struct teller teller = { .story = &story, .log = &test_log, .interrupt_fd = -1, .answer = give_pipe };
        assert_int_equal(wire_pair(&teller.wire, &init, &err), 0);
        pid_t child = fork();
        if (child == 0)
                _exit(ask_twice(&init));
        wire_finish(&init);

        struct wire_message message;
        assert_int_equal(story_listen(&teller, &message, &err), WIRE_GOT);
        assert_int_equal(message.kind, WIRE_CUE);
        int status = -1;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_int_equal(status, 0);
        wire_finish(&teller.wire);
}

static void a_question_that_nobody_knows_is_refused(void **state)
{
        (void)state;
        struct err err = { 0 };
        struct wire init;
        struct teller teller = { .story = &story, .log = &test_log, .interrupt_fd = -1 };
        assert_int_equal(wire_pair(&teller.wire, &init, &err), 0);
        pid_t child = fork();
        if (child == 0) {
                int fd = -1;
                int done = wire_ask(&init, 2, ASK_MOUNT_SOURCE, 1, &fd, &err);
                _exit(done < 0 && strcmp(err.text, "question 0 has no answer") == 0 ? 0 : 1);
        }
        wire_finish(&init);

        struct wire_message message;
        assert_int_equal(story_listen(&teller, &message, &err), WIRE_END);
        int status = -1;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_int_equal(status, 0);
        wire_finish(&teller.wire);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(both_sides_meet_where_the_table_says),
                cmocka_unit_test(a_row_is_passed_over_by_both),
                cmocka_unit_test(a_failure_names_its_row_and_undoes_what_passed),
                cmocka_unit_test(the_death_of_init_names_the_step),
                cmocka_unit_test(init_is_believed_when_it_cannot_speak),
                cmocka_unit_test(a_host_that_finds_nobody_tells_of_the_death),
                cmocka_unit_test(a_long_error_crosses_the_wire_whole),
                cmocka_unit_test(last_words_are_heard_after_a_reset),
                cmocka_unit_test(a_row_is_found_by_its_step),
                cmocka_unit_test(init_is_answered_while_the_host_waits),
                cmocka_unit_test(a_question_that_nobody_knows_is_refused),
        };
        (void)signal(SIGPIPE, SIG_IGN);
        return cmocka_run_group_tests(tests, NULL, NULL);
}
