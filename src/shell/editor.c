/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * readline waits for keys here, in get_key(), and its own signal handlers stay out: signals only raise flags,
 * which get_key() looks at. What ends a line early (Ctrl-C, a lost terminal, SIGTERM) is the end of the input
 * for readline, whatever it was in the middle of, so that it always returns in order, the terminal set back.
 */
#include "shell/editor.h"

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* readline's headers want stdio.h before them */
#include <readline/history.h>
#include <readline/readline.h>

#include "base/interrupt.h"
#include "shell/completer.h"

static volatile sig_atomic_t resized, stopped, ended; /* the last: the signal's number */
static bool lost;                                     /* the terminal gives nothing any more */
static bool told;                                     /* ^C was shown */

static void on_signal(int number)
{
	if (number == SIGWINCH)
		resized = 1;
	else if (number == SIGTSTP)
		stopped = 1;
	else
		ended = number;
}

static const int caught[] = {SIGWINCH, SIGTSTP, SIGHUP, SIGTERM, SIGQUIT};
enum { N_CAUGHT = sizeof(caught) / sizeof(caught[0]) };

static void catch_signals(struct sigaction before[N_CAUGHT])
{
	struct sigaction action = {.sa_handler = on_signal};

	resized = stopped = ended = 0;
	for (size_t i = 0; i < N_CAUGHT; i++) {
		sigaction(caught[i], NULL, &before[i]);
		/* nohup: what is ignored stays so */
		if (before[i].sa_handler != SIG_IGN)
			sigaction(caught[i], &action, NULL);
	}
}

static void release_signals(const struct sigaction before[N_CAUGHT])
{
	for (size_t i = 0; i < N_CAUGHT; i++)
		sigaction(caught[i], &before[i], NULL);
}

/* Ctrl-Z: whoever is in front next gets the terminal as it was. */
static void stop(void)
{
	struct sigaction standard = {.sa_handler = SIG_DFL}, ours;

	stopped = 0;
	rl_deprep_terminal();
	sigaction(SIGTSTP, &standard, &ours);
	raise(SIGTSTP);
	sigaction(SIGTSTP, &ours, NULL);
	rl_prep_terminal(1);
	rl_forced_update_display();
}

/* Wait for a key or a signal. False: a signal. */
static bool wait_for_key(void)
{
	struct pollfd p = {.fd = STDIN_FILENO, .events = POLLIN};
	sigset_t ours, before;
	int n = -1;

	/* between a look at the flags and the wait no signal shall slip in */
	sigemptyset(&ours);
	sigaddset(&ours, SIGINT);
	for (size_t i = 0; i < N_CAUGHT; i++)
		sigaddset(&ours, caught[i]);
	sigprocmask(SIG_BLOCK, &ours, &before);
	if (!interrupted() && !resized && !stopped && !ended)
		n = ppoll(&p, 1, NULL, &before);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return n > 0;
}

/* Nothing of the line is wanted any more: only on an empty one does readline take the end of input at its
 * word. */
static void abandon(void)
{
	if (interrupted() && !told && !lost && !ended) {
		rl_point = rl_end;
		rl_redisplay();
		rl_echo_signal_char(SIGINT);
		told = true;
	}
	rl_delete_text(0, rl_end);
	rl_point = 0;
}

static int get_key(FILE *stream)
{
	unsigned char key;

	(void)stream;
	while (!lost && !interrupted() && !ended) {
		if (stopped)
			stop();
		if (resized) {
			resized = 0;
			rl_resize_terminal();
		}
		if (wait_for_key()) {
			ssize_t n = read(STDIN_FILENO, &key, 1);

			if (n == 1)
				return key;
			/* 0: the other end hung up; EIO: the terminal belongs to somebody else now */
			if (n == 0 || (errno != EINTR && errno != EAGAIN))
				lost = true;
		}
	}
	abandon();
	return EOF;
}

static void initialize(void)
{
	rl_readline_name = "inquest";
	rl_catch_signals = 0;
	rl_catch_sigwinch = 0;
	/* programs we start shall ask the terminal how large it is */
	rl_change_environment = 0;
	rl_getc_function = get_key;
	completer_install();
	using_history();
	stifle_history(HISTORY_KEPT);
	setlocale(LC_CTYPE, "");
	rl_initialize();
	if (strcmp(nl_langinfo(CODESET), "UTF-8") == 0) {
		rl_variable_bind("input-meta", "on");
		rl_variable_bind("output-meta", "on");
		rl_variable_bind("convert-meta", "off");
	}
}

/* "set edit" and -e; before anybody said so, ~/.inputrc. */
static void choose_keys(struct settings *settings)
{
	static enum edit_mode now;

	if (settings->edit == EDIT_UNSET)
		settings->edit = rl_editing_mode ? EDIT_EMACS : EDIT_VI;
	else if (settings->edit != now)
		rl_variable_bind("editing-mode", settings->edit == EDIT_VI ? "vi" : "emacs");
	now = settings->edit;
}

/* \001 and \002 stand around what takes no room on the screen. */
static const char *coloured(struct session *s, const char *prompt)
{
	return s->settings.colour ? arena_printf(&s->scratch, "\001\033[1m\002%s\001\033[m\002", prompt)
				  : prompt;
}

enum line_result editor_read(struct session *s, const char *prompt, const char *before, struct text *line)
{
	static bool initialized;
	struct sigaction actions[N_CAUGHT];
	enum line_result result;
	char *typed;

	text_clear(line);
	told = false;
	if (!initialized)
		initialize();
	initialized = true;
	choose_keys(&s->settings);
	completer_begin(s, before);
	catch_signals(actions);
	/* it may have changed while a command ran */
	rl_reset_screen_size();
	typed = readline(coloured(s, prompt));
	completer_end();
	release_signals(actions);
	if (ended)
		raise(ended);
	result = lost || (!typed && !interrupted()) ? LINE_END : interrupted() ? LINE_INTERRUPTED : LINE_READ;
	if (result == LINE_READ)
		text_puts(line, typed);
	else if (result == LINE_INTERRUPTED && !typed)
		putchar('\n');
	fflush(stdout);
	interrupt_clear();
	free(typed);
	return result;
}

void editor_remember(const char *line)
{
	add_history(line);
}
