/* SPDX-License-Identifier: Apache-2.0 */
/* main.c - placeholder entry: the commands are read in cli. */

int main(void)
{
        return 0;
}
