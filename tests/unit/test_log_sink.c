/* SPDX-License-Identifier: Apache-2.0 */
/* test_log_sink.c - lines of the log: their whole form, where they go, and that no text breaks them. */

#include <fcntl.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"

#include "base/buf.h"
#include "base/file.h"
#include "cli/log_daemon.h"
#include "cli/log_sink.h"
#include "cli/quote.h"

#define TIME "20[0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-6][0-9]Z"

/* Each test has a file, and stderr in a file of no name. */
static char path[64];
static int kept_stderr_fd = -1;

static int begin(void **state)
{
        (void)state;
        (void)snprintf(path, sizeof path, "/tmp/tare-test-log-XXXXXX");
        int fd = mkstemp(path);
        int memory_fd = memfd_create("stderr", MFD_CLOEXEC);
        kept_stderr_fd = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
        if (fd < 0 || memory_fd < 0 || kept_stderr_fd < 0 || dup2(memory_fd, STDERR_FILENO) < 0)
                return -1;
        (void)close(fd);
        (void)close(memory_fd);
        return unlink(path);
}

static int end(void **state)
{
        (void)state;
        (void)unlink(path);
        (void)dup2(kept_stderr_fd, STDERR_FILENO);
        return close(kept_stderr_fd);
}

static void holds(const struct buf *text, const char *pattern)
{
        regex_t regex;
        assert_int_equal(regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB), 0);
        int found = regexec(&regex, buf_text(text), 0, NULL, 0);
        regfree(&regex);
        if (found != 0)
                print_error("\"%s\" does not match %s\n", buf_text(text), pattern);
        assert_int_equal(found, 0);
}

static void read_stderr(struct buf *ret)
{
        struct err err = { 0 };
        assert_int_equal(lseek(STDERR_FILENO, 0, SEEK_SET), 0);
        assert_int_equal(file_read_fd(STDERR_FILENO, "stderr", 1 << 20, ret, &err), 0);
}

static void stderr_holds(const char *pattern)
{
        auto_buf struct buf text = { 0 };
        read_stderr(&text);
        holds(&text, pattern);
}

static void file_holds(const char *pattern)
{
        struct err err = { 0 };
        auto_buf struct buf text = { 0 };
        assert_int_equal(file_read(AT_FDCWD, path, 1 << 20, &text, &err), 0);
        holds(&text, pattern);
}

static struct log_sink opened(enum log_format format)
{
        struct err err = { 0 };
        struct log_sink sink = { .fd = -1, .format = format };
        assert_int_equal(log_sink_open(&sink, path, &err), 0);
        return sink;
}

/* texts ------------------------------------------------------------------------------------------------------------ */

static void values_are_quoted_as_go_quotes_them(void **state)
{
        (void)state;
        static const struct {
                const char *text, *quoted;
        } rows[] = {
                {"plain-1._/@^+",             "plain-1._/@^+"               },
                { "",                         ""                            },
                { "two words",                "\"two words\""               },
                { "a:b",                      "\"a:b\""                     },
                { "say \"no\" \\",            "\"say \\\"no\\\" \\\\\""     },
                { "\a\b\f\n\r\t\v",           "\"\\a\\b\\f\\n\\r\\t\\v\""   },
                { "\x01\x1b[31m\x7f",         "\"\\x01\\x1b[31m\\x7f\""     },
                { "p\xc3\xa4th \xe2\x82\xac", "\"p\xc3\xa4th \xe2\x82\xac\""},
                { "\xf0\x9f\x90\xb3",         "\"\xf0\x9f\x90\xb3\""        },
                { "\xc2\x9b"
                  "31m",     "\"\\u009b31m\""              },
                { "\xe2\x80\xae",             "\"\\u202e\""                 },
                { "\xef\xbb\xbf",             "\"\\ufeff\""                 },
 /* No UTF-8: a byte alone, cut short, too long a form, a surrogate, beyond the last. */
                { "\xff",                     "\"\\xff\""                   },
                { "\x80x",                    "\"\\x80x\""                  },
                { "\xc3",                     "\"\\xc3\""                   },
                { "\xe2\x82",                 "\"\\xe2\\x82\""              },
                { "\xc0\xaf",                 "\"\\xc0\\xaf\""              },
                { "\xed\xa0\x80",             "\"\\xed\\xa0\\x80\""         },
                { "\xf4\x90\x80\x80",         "\"\\xf4\\x90\\x80\\x80\""    },
        };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                auto_buf struct buf buf = { 0 };
                quote_value(&buf, rows[i].text);
                assert_string_equal(buf_text(&buf), rows[i].quoted);
        }
}

