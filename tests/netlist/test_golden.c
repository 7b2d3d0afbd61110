/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decks, byte for byte. With GAINSPICE_UPDATE_GOLDEN=1 the expected files are rewritten instead (make update-golden). */
#include "config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "base/files.h"
#include "netlist/deck.h"
#include "tests/support/check_tap.h"

static const struct {
    const char *design, *point, *expected;
} goldens[] = {
    {"netlists/gain-cell.xml", "transfer.tt.27C.v_bl=0.45", "netlists/gain-cell/transfer.cir"},
    {"netlists/gain-cell.xml", "write.tt.27C.v_write=0.9", "netlists/gain-cell/write.cir"},
    {"netlists/gain-cell.xml", "retention.tt.27C", "netlists/gain-cell/retention.cir"},
    /* one deck a block at its nominal point: doc/circuits.md says which block is in which */
    {"netlists/gain-cell-disturb.xml", "hvt_high.tt.27C.v_store=0.9", "netlists/gain-cell-disturb/hvt_high.cir"},
    {"netlists/gain-cell-hold.xml", "thick_high.tt.27C.v_store=0.9", "netlists/gain-cell-hold/thick_high.cir"},
    {"netlists/gain-cell-enable.xml", "floating.tt.27C.v_store=0.9", "netlists/gain-cell-enable/floating.cir"},
    {"netlists/gain-cell-oxide-2t.xml", "write.tt.27C.v_write=0.9.v_before=0", "netlists/gain-cell-oxide-2t/write.cir"},
    {"netlists/gain-cell-oxide-3t.xml", "write.tt.27C.v_write=0.9.v_before=0", "netlists/gain-cell-oxide-3t/write.cir"},
    {"netlists/gain-cell-breadboard.xml", "write.tt.25C.v_write=5", "netlists/gain-cell-breadboard/write.cir"},
    {"netlists/memory-reram.xml", "read.tt.27C.g=0.0001", "netlists/memory-reram/read.cir"},
    {"netlists/memory-pcm.xml", "read.tt.27C.t_read=20.g_0=1e-05", "netlists/memory-pcm/read.cir"},
    {"netlists/memory-ferro.xml", "read.tt.27C.dvt_store=-0.2", "netlists/memory-ferro/read.cir"},
    {"netlists/c2p-ideal.xml", "transfer.tt.27C.q=0.4385", "netlists/c2p-ideal/transfer.cir"},
    {"netlists/c2p-hardsigmoid.xml", "nominal.tt.27C.q=0.5", "netlists/c2p-hardsigmoid/nominal.cir"},
    {"netlists/c2p-hardsigmoid.xml", "trip.tt.27C", "netlists/c2p-hardsigmoid/trip.cir"},
    {"netlists/c2p-regulated.xml", "nominal.tt.27C.q=0.5", "netlists/c2p-regulated/nominal.cir"},
    {"netlists/c2p-signed.xml", "transfer.tt.27C.q=0.385", "netlists/c2p-signed/transfer.cir"},
    {"netlists/dac.xml", "linearity.tt.27C", "netlists/dac/linearity.cir"},
    {"netlists/dac.xml", "step.tt.27C.from=0.next=4", "netlists/dac/step.cir"},
    {"netlists/write-path.xml", "drivers.tt.27C", "netlists/write-path/drivers.cir"},
    {"netlists/write-path.xml", "boost.tt.27C", "netlists/write-path/boost.cir"},
    {"netlists/write-path.xml", "write.tt.27C.code=4", "netlists/write-path/write.cir"},
    {"netlists/pwm.xml", "codes.tt.27C", "netlists/pwm/codes.cir"},
    {"netlists/pwm.xml", "line.tt.27C", "netlists/pwm/line.cir"},
    {"tests/golden/mismatch/design.xml", "read.ss.-40C.overlap=30.l_read=2.7e-07.s2", "tests/golden/mismatch/read.cir"},
    {"tests/golden/noise/design.xml", "read-noise.tt.27C", "tests/golden/noise/read-noise.cir"},
    {"tests/golden/noise/design.xml", "line-noise.tt.27C", "tests/golden/noise/line-noise.cir"},
    {"tests/golden/noise/design.xml", "transfer.tt.27C", "tests/golden/noise/transfer.cir"},
    {"tests/golden/stimuli/design.xml", "sample.tt.27C.v_dd=0.825", "tests/golden/stimuli/sample.cir"},
    {"tests/golden/stimuli/design.xml", "bias.tt.27C.v_dd=0.9", "tests/golden/stimuli/bias.cir"},
    {"tests/golden/stimuli/design.xml", "ramp.tt.27C.v_dd=0.9", "tests/golden/stimuli/ramp.cir"},
    {"tests/golden/nested/design.xml", "nominal.tt.27C", "tests/golden/nested/nominal.cir"},
    {"tests/golden/nested/design.xml", "random.tt.27C.s2", "tests/golden/nested/random.cir"},
    {"tests/golden/wrapped/design.xml", "nominal.typical.27C", "tests/golden/wrapped/nominal.cir"},
    {"tests/golden/wrapped/design.xml", "random.slow.27C.s2", "tests/golden/wrapped/random.cir"},
    {"tests/golden/array-wires/design.xml", "read.tt.27C", "tests/golden/array-wires/read.cir"},
    {"tests/golden/array-group/design.xml", "float.tt.27C.code=3.v_bl=0.4", "tests/golden/array-group/float.cir"},
    {"tests/golden/array-group/design.xml", "drawn.tt.27C.vector=2", "tests/golden/array-group/drawn.cir"},
    {"tests/golden/array-mismatch/design.xml", "leaf.tt.27C.s2", "tests/golden/array-mismatch/leaf.cir"},
    {"tests/golden/array-mismatch/design.xml", "nested.tt.27C.s1", "tests/golden/array-mismatch/nested.cir"},
    {"tests/golden/assembly/design.xml", "token.tt.27C", "tests/golden/assembly/token.cir"},
    {"tests/golden/assembly/design.xml", "random.tt.27C.s2", "tests/golden/assembly/random.cir"},
};

