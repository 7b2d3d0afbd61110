# SPDX-License-Identifier: GPL-3.0-or-later
# GAINSPICE_SANITIZERS: --with-sanitizers builds with AddressSanitizer and UndefinedBehaviorSanitizer.
AC_DEFUN([GAINSPICE_SANITIZERS], [
AC_ARG_WITH([sanitizers], [AS_HELP_STRING([--with-sanitizers], [build with AddressSanitizer and UBSan])], [], [with_sanitizers=no])
gs_sanitizers=off
AS_IF([test "x$with_sanitizers" != xno], [
  SANITIZER_CFLAGS="-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer -g"
  AC_DEFINE([WITH_SANITIZERS], [1], [Built with AddressSanitizer and UBSan])
  gs_sanitizers="address,undefined"
])
AM_CONDITIONAL([WITH_SANITIZERS], [test "x$with_sanitizers" != xno])
AC_SUBST([SANITIZER_CFLAGS])
])
