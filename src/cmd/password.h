/* SPDX-License-Identifier: Apache-2.0 */
/* Questions to the user at the terminal. */
#ifndef DD_PASSWORD_H
#define DD_PASSWORD_H

#include "base/buf.h"

/* Asks at the controlling terminal, whatever standard input is, and appends the line that is typed. echo false: it is
 * not shown, and the terminal is as before in every case. DD_EARG: there is no terminal, or Ctrl-C or Ctrl-D was typed.
 */
enum dd_code dd_ask_line(const char *question, bool echo, struct dd_buf *out, struct dd_err *err);
/* All of fd without the line's end. DD_EARG: more than one line. DD_EIO, DD_ELIMIT. */
enum dd_code dd_read_password(int fd, struct dd_buf *out, struct dd_err *err);

#endif
