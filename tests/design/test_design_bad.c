/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every tests/design/bad/NAME.xml is refused with exactly the sentence in NAME.err. UPDATE_GOLDEN=1 rewrites the sentences. */
#include "config.h"

#include <string.h>
#include <unistd.h>

#include "base/files.h"
#include "design/design.h"
#include "tests/support/check_tap.h"
#include "tests/support/refused.h"

#define FOLDER "tests/design/bad"
#define LEAST_CASES 100 /* fewer were found: the folder is not the one that is meant */

static GPtrArray *cases; /* char*, "tests/design/bad/x.xml", sorted */

START_TEST(refused_in_these_words)
{
    const char *path = cases->pdata[_i];
    GError *error = NULL;
    struct design *design = design_read(path, &error);
    refused_check(path, design, error);
}
END_TEST

START_TEST(all_were_found)
{
    ck_assert_uint_ge(cases->len, LEAST_CASES);
}
END_TEST

static Suite *suite(void)
{
    cases = refused_find(FOLDER);
    Suite *s = suite_create("design_bad");
    TCase *t = tcase_create("design_bad");
    tcase_add_test(t, all_were_found);
    tcase_add_loop_test(t, refused_in_these_words, 0, (int)cases->len);
    suite_add_tcase(s, t);
    return s;
}
TAP_MAIN(suite)
