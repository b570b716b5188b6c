/* SPDX-License-Identifier: Apache-2.0 */
/* test_signal.c - every signal by each of its spellings, against the C library's own names; and what is none. */

#include <ctype.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "unit.h"

#include "cli/signal.h"

enum { OLD_SIGNALS = 31 }; /* those before the real-time ones */

static int parsed(const char *text)
{
        struct err err;
        int sig = 0;
        if (signal_parse(text, &sig, &err) < 0)
                return -1;
        return sig;
}

/* name, sigNAME, and the like. */
static void has_every_spelling(const char *name, int number)
{
        char text[32];
        char lower[32];
        size_t len = strlen(name);
        for (size_t i = 0; i <= len; i++)
                lower[i] = (char)tolower((unsigned char)name[i]);
        static const char *const prefixes[] = { "", "SIG", "sig", "Sig" };
        for (size_t i = 0; i < ARRAY_LEN(prefixes); i++) {
                (void)snprintf(text, sizeof text, "%s%s", prefixes[i], name);
                assert_int_equal(parsed(text), number);
                (void)snprintf(text, sizeof text, "%s%s", prefixes[i], lower);
                assert_int_equal(parsed(text), number);
        }
}

static void every_row_is_read_in_every_spelling(void **state)
{
        (void)state;
        int last = 0;
        for (const struct signal_row *row = signal_rows; row->name; row++) {
                has_every_spelling(row->name, row->number);
                assert_true(row->number >= last);
                last = row->number;
        }
        assert_int_equal(last, OLD_SIGNALS);
}

static void every_signal_has_the_name_of_the_c_library(void **state)
{
        (void)state;
        for (int sig = 1; sig <= OLD_SIGNALS; sig++) {
                /* glibc: "POLL", of which IO is the other name. */
                assert_non_null(sigabbrev_np(sig));
                has_every_spelling(sigabbrev_np(sig), sig);
        }
}

static void numbers_are_taken_as_they_are(void **state)
{
        (void)state;
        for (int sig = 1; sig <= 64; sig++) {
                char text[8];
                (void)snprintf(text, sizeof text, "%d", sig);
                assert_int_equal(parsed(text), sig);
        }
        assert_int_equal(parsed("09"), 9);
}

static void real_time_signals_count_from_their_ends(void **state)
{
        (void)state;
        assert_int_equal(SIGRTMIN, 34); /* the number that the names below stand for, here as everywhere with glibc */
        has_every_spelling("RTMIN", 34);
        has_every_spelling("RTMAX", 64);
        for (int n = 0; n <= 30; n++) {
                char text[16];
                (void)snprintf(text, sizeof text, "RTMIN+%d", n);
                has_every_spelling(text, 34 + n);
                (void)snprintf(text, sizeof text, "RTMAX-%d", n);
                has_every_spelling(text, 64 - n);
        }
}

static void what_is_no_signal_is_refused_by_name(void **state)
{
        (void)state;
        static const char *const bad[] = {
                "",         "0",        "65",         "-1",       "+9",
                "9 ",       " 9",       "0x9",        "9.0",      "BADSIG",
                "SIG",      "SIG9",     "SIGSIGKILL", "KIL",      "KILLS",
                "RTMIN+31", "RTMAX-31", "RTMIN-1",    "RTMAX+1",  "RTMIN+",
                "RTMIN+x",  "RTMINx",   "RT",         "RTMIN+-1", "99999999999999999999",
        };
        for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
                char complaint[64];
                struct err err = { 0 };
                int sig = 77;
                (void)snprintf(complaint, sizeof complaint, "unknown signal \"%s\"", bad[i]);
                assert_int_equal(signal_parse(bad[i], &sig, &err), -1);
                assert_string_equal(err.text, complaint);
                assert_int_equal(sig, 77);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(every_row_is_read_in_every_spelling),
                cmocka_unit_test(every_signal_has_the_name_of_the_c_library),
                cmocka_unit_test(numbers_are_taken_as_they_are),
                cmocka_unit_test(real_time_signals_count_from_their_ends),
                cmocka_unit_test(what_is_no_signal_is_refused_by_name),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
