/* SPDX-License-Identifier: Apache-2.0 */
/* Functions that have no safe use in this code base; included into every file by the build.
 * Why each is here: no bound (strcpy, strcat, sprintf, vsprintf), hidden state (strtok, localtime, gmtime, ctime,
 * asctime), silent truncation or missing NUL (strncpy, strncat), no error report (atoi, atol, sscanf), a shell
 * (system, popen). Use dd_str, dd_buf, dd_str_u64 and friends. */
#ifndef DD_BANNED_H
#define DD_BANNED_H
/* libc's headers must see the real names first. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define DD_BANNED(f) dd_banned_function_##f
#undef strcpy
#define strcpy DD_BANNED(strcpy)
#undef strcat
#define strcat DD_BANNED(strcat)
#undef strncpy
#define strncpy DD_BANNED(strncpy)
#undef strncat
#define strncat DD_BANNED(strncat)
#undef sprintf
#define sprintf DD_BANNED(sprintf)
#undef vsprintf
#define vsprintf DD_BANNED(vsprintf)
#undef strtok
#define strtok DD_BANNED(strtok)
#undef atoi
#define atoi DD_BANNED(atoi)
#undef atol
#define atol DD_BANNED(atol)
#undef sscanf
#define sscanf DD_BANNED(sscanf)
#undef localtime
#define localtime DD_BANNED(localtime)
#undef gmtime
#define gmtime DD_BANNED(gmtime)
#undef ctime
#define ctime DD_BANNED(ctime)
#undef asctime
#define asctime DD_BANNED(asctime)
#undef system
#define system DD_BANNED(system)
#undef popen
#define popen DD_BANNED(popen)
#endif
