# SPDX-License-Identifier: GPL-3.0-or-later
# GAINSPICE_COVERAGE: --enable-coverage instruments for gcov.
AC_DEFUN([GAINSPICE_COVERAGE], [
AC_ARG_ENABLE([coverage], [AS_HELP_STRING([--enable-coverage], [instrument for gcov])], [], [enable_coverage=no])
gs_coverage=$enable_coverage
AS_IF([test "x$enable_coverage" = xyes], [COVERAGE_CFLAGS="--coverage -O0"])
AC_SUBST([COVERAGE_CFLAGS])
])
