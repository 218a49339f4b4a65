/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every command there is: a line here and one in table.c. */
#ifndef COMMAND_TABLE_H
#define COMMAND_TABLE_H

#include "command/command.h"

extern const struct command command_alias;
extern const struct command command_ascii;
extern const struct command command_bt;
extern const struct command command_btop;
extern const struct command command_dis;
extern const struct command command_disassemble;
extern const struct command command_down;
extern const struct command command_eval;
extern const struct command command_exit;
extern const struct command command_foreach;
extern const struct command command_frame;
extern const struct command command_gdb;
extern const struct command command_h;
extern const struct command command_help;
extern const struct command command_info;
extern const struct command command_list;
extern const struct command command_log;
extern const struct command command_mach;
extern const struct command command_mod;
extern const struct command command_p;
extern const struct command command_print;
extern const struct command command_ps;
extern const struct command command_pte;
extern const struct command command_ptob;
extern const struct command command_ptov;
extern const struct command command_ptype;
extern const struct command command_q;
extern const struct command command_r;
extern const struct command command_rd;
extern const struct command command_repeat;
extern const struct command command_search;
extern const struct command command_set;
extern const struct command command_star;
extern const struct command command_struct;
extern const struct command command_sym;
extern const struct command command_sys;
extern const struct command command_task;
extern const struct command command_tree;
extern const struct command command_union;
extern const struct command command_up;
extern const struct command command_vtop;
extern const struct command command_whatis;
extern const struct command command_wr;
extern const struct command command_x;

#endif
