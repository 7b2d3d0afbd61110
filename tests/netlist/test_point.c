/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "netlist/point.h"
#include "tests/support/check_tap.h"

static struct design *design;

static void open_design(const char *path)
{
    GError *error = NULL;
    g_autofree char *top = source_path("");
    ck_assert_int_eq(g_chdir(top), 0);
    design = design_read(path, &error);
    ck_ok(design != NULL, error);
}

static const char *name_of(const GPtrArray *points, guint i)
{
    return ((const struct point *)points->pdata[i])->name;
}

START_TEST(the_last_loop_is_the_fastest)
{
    open_design("tests/golden/mismatch/design.xml");
    static const char *const expected[] = {
        "read.ss.-40C.overlap=1.l_read=1.8e-07.s1",  "read.ss.-40C.overlap=1.l_read=1.8e-07.s2",
        "read.ss.-40C.overlap=1.l_read=1.8e-07.s3",  "read.ss.-40C.overlap=1.l_read=2.7e-07.s1",
        "read.ss.-40C.overlap=1.l_read=2.7e-07.s2",  "read.ss.-40C.overlap=1.l_read=2.7e-07.s3",
        "read.ss.-40C.overlap=30.l_read=1.8e-07.s1", "read.ss.-40C.overlap=30.l_read=1.8e-07.s2",
        "read.ss.-40C.overlap=30.l_read=1.8e-07.s3", "read.ss.-40C.overlap=30.l_read=2.7e-07.s1",
        "read.ss.-40C.overlap=30.l_read=2.7e-07.s2", "read.ss.-40C.overlap=30.l_read=2.7e-07.s3",
    };
    GPtrArray *points = points_expand(design, NULL);
    ck_assert_uint_eq(points->len, G_N_ELEMENTS(expected));
    for (guint i = 0; i < points->len; i++)
        ck_assert_str_eq(name_of(points, i), expected[i]);
    const struct point *point = points->pdata[7];
    ck_assert(point->design == design && point->bench == design->benches->pdata[0]);
    ck_assert_str_eq(point->corner, "ss");
    ck_assert(point->temperature_C == -40 && point->sample == 2 && point->n_settings == 2);
    ck_assert_str_eq(point->sweeps[0]->name, "overlap");
    ck_assert_str_eq(point->sweeps[1]->name, "l_read");
    ck_assert(point->settings[0] == 30 && point->settings[1] == 0.18e-6);
    g_ptr_array_unref(points);
    design_free(design);
}
END_TEST

START_TEST(benches_come_as_written_with_their_own_axes)
{
    open_design("netlists/gain-cell.xml");
    GPtrArray *all = points_expand(design, NULL);
    ck_assert_uint_eq(all->len, 5 + 7 + 5 * 3);
    ck_assert_str_eq(name_of(all, 0), "transfer.tt.27C.v_bl=0.35");
    ck_assert_str_eq(name_of(all, 5), "write.tt.27C.v_write=0");
    ck_assert_str_eq(name_of(all, 12), "retention.tt.-40C");
    ck_assert_str_eq(name_of(all, 16), "retention.ff.27C");
    ck_assert_str_eq(name_of(all, 26), "retention.sf.85C");
    GPtrArray *write = points_expand(design, design_bench(design, "write"));
    ck_assert_uint_eq(write->len, 7);
    for (guint i = 0; i < write->len; i++)
        ck_assert_str_eq(name_of(write, i), name_of(all, 5 + i));
    ck_assert_int_eq(((const struct point *)write->pdata[0])->sample, 0);
    g_ptr_array_unref(write);
    g_ptr_array_unref(all);
    design_free(design);
}
END_TEST

/* An axis of the whole design that sweeps one cell's parameter does not multiply the benches of another cell; long names end
 * in a digest and stay apart. */
START_TEST(names_are_unique_safe_and_short)
{
    open_design("tests/netlist/two-cells.xml");
    GPtrArray *points = points_expand(design, NULL);
    ck_assert_uint_eq(points->len, 2 * 3 + 2 * 3 * 2);
    GHashTable *names = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < points->len; i++) {
        const char *name = name_of(points, i);
        ck_assert(g_hash_table_add(names, (gpointer)name));
        ck_assert_uint_le(strlen(name), 200);
        ck_assert_uint_eq(strspn(name, "abcdefghijklmnopqrstuvwxyzC0123456789_.+-="), strlen(name));
    }
    ck_assert_uint_eq(((const struct point *)points->pdata[0])->n_settings, 2);
    ck_assert_uint_eq(((const struct point *)points->pdata[6])->n_settings, 3);
    ck_assert_uint_eq(strlen(name_of(points, 6)), 200);
    g_hash_table_unref(names);
    g_ptr_array_unref(points);
    design_free(design);
}
END_TEST

/* ngspice's own loops step evenly: an uneven sweep outside of them becomes points, an even list does not. */
START_TEST(an_uneven_outer_sweep_becomes_points)
{
    open_design("tests/netlist/uneven-outer.xml");
    ck_assert_uint_eq(bench_inner_sweeps(design_bench(design, "b")), 1);
    GPtrArray *points = points_expand(design, NULL);
    ck_assert_uint_eq(points->len, 3);
    ck_assert_str_eq(name_of(points, 1), "b.tt.27C.v_bl=0.45");
    g_ptr_array_unref(points);
    design_free(design);
}
END_TEST

static Suite *point_suite(void)
{
    Suite *suite = suite_create("point");
    TCase *tc = tcase_create("point");
    tcase_add_test(tc, the_last_loop_is_the_fastest);
    tcase_add_test(tc, benches_come_as_written_with_their_own_axes);
    tcase_add_test(tc, names_are_unique_safe_and_short);
    tcase_add_test(tc, an_uneven_outer_sweep_becomes_points);
    suite_add_tcase(suite, tc);
    return suite;
}

TAP_MAIN(point_suite)
