/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/support/check_tap.h -- a Check suite as a TAP program: TAP_MAIN(suite_function). */
#ifndef GAINSPICE_TESTS_CHECK_TAP_H
#define GAINSPICE_TESTS_CHECK_TAP_H

#include <check.h>
#include <glib.h>
#include <math.h>
#include <stdlib.h>

/* Runs in forked children, prints TAP on stdout and nothing else. Takes ownership; returns the exit status. */
static inline int tap_run(Suite *suite)
{
    SRunner *runner = srunner_create(suite);
    srunner_set_tap(runner, "-");
    srunner_run_all(runner, CK_SILENT);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#define TAP_MAIN(make_suite)            \
    int main(void)                      \
    {                                   \
        return tap_run(make_suite());   \
    }

/* The same for a program that a pool starts as its own worker; needs sim/pool.h. */
#define TAP_WORKER_MAIN(make_suite)                             \
    int main(int argc, char **argv)                             \
    {                                                           \
        if (argc == 2 && strcmp(argv[1], "worker") == 0)        \
            return worker_main(0, 1);                           \
        return tap_run(make_suite());                           \
    }

/* The call succeeded; otherwise the test fails with the error's own sentence. */
#define ck_ok(expression, error)                                                        \
    do {                                                                                \
        gboolean ok_ = (expression) ? TRUE : FALSE;                                     \
        ck_assert_msg(ok_, "%s: %s", #expression, (error) != NULL ? (error)->message : "failed without an error"); \
    } while (0)

/* The call failed with exactly this message; the error is cleared. */
#define ck_fails(expression, error, expected)                                           \
    do {                                                                                \
        ck_assert_msg(!(expression), "%s: expected to fail", #expression);              \
        ck_assert_msg((error) != NULL, "%s: failed without an error", #expression);     \
        ck_assert_str_eq((error)->message, expected);                                   \
        g_clear_error(&(error));                                                        \
    } while (0)

/* A path in the source tree. Newly allocated. */
static inline char *source_path(const char *relative)
{
    const char *top = g_getenv("TOP_SRCDIR");
    return g_build_filename(top != NULL ? top : ".", relative, NULL);
}

#endif
