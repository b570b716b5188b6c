/* SPDX-License-Identifier: Apache-2.0 */
/* terminal.c - plan and make the terminal, and hand its master to whoever holds the other end; see terminal.h. */

#include "birth/terminal.h"

#include "birth/conditions.h"
#include "birth/steps.h"
#include "tty/console.h"
#include "tty/socket.h"

static int check_together(const struct birth *birth, struct err *err)
{
        bool wants_terminal = birth->spec.process.terminal;
        bool has_socket = birth->options->console_socket != NULL;
        if (wants_terminal && birth_detaches(birth) && !has_socket)
                return fail(err, "cannot allocate tty if tare will detach without setting console socket");
        if (has_socket && !(wants_terminal && birth_detaches(birth)))
                return fail(err, "cannot use console socket if tare will not detach or allocate tty");
        return 0;
}

static int connect_to(const char *option, const char *path, int *ret_fd, struct err *err)
{
        if (path && socket_connect(path, ret_fd, err) < 0)
                return fail_at(err, "%s %s", option, path);
        return 0;
}

int terminal_plan(struct birth *birth, struct err *err)
{
        if (check_together(birth, err) < 0)
                return -1;
        if (connect_to("--console-socket", birth->options->console_socket, &birth->console_fd, err) < 0 ||
            connect_to("--pidfd-socket", birth->options->pidfd_socket, &birth->pidfd_socket_fd, err) < 0)
                return -1;
        if (birth->spec.process.terminal && !birth_detaches(birth))
                return socket_pair(&birth->console_host_fd, &birth->console_fd, err);
        return 0;
}

int init_make_terminal(struct birth *birth, struct err *err)
{
        const struct console_size size = {
                .height = birth->spec.process.console_size.height,
                .width = birth->spec.process.console_size.width,
        };
        auto_fd int master_fd = -1;
        auto_fd int slave_fd = -1;
        if (console_make(&size, &master_fd, &slave_fd, err) < 0)
                return -1;
        /* An exec joins a /dev that has its console already. */
        if (birth->kind != BIRTH_EXEC && console_mount(slave_fd, err) < 0)
                return -1;
        if (socket_send_fd(birth->console_fd, CONSOLE_MASTER_NAME, master_fd, err) < 0)
                return fail_at(err, "hand the terminal over");
        finish_fd(&birth->console_fd);
        return console_take(slave_fd, err);
}

/* Init has sent it before the cue that this row comes after. */
int host_take_terminal(struct birth *birth, struct err *err)
{
        int master_fd = -1;
        finish_fd(&birth->console_fd);
        if (socket_receive_fd(birth->console_host_fd, &master_fd, err) < 0)
                return -1;
        finish_fd(&birth->console_host_fd);
        return relay_begin(&birth->relay, &master_fd, err);
}

int init_send_pidfd(struct birth *birth, struct err *err)
{
        if (socket_send_pidfd(birth->pidfd_socket_fd, birth->kind == BIRTH_EXEC ? "setns" : "standard", err) < 0)
                return -1;
        finish_fd(&birth->pidfd_socket_fd);
        return 0;
}

void terminal_finish(struct birth *birth)
{
        relay_finish(&birth->relay);
        finish_fd(&birth->console_fd);
        finish_fd(&birth->console_host_fd);
        finish_fd(&birth->pidfd_socket_fd);
}