static void lines_for_people_keep_their_quotes(void **state)
{
        (void)state;
        auto_buf struct buf buf = { 0 };
        quote_line(&buf, "exec: \"no\\such\":\n\x1b \xff p\xc3\xa4th");
        assert_string_equal(buf_text(&buf), "exec: \"no\\such\":\\n\\x1b \\xff p\xc3\xa4th");
}

/* lines ------------------------------------------------------------------------------------------------------------ */

static void text_lines_are_those_of_logrus(void **state)
{
        (void)state;
        struct log_sink sink = opened(LOG_FORMAT_TEXT);
        log_sink_emit(&sink, LOG_WARNING, "two words");
        log_sink_emit(&sink, LOG_DEBUG, "one");
        log_sink_finish(&sink);
        file_holds("^time=\"" TIME "\" level=warning msg=\"two words\"\ntime=\"" TIME "\" level=debug msg=one\n$");
        stderr_holds("^$");
}

static void json_lines_have_three_keys_in_order(void **state)
{
        (void)state;
        struct log_sink sink = opened(LOG_FORMAT_JSON);
        log_sink_emit(&sink, LOG_INFO, "no\nsuch \"thing\"");
        log_sink_finish(&sink);
        file_holds("^\\{\"level\":\"info\",\"msg\":\"no\\\\nsuch \\\\\"thing\\\\\"\",\"time\":\"" TIME "\"\\}\n$");
}

static void an_error_goes_to_the_file_and_in_plain_words_to_stderr(void **state)
{
        (void)state;
        struct err err = { 0 };
        struct log_sink sink = opened(LOG_FORMAT_JSON);
        (void)fail(&err, "exec: \"a\nb\": gone");
        log_sink_error(&sink, &err);
        log_sink_finish(&sink);
        file_holds("^\\{\"level\":\"error\",\"msg\":\"exec: \\\\\"a\\\\nb\\\\\": gone\",\"time\":\"" TIME "\"\\}\n$");
        stderr_holds("^error: exec: \"a\\\\nb\": gone\n$");
}

static void without_a_file_the_error_is_one_line_of_the_format(void **state)
{
        (void)state;
        struct err err = { 0 };
        struct log_sink sink = { .fd = -1 };
        (void)fail(&err, "container does not exist");
        log_sink_error(&sink, &err);
        stderr_holds("^time=\"" TIME "\" level=error msg=\"container does not exist\"\n$");
}

static void lines_are_bounded_and_keep_both_ends(void **state)
{
        (void)state;
        static const struct {
                enum log_format format;
                char filling;
        } rows[] = {
                {LOG_FORMAT_TEXT,  'x'   },
                { LOG_FORMAT_TEXT, '\x01'},
                { LOG_FORMAT_JSON, '\x01'},
                { LOG_FORMAT_JSON, '"'   },
                { LOG_FORMAT_TEXT, '\xff'},
        };
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                char text[ERR_TEXT_MAX];
                memset(text, rows[i].filling, sizeof text);
                strcpy(text + sizeof text - sizeof "end", "end");
                for (size_t k = 0; k < strlen("start"); k++)
                        text[k] = "start"[k];
                struct log_sink sink = { .fd = -1, .format = rows[i].format };
                assert_int_equal(ftruncate(STDERR_FILENO, 0), 0);
                assert_int_equal(lseek(STDERR_FILENO, 0, SEEK_SET), 0);
                log_sink_emit(&sink, LOG_ERROR, text);

                auto_buf struct buf line = { 0 };
                read_stderr(&line);
                assert_in_range(line.len, ERR_TEXT_MAX / 3, LOG_LINE_MAX);
                assert_ptr_equal(strchr(buf_text(&line), '\n'), buf_text(&line) + line.len - 1);
                holds(&line, "msg\"?[:=]\"?start");
                holds(&line, "end(\"|\n)");
        }
}

