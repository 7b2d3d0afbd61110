# SPDX-License-Identifier: GPL-3.0-or-later
# GAINSPICE_WARNINGS: the warnings that the code is free of; --enable-werror makes them errors.
AC_DEFUN([GAINSPICE_WARNINGS], [
AC_ARG_ENABLE([werror], [AS_HELP_STRING([--enable-werror], [treat warnings as errors])], [], [enable_werror=no])
WARN_CFLAGS="-std=gnu11 -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion -Wpointer-arith -Wstrict-prototypes -Wmissing-prototypes -Wundef -Wwrite-strings -Wformat=2 -Wvla -Wnull-dereference"
gs_warnings=on
AS_IF([test "x$enable_werror" = xyes], [WARN_CFLAGS="$WARN_CFLAGS -Werror"; gs_warnings=errors])
AC_SUBST([WARN_CFLAGS])
])
