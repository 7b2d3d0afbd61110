/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/text.h"
#include "tests/support/check_tap.h"

static const struct {
    const char *text;
    gsize max;
    const char *line;
} cases[] = {
    {"v_store 0.45 V, 85 °C", 0, "v_store 0.45 V, 85 °C"},
    {"two\nlines\r\n", 0, "two lines  "},
    {"\033[31mred\x7f", 0, " [31mred "},
    {"\xc2\x9b" "C1 is CSI to a terminal", 0, " C1 is CSI to a terminal"},
    {"separator\xe2\x80\xa8line", 0, "separator line"},
    {"\xff\xfe", 0, "\xef\xbf\xbd\xef\xbf\xbd"},
    {"23851", 4, "2385"},
    {"1 Ω", 3, "1 \xef\xbf\xbd"}, /* cut within a character */
    {NULL, 5, ""},
    {"", 0, ""},
};

START_TEST(one_line_whatever_it_was)
{
    g_autofree char *line = text_line(cases[_i].text, cases[_i].max);
    ck_assert_str_eq(line, cases[_i].line);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("text");
    TCase *t = tcase_create("text");
    tcase_add_loop_test(t, one_line_whatever_it_was, 0, (int)G_N_ELEMENTS(cases));
    suite_add_tcase(s, t);
    return s;
}

TAP_MAIN(suite)