static void a_daemon_gets_the_level_and_the_tag(void **state)
{
        (void)state;
        char syslog[64];
        auto_buf struct buf buf = { 0 };
        log_daemon_add_journal(&buf, LOG_WARNING, "a\nb");
        assert_string_equal(buf_text(&buf), "PRIORITY=4\nSYSLOG_IDENTIFIER=tare\nID=a\\nb\nMESSAGE=");
        buf.len = 0;
        log_daemon_add_syslog(&buf, LOG_DEBUG, "x");
        (void)snprintf(syslog, sizeof syslog, "<15>x[%d]: ", (int)getpid());
        assert_string_equal(buf_text(&buf), syslog);
}

/* the file --------------------------------------------------------------------------------------------------------- */

static void the_file_is_appended_to_and_private_to_this_program(void **state)
{
        (void)state;
        mode_t kept = umask(0);
        struct log_sink sink = opened(LOG_FORMAT_TEXT);
        (void)umask(kept);
        struct stat stat;
        assert_int_equal(fstat(sink.fd, &stat), 0);
        assert_int_equal(stat.st_mode, S_IFREG | 0644);
        assert_int_equal(fcntl(sink.fd, F_GETFD), FD_CLOEXEC);
        log_sink_emit(&sink, LOG_ERROR, "one");

        struct log_sink again = opened(LOG_FORMAT_TEXT);
        log_sink_emit(&again, LOG_ERROR, "two");
        log_sink_emit(&sink, LOG_ERROR, "three");
        log_sink_finish(&again);
        log_sink_finish(&sink);
        log_sink_finish(&sink);
        file_holds("^[^\n]* msg=one\n[^\n]* msg=two\n[^\n]* msg=three\n$");
}

static void a_file_that_cannot_be_opened_is_told(void **state)
{
        (void)state;
        struct err err = { 0 };
        struct log_sink sink = { .fd = -1 };
        assert_int_equal(log_sink_open(&sink, "/no/such/log", &err), -1);
        assert_string_equal(err.text, "open log /no/such/log: no such file or directory");
        assert_int_equal(sink.fd, -1);
}

static void a_full_file_is_replaced_by_stderr(void **state)
{
        (void)state;
        struct err err = { 0 };
        struct log_sink sink = { .fd = -1 };
        assert_int_equal(log_sink_open(&sink, "/dev/full", &err), 0);
        log_sink_emit(&sink, LOG_WARNING, "careful");
        log_sink_finish(&sink);
        stderr_holds("^time=\"" TIME "\" level=warning msg=careful\n$");
}

#define log_test(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
        const struct CMUnitTest tests[] = {
                log_test(values_are_quoted_as_go_quotes_them),
                log_test(lines_for_people_keep_their_quotes),
                log_test(text_lines_are_those_of_logrus),
                log_test(json_lines_have_three_keys_in_order),
                log_test(an_error_goes_to_the_file_and_in_plain_words_to_stderr),
                log_test(without_a_file_the_error_is_one_line_of_the_format),
                log_test(lines_are_bounded_and_keep_both_ends),
                log_test(a_daemon_gets_the_level_and_the_tag),
                log_test(the_file_is_appended_to_and_private_to_this_program),
                log_test(a_file_that_cannot_be_opened_is_told),
                log_test(a_full_file_is_replaced_by_stderr),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
