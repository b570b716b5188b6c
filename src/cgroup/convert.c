/* SPDX-License-Identifier: Apache-2.0 */
/* convert.c - numbers of cgroup v1 in the language of cgroup v2; see convert.h. */

#include "cgroup/convert.h"

enum {
        SHARES_MIN = 2,
        SHARES_MAX = 262144,
        CPU_WEIGHT_MIN = 1,
        CPU_WEIGHT_MAX = 10000,
        BLOCK_WEIGHT_MIN = 10,
        BLOCK_WEIGHT_RANGE = 1000 - BLOCK_WEIGHT_MIN,
        IO_WEIGHT_MIN = 1,
        IO_WEIGHT_RANGE = 10000 - IO_WEIGHT_MIN,
        FRACTION_BITS = 48, /* of a logarithm: what a double has to give */
        SERIES_TERMS = 40,
};

/* Two functions of math.h, for the one formula below: a library more for the loader to map would cost each birth more
 * than they do. */

/* The logarithm to the base 2 of a value >= 1, digit by digit: squaring a value doubles its logarithm. */
static double log_2(double value)
{
        double result = 0;
        while (value >= 2) {
                value /= 2;
                result += 1;
        }

        double digit = 1;
        for (int i = 0; i < FRACTION_BITS; i++) {
                value *= value;
                digit /= 2;
                if (value < 2)
                        continue;
                value /= 2;
                result += digit;
        }
        return result;
}

/* e to a power between 0 and 10, by its series. */
static double exp_e(double power)
{
        double sum = 1;
        double term = 1;
        for (int i = 1; i < SERIES_TERMS; i++) {
                term *= power / i;
                sum += term;
        }
        return sum;
}

uint64_t convert_cpu_shares(uint64_t shares)
{
        static const double ln_10 = 2.302585092994045684;
        if (shares <= SHARES_MIN)
                return CPU_WEIGHT_MIN;
        if (shares >= SHARES_MAX)
                return CPU_WEIGHT_MAX;

        double l = log_2((double)shares);
        double weight = exp_e(ln_10 * ((l * l + 125 * l) / 612 - 7.0 / 34));
        /* Rounded up, but 1024 is to give 100 for certain: no other value comes this near to a whole number. */
        const double tolerance = 1e-7;
        uint64_t whole = (uint64_t)weight;
        return weight - (double)whole > tolerance ? whole + 1 : whole;
}

uint64_t convert_block_weight(uint64_t weight)
{
        return IO_WEIGHT_MIN + (weight - BLOCK_WEIGHT_MIN) * IO_WEIGHT_RANGE / BLOCK_WEIGHT_RANGE;
}

int convert_swap(int64_t limit, int64_t swap, int64_t *ret, struct err *err)
{
        if (swap == -1) {
                *ret = -1;
                return 0;
        }
        if (limit < 0)
                return fail(err, "unable to set swap limit without memory limit");
        if (swap < limit)
                return fail(err, "memory+swap limit should be >= memory limit");
        *ret = swap - limit;
        return 0;
}
