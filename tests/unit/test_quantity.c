/* SPDX-License-Identifier: Apache-2.0 */
/* test_quantity.c - bytes and durations, and what is neither. */

#include <string.h>

#include "unit.h"

#include "base/scope.h"
#include "cli/quantity.h"

struct row {
        const char *text;
        int64_t value; /* NONE: it is no such quantity */
};

#define NONE INT64_MIN

static void hold(bool (*read)(const char *text, int64_t *ret), const struct row *rows, size_t n)
{
        for (size_t i = 0; i < n; i++) {
                int64_t got = NONE;
                bool is_one = read(rows[i].text, &got);
                if (got != rows[i].value || is_one != (rows[i].value != NONE))
                        fail_msg("\"%s\" gives %lld, not %lld", rows[i].text, (long long)got, (long long)rows[i].value);
        }
}

static void bytes_take_a_unit(void **state)
{
        (void)state;
        static const struct row rows[] = {
                {"0",                    0           },
                { "17",                  17          },
                { "-1",                  -1          },
                { "17b",                 17          },
                { "1k",                  1024        },
                { "64m",                 64 << 20    },
                { "64MB",                64 << 20    },
                { "1GiB",                1 << 30     },
                { "2t",                  2LL << 40   },
                { "1P",                  1LL << 50   },
                { "9223372036854775807", INT64_MAX   },
                { "8191p",               8191LL << 50},
                { "8192p",               NONE        },
                { "9223372036854775808", NONE        },
                { "",                    NONE        },
                { "m",                   NONE        },
                { "-2",                  NONE        },
                { "-1m",                 NONE        },
                { "1.5g",                NONE        },
                { "1 m",                 NONE        },
                { "1mm",                 NONE        },
                { "1ib",                 NONE        },
                { "1x",                  NONE        },
                { "+1",                  NONE        },
        };
        hold(quantity_bytes, rows, ARRAY_LEN(rows));
}

static void durations_are_those_of_go(void **state)
{
        (void)state;
        static const struct row rows[] = {
                {"5s",                           5000000000         },
                { "100ms",                       100000000          },
                { "1h30m",                       5400000000000      },
                { "1.5s",                        1500000000         },
                { ".5s",                         500000000          },
                { "1.s",                         1000000000         },
                { "7us",                         7000               },
                { "7\xc2\xb5s",                  7000               },
                { "7\xce\xbcs",                  7000               },
                { "3ns",                         3                  },
                { "1.9ns",                       1                  },
                { "0",                           0                  },
                { "0s",                          0                  },
                { "-2s",                         -2000000000        },
                { "+2s",                         2000000000         },
                { "2562047h",                    9223369200000000000},
                { "2562048h",                    NONE               },
                { "2562047h48m",                 NONE               },
                { "",                            NONE               },
                { "-",                           NONE               },
                { "5",                           NONE               },
                { "s",                           NONE               },
                { ".s",                          NONE               },
                { "5 s",                         NONE               },
                { "5d",                          NONE               },
                { "1.5",                         NONE               },
                { "99999999999999999999999999s", NONE               },
        };
        hold(quantity_duration, rows, ARRAY_LEN(rows));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(bytes_take_a_unit),
                cmocka_unit_test(durations_are_those_of_go),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