/* Designs are named from the source folder. */
static void setup(void)
{
    g_autofree char *top = source_path("");
    ck_assert_int_eq(g_chdir(top), 0);
}

static const struct point *find_point(const GPtrArray *points, const char *name)
{
    for (guint i = 0; i < points->len; i++)
        if (strcmp(((const struct point *)points->pdata[i])->name, name) == 0)
            return points->pdata[i];
    ck_abort_msg("no point \"%s\"", name);
    return NULL;
}

/* Paths of libraries are absolute in decks; in golden ones they start at the source folder, which lies elsewhere everywhere. */
static char *from_source_folder(const char *text)
{
    g_autofree char *folder = g_get_current_dir(), *start = g_strconcat("\"", folder, "/", NULL);
    g_auto(GStrv) parts = g_strsplit(text, start, -1);
    return g_strjoinv("\"", parts);
}

static void check_text(const char *path, const char *text, gsize length)
{
    GError *error = NULL;
    if (g_strcmp0(g_getenv("GAINSPICE_UPDATE_GOLDEN"), "1") == 0) {
        g_autofree char *folder = g_path_get_dirname(path);
        ck_ok(folder_make(folder, &error) && file_write(path, text, length, &error), error);
        return;
    }
    gsize expected_length = 0;
    g_autofree char *expected = file_read(path, (gsize)1 << 20, &expected_length, origin_at(NULL, 0), &error);
    ck_ok(expected != NULL, error);
    gsize at = 0;
    int line = 1;
    while (at < length && at < expected_length && text[at] == expected[at])
        line += text[at++] == '\n';
    ck_assert_msg(at == length && at == expected_length, "%s: line %d differs (GAINSPICE_UPDATE_GOLDEN=1 rewrites it)", path,
                  line);
}

START_TEST(deck_is_the_golden_one)
{
    GError *error = NULL;
    struct design *design = design_read(goldens[_i].design, &error);
    ck_ok(design != NULL, error);
    GPtrArray *points = points_expand(design, NULL);
    const struct point *point = find_point(points, goldens[_i].point);
    struct deck *deck = deck_build(point, &error);
    ck_ok(deck != NULL, error);
    g_autofree char *text = deck_text(deck, NULL);
    struct deck *again = deck_build(point, &error);
    ck_ok(again != NULL, error);
    g_autofree char *second = deck_text(again, NULL);
    ck_assert_str_eq(text, second);
    deck_free(again);
    deck_free(deck);
    g_ptr_array_unref(points);
    design_free(design);
    g_autofree char *shown = from_source_folder(text);
    check_text(goldens[_i].expected, shown, strlen(shown));
}
END_TEST

/* Benches whose points make one deck. */
static const struct {
    const char *design, *bench, *expected;
} packs[] = {
    {"tests/golden/pack/design.xml", "levels", "tests/golden/pack/levels.cir"},
    {"tests/golden/pack/design.xml", "transfer", "tests/golden/pack/transfer.cir"},
    {"tests/golden/pack/design.xml", "samples", "tests/golden/pack/samples.cir"},
};

START_TEST(pack_is_the_golden_one)
{
    GError *error = NULL;
    struct design *design = design_read(packs[_i].design, &error);
    ck_ok(design != NULL, error);
    GPtrArray *points = points_expand(design, design_bench(design, packs[_i].bench));
    g_autofree char *group = pack_group(points->pdata[0]);
    for (guint p = 0; p < points->len; p++) {
        g_autofree char *own = pack_group(points->pdata[p]);
        ck_assert_str_eq(own, group);
    }
    struct deck *deck = deck_build_pack((const struct point *const *)points->pdata, points->len, &error);
    ck_ok(deck != NULL, error);
    g_autofree char *text = deck_text(deck, NULL);
    deck_free(deck);
    g_ptr_array_unref(points);
    design_free(design);
    g_autofree char *shown = from_source_folder(text);
    check_text(packs[_i].expected, shown, strlen(shown));
}
END_TEST

static Suite *golden_suite(void)
{
    Suite *suite = suite_create("golden");
    TCase *tc = tcase_create("golden");
    tcase_add_checked_fixture(tc, setup, NULL);
    tcase_add_loop_test(tc, deck_is_the_golden_one, 0, G_N_ELEMENTS(goldens));
    tcase_add_loop_test(tc, pack_is_the_golden_one, 0, G_N_ELEMENTS(packs));
    suite_add_tcase(suite, tc);
    return suite;
}

TAP_MAIN(golden_suite)
