/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <gsl/gsl_errno.h>
#include <string.h>

#include "tests/measure/specs.h"
#include "wave/raw.h"

static const char *const kind_names[] = {
#define X(id, name) name,
    MEASURE_KINDS(X)
#undef X
};

START_TEST(the_table_is_complete_and_in_order)
{
    const struct measure_method *const *methods = measure_methods();
    for (int kind = 0; kind < MEASURE_KIND_COUNT; kind++) {
        ck_assert_ptr_nonnull(methods[kind]);
        ck_assert_int_eq((int)methods[kind]->kind, kind);
        ck_assert_ptr_eq(methods[kind], measure_method((enum measure_kind)kind));
        ck_assert(strlen(methods[kind]->title) > 10 && strlen(methods[kind]->source) > 3);
        ck_assert(methods[kind]->check != NULL && methods[kind]->unit != NULL && methods[kind]->run != NULL);
    }
    ck_assert_ptr_null(methods[MEASURE_KIND_COUNT]);
    ck_assert_ptr_null(measure_method(MEASURE_KIND_COUNT));
}
END_TEST

/* A spec that has all that any kind needs, at random places on 0 … 1 and beyond. */
static struct measure_spec random_spec(GRand *dice, enum measure_kind kind)
{
    struct measure_spec spec = SPEC(kind, UNTIL("v(out)", "out"), .level = g_rand_double_range(dice, -1, 1),
                                    .band = g_rand_double_range(dice, 0, 1), .number = g_rand_int_range(dice, 0, 4),
                                    .until_number = g_rand_int_range(dice, 0, 3),
                                    .period = g_rand_double_range(dice, 0.01, 1), .window_s = g_rand_double_range(dice, 0.01, 9), .most = g_rand_int_range(dice, 0, 9),
                                    .side = (enum side)g_rand_int_range(dice, 0, 2),
                                    .edge = (enum edge)g_rand_int_range(dice, 0, 3));
    double *const places[] = {&spec.at, &spec.from, &spec.to, &spec.final, &spec.until_level};
    for (gsize i = 0; i < G_N_ELEMENTS(places); i++)
        if (g_rand_boolean(dice))
            *places[i] = g_rand_double_range(dice, -0.1, 1.1);
    return spec;
}

static double random_y(GRand *dice)
{
    static const double odd[] = {0, 0, 0.5, 1, -1, 1e300, -1e300, 5e-324, (double)NAN, (double)INFINITY};
    if (g_rand_int_range(dice, 0, 8) == 0)
        return odd[g_rand_int_range(dice, 0, G_N_ELEMENTS(odd))];
    return g_rand_double_range(dice, -1, 1);
}

/* Whatever the signal: an answer, or a sentence and the value left alone; the inputs unchanged, and nothing read beyond n
 * (arrays of exactly n, for the sanitizer). */
START_TEST(every_kind_keeps_the_contract)
{
    const struct measure_method *method = measure_methods()[_i];
    GRand *dice = g_rand_new_with_seed(2385);
    gsize answers = 0, refusals = 0;
    gsl_set_error_handler_off();
    for (int round = 0; round < 1500; round++) {
        gsize n = (gsize)g_rand_int_range(dice, 0, 12), bytes = n * sizeof(double);
        double *x = g_malloc(MAX(bytes, 1)), *y = g_malloc(MAX(bytes, 1)), *until = g_malloc(MAX(bytes, 1));
        for (gsize k = 0; k < n; k++) {
            x[k] = ((double)k + g_rand_double_range(dice, 0, 0.9)) / (double)n;
            y[k] = round % 3 == 0 ? sqrt(1 + 0.3 / x[k]) : random_y(dice); /* a third are noise with a corner */
            until[k] = random_y(dice);
        }
        g_autofree double *x2 = g_memdup2(x, bytes), *y2 = g_memdup2(y, bytes), *until2 = g_memdup2(until, bytes);
        struct measure_spec spec = random_spec(dice, method->kind);
        double value = 2.385;
        GError *error = NULL;
        gboolean ok = method->run(&spec, &(struct trace){n, x, y, until}, &value, &error);
        ck_assert((error == NULL) == ok);
        ck_assert(ok || (value == 2.385 && strlen(error->message) > 10));
        ck_assert(n > 0 || !ok);
        ck_assert(n == 0 || (memcmp(x, x2, bytes) == 0 && memcmp(y, y2, bytes) == 0 && memcmp(until, until2, bytes) == 0));
        answers += ok;
        refusals += !ok;
        g_clear_error(&error);
        g_free(x);
        g_free(y);
        g_free(until);
    }
    ck_assert_msg(answers > 0 && refusals > 0, "%s: %zu answers, %zu refusals", kind_names[_i], answers, refusals);
    g_rand_free(dice);
}
END_TEST

START_TEST(units)
{
    static const struct {
        enum measure_kind kind;
        const char *unit;
    } cases[] = {{MEASURE_VALUE, "A"},    {MEASURE_MIN, "A"},   {MEASURE_MAX, "A"},      {MEASURE_MEAN, "A"},
                 {MEASURE_RMS, "A"},      {MEASURE_CROSSING, "s"}, {MEASURE_DELAY, "s"}, {MEASURE_SLOPE, "A/s"},
                 {MEASURE_INTEGRAL, "A.s"}, {MEASURE_CHARGE, "C"}, {MEASURE_SETTLING, "s"}, {MEASURE_TIME_CONSTANT, "s"},
                 {MEASURE_COUNT, ""},     {MEASURE_NOISE_RMS, "A.√Hz"}, {MEASURE_NOISE_CHARGE, "A.√Hz.s"}, {MEASURE_NOISE_WHITE, "A"},
                 {MEASURE_NOISE_CORNER, "s"}};
    ck_assert_uint_eq(G_N_ELEMENTS(cases), MEASURE_KIND_COUNT);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct measure_spec spec = SPEC(cases[i].kind);
        g_autofree char *unit = measure_method(cases[i].kind)->unit(&spec, "A", "s");
        ck_assert_str_eq(unit, cases[i].unit);
    }
    struct measure_spec spec = SPEC(MEASURE_NOISE_CHARGE);
    g_autofree char *charge = measure_method(MEASURE_NOISE_CHARGE)->unit(&spec, "A/√Hz", "Hz"),
                    *rms = measure_method(MEASURE_NOISE_RMS)->unit(&spec, "V/√Hz", "Hz");
    ck_assert_str_eq(charge, "C");
    ck_assert_str_eq(rms, "V");
}
END_TEST

static const struct bench tran = {.name = (char *)"write", .analysis = {.kind = ANALYSIS_TRAN, .stop_s = 6e-9}};
static const struct bench op = {.name = (char *)"op", .analysis = {.kind = ANALYSIS_OP}};
static const struct bench noise = {.name = (char *)"noise", .analysis = {.kind = ANALYSIS_NOISE, .from_Hz = 1e3, .to_Hz = 1e9}};
static const struct bench ac = {.name = (char *)"ac", .analysis = {.kind = ANALYSIS_AC, .from_Hz = 1e3, .to_Hz = 1e9}};

static struct bench dc_bench(GPtrArray *sweeps)
{
    static double outer[] = {0, 1}, inner[] = {0.9, 0.45, 0};
    static struct sweep v_bl = {.name = (char *)"v_bl", .n = 2, .values = outer},
                        v_in = {.name = (char *)"v_in", .n = 3, .values = inner};
    g_ptr_array_add(sweeps, &v_bl);
    g_ptr_array_add(sweeps, &v_in);
    return (struct bench){.name = (char *)"transfer", .analysis = {.kind = ANALYSIS_DC}, .sweeps = sweeps};
}

#define CURRENT .of = {SIGNAL_CURRENT, (char *)"i(bl)", (char *)"bl", NULL}
#define ONOISE .of = {SIGNAL_ONOISE, (char *)"onoise", NULL, NULL}

START_TEST(check_accepts_what_makes_sense)
{
    g_autoptr(GPtrArray) sweeps = g_ptr_array_new();
    const struct bench dc = dc_bench(sweeps);
    const struct {
        struct measure_spec spec;
        const struct bench *bench;
    } cases[] = {
        {SPEC(MEASURE_VALUE), &op},
        {SPEC(MEASURE_VALUE, CURRENT), &dc},
        {SPEC(MEASURE_VALUE, .at = 6e-9), &tran},
        {SPEC(MEASURE_VALUE, .at = 1e6), &ac},
        {SPEC(MEASURE_VALUE, ONOISE), &noise},
        {SPEC(MEASURE_RMS, ONOISE, .from = 1e3, .to = 1e9), &noise},
        {SPEC(MEASURE_MIN, .from = 0, .to = 0.9), &dc},
        {SPEC(MEASURE_CROSSING, .level = 0.6155457, .edge = EDGE_FALL, .number = 3), &dc},
        {SPEC(MEASURE_DELAY, .level = 0.45, UNTIL("v(out)", "out")), &tran},
        {SPEC(MEASURE_DELAY, .level = 0.45, UNTIL("v(out)", "out"), .until_level = 0.2, .until_edge = EDGE_RISE,
              .until_number = 2, .from = 0, .to = 5e-9, .edge = EDGE_FALL, .number = 2), &tran},
        {SPEC(MEASURE_SLOPE, .at = 0.45), &dc},
        {SPEC(MEASURE_SLOPE, .from = 0.1), &dc},
        {SPEC(MEASURE_INTEGRAL), &dc},
        {SPEC(MEASURE_CHARGE, CURRENT, .from = 1e-9, .to = 3e-9), &tran},
        {SPEC(MEASURE_SETTLING, .from = 1e-9, .to = 3e-9, .band = 0.9e-3), &tran},
        {SPEC(MEASURE_TIME_CONSTANT, .final = 0.45), &tran},
        {SPEC(MEASURE_COUNT, .level = 0.45, .from = 1e-9, .period = 1e-9), &tran},
        {SPEC(MEASURE_COUNT, .level = 0.45, .from = 1e-9, .to = 5e-9, .period = 0.3e-9, .side = SIDE_BELOW, .most = 15), &tran},
        {SPEC(MEASURE_NOISE_RMS, ONOISE, .from = 2e3), &noise},
        {SPEC(MEASURE_NOISE_CHARGE, ONOISE, .to = 1e8, .window_s = 15e-9), &noise},
        {SPEC(MEASURE_NOISE_WHITE, ONOISE), &noise},
        {SPEC(MEASURE_NOISE_CORNER, ONOISE), &noise},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        GError *error = NULL;
        ck_ok(measure_check(&cases[i].spec, cases[i].bench, &error), error);
    }
}
END_TEST

START_TEST(check_refuses_with_the_line)
{
    g_autoptr(GPtrArray) sweeps = g_ptr_array_new();
    const struct bench dc = dc_bench(sweeps);
    const struct {
        struct measure_spec spec;
        const struct bench *bench;
        const char *message;
    } cases[] = {
        {SPEC(MEASURE_CROSSING), &tran, "crossing: level is missing"},
        {SPEC(MEASURE_CROSSING, .level = 1, .at = 0), &tran, "crossing: at has no meaning here"},
        {SPEC(MEASURE_CROSSING, .level = 1, .number = -1), &tran, "crossing: crossings are counted from 1, not from -1"},
        {SPEC(MEASURE_CROSSING, .level = 1, .until_level = 1), &tran, "crossing: until-level has no meaning here"},
        {SPEC(MEASURE_CROSSING, .level = 1, .until_edge = EDGE_RISE), &tran, "crossing: until-edge has no meaning here"},
        {SPEC(MEASURE_CROSSING, .level = 1, .until_number = 2), &tran, "crossing: until-number has no meaning here"},
        {SPEC(MEASURE_CROSSING, .level = 1, UNTIL("v(a)", "a")), &tran, "crossing: until has no meaning here"},
        {SPEC(MEASURE_VALUE, .at = 1e-9, .from = 0), &tran, "value: from has no meaning here"},
        {SPEC(MEASURE_VALUE, .at = 7e-9), &tran,
         "value: at 7e-09 lies outside of the bench's scale, which runs from 0 to 6e-09"},
        {SPEC(MEASURE_VALUE, .at = 0.5), &op, "value: at has no meaning here"},
        {SPEC(MEASURE_VALUE, ONOISE), &tran, "value: signal onoise: only a bench with <noise/> gives it"},
        {SPEC(MEASURE_VALUE), &noise, "value: signal v(sn): a bench with <noise/> gives onoise only"},
        {SPEC(MEASURE_MIN), &op, "min: a bench with <op/> has no scale, only value has a meaning there"},
        {SPEC(MEASURE_MIN, .level = 1), &tran, "min: level has no meaning here"},
        {SPEC(MEASURE_MAX, .band = 1), &tran, "max: band has no meaning here"},
        {SPEC(MEASURE_MAX, .from = 2e-9, .to = 1e-9), &tran, "max: from 2e-09 does not lie before to 1e-09"},
        {SPEC(MEASURE_MAX, .from = 1e-9, .to = 1e-9), &tran, "max: from 1e-09 does not lie before to 1e-09"},
        {SPEC(MEASURE_MEAN, .edge = EDGE_RISE), &tran, "mean: edge has no meaning here"},
        {SPEC(MEASURE_MEAN, .from = -0.1), &dc, "mean: from -0.1 lies outside of the bench's scale, which runs from 0 to 0.9"},
        {SPEC(MEASURE_RMS, .number = 2), &tran, "rms: number has no meaning here"},
        {SPEC(MEASURE_RMS, .to = 2e9), &ac,
         "rms: to 2000000000 lies outside of the bench's scale, which runs from 1000 to 1000000000"},
        {SPEC(MEASURE_DELAY, .level = 0.45), &tran, "delay: until is missing"},
        {SPEC(MEASURE_DELAY, UNTIL("v(out)", "out")), &tran, "delay: level is missing"},
        {SPEC(MEASURE_DELAY, .level = 0.45, UNTIL("v(out)", "out")), &dc, "delay: only a bench with <tran/> runs over time"},
        {SPEC(MEASURE_SLOPE, .at = 1e-9, .to = 2e-9), &tran, "slope: to has no meaning here"},
        {SPEC(MEASURE_INTEGRAL, .final = 1), &tran, "integral: final has no meaning here"},
        {SPEC(MEASURE_CHARGE), &tran, "charge: v(sn) is not a current, such as i(bl)"},
        {SPEC(MEASURE_CHARGE, CURRENT), &dc, "charge: only a bench with <tran/> runs over time"},
        {SPEC(MEASURE_SETTLING, .final = 1), &tran, "settling: band is missing"},
        {SPEC(MEASURE_SETTLING, .band = 0), &tran, "settling: band 0 is not positive"},
        {SPEC(MEASURE_SETTLING, .band = 1), &ac, "settling: only a bench with <tran/> runs over time"},
        {SPEC(MEASURE_TIME_CONSTANT, .level = 1), &tran, "time-constant: level has no meaning here"},
        {SPEC(MEASURE_CROSSING, .level = 1, .period = 1e-9), &tran, "crossing: period has no meaning here"},
        {SPEC(MEASURE_MIN, .side = SIDE_BELOW), &tran, "min: side has no meaning here"},
        {SPEC(MEASURE_MAX, .most = 15), &tran, "max: max has no meaning here"},
        {SPEC(MEASURE_COUNT, .from = 1e-9, .period = 1e-9), &tran, "count: level is missing"},
        {SPEC(MEASURE_COUNT, .level = 0.45, .period = 1e-9), &tran, "count: from is missing"},
        {SPEC(MEASURE_COUNT, .level = 0.45, .from = 1e-9), &tran, "count: period is missing"},
        {SPEC(MEASURE_COUNT, .level = 0.45, .from = 1e-9, .period = -1e-9), &tran, "count: period -1e-09 is not positive"},
        {SPEC(MEASURE_COUNT, .level = 0.45, .from = 1e-9, .period = 1e-9, .edge = EDGE_RISE), &tran,
         "count: edge has no meaning here"},
        {SPEC(MEASURE_COUNT, .level = 0.45, .from = 7e-9, .period = 1e-9), &tran,
         "count: from 7e-09 lies outside of the bench's scale, which runs from 0 to 6e-09"},
        {SPEC(MEASURE_COUNT, .level = 0.45, .from = 0, .period = 0.1), &dc, "count: only a bench with <tran/> runs over time"},
        {SPEC(MEASURE_TIME_CONSTANT), &dc, "time-constant: only a bench with <tran/> runs over time"},
        {SPEC(MEASURE_NOISE_RMS), &ac, "noise-rms: only a bench with <noise/> gives a density"},
        {SPEC(MEASURE_NOISE_CHARGE, ONOISE), &noise, "noise-charge: window is missing"},
        {SPEC(MEASURE_NOISE_CHARGE, ONOISE, .window_s = -1), &noise, "noise-charge: window -1 is not positive"},
        {SPEC(MEASURE_NOISE_WHITE, ONOISE, .at = 1e6), &noise, "noise-white: at has no meaning here"},
        {SPEC(MEASURE_RMS, .window_s = 1e-9), &tran, "rms: window has no meaning here"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        GError *error = NULL;
        g_autofree char *message = g_strdup_printf("netlists/x.xml:12: measure \"m\" of kind %s", cases[i].message);
        ck_fails(measure_check(&cases[i].spec, cases[i].bench, &error), error, message);
    }
}
END_TEST

static GPtrArray *fixture(const char *name)
{
    GError *error = NULL;
    g_autofree char *relative = g_build_filename("tests/wave/data", name, NULL), *path = source_path(relative);
    GPtrArray *plots = raw_read(path, &error);
    ck_ok(plots != NULL, error);
    return plots;
}

/* Of deck_build only what measure_run looks at. */
static struct probe probes[] = {
    {(char *)"v(sn)", (char *)"out", NULL, NULL, 1, "V"},
    {(char *)"i(bl)", (char *)"v1#branch", NULL, NULL, -1, "A"},
    {(char *)"v(sn,in)", (char *)"out", (char *)"v-sweep", NULL, 1, "V"},
    {(char *)"v(none)", (char *)"none", NULL, NULL, 1, "V"},
};

static struct deck fake_deck(enum analysis_kind analysis, gsize n_outer, gsize n_inner)
{
    struct deck deck = {.probes = g_ptr_array_new(),
                        .expect = {analysis, n_outer, n_inner, .scale_first = NAN, .scale_last = NAN, .tolerance = 0}};
    for (gsize i = 0; i < G_N_ELEMENTS(probes); i++)
        g_ptr_array_add(deck.probes, &probes[i]);
    return deck;
}

static struct measure_result *run(struct measure_spec spec, const struct deck *deck, const GPtrArray *plots)
{
    GError *error = NULL;
    struct measure_result *result = NULL;
    ck_ok(measure_run(&spec, deck, plots, &result, &error), error);
    return result;
}

static void ck_result(struct measure_spec spec, const struct deck *deck, const GPtrArray *plots, const char *unit, gsize n_outer,
                      gsize n_inner, const double *values, double tolerance)
{
    struct measure_result *result = run(spec, deck, plots);
    ck_assert_str_eq(result->name, "m");
    ck_assert_str_eq(result->unit, unit);
    ck_assert_uint_eq(result->n_outer, n_outer);
    ck_assert_uint_eq(result->n_inner, n_inner);
    ck_assert_msg(result->reason == NULL, "%s", result->reason);
    for (gsize i = 0; i < n_outer * n_inner; i++)
        ck_assert_double_eq_tol(result->values[i], values[i], tolerance);
    measure_result_free(result);
}

/* Three lines that charge at 1, 2 and 3 µA with the sign of a source's branch; lines 4 to 6, as in a group of columns. */
START_TEST(one_value_a_line)
{
    struct plot *plot = plot_new("t", "Transient Analysis", FALSE, 5);
    struct vector *time = plot_add(plot, "time", "time");
    struct probe line_probes[3];
    struct deck deck = {.probes = g_ptr_array_new(), .expect = {ANALYSIS_TRAN, 1, 0, .scale_first = 0, .scale_last = 4e-9}};
    for (int k = 0; k < 5; k++)
        time->real[k] = k * 1e-9;
    for (int i = 2; i >= 0; i--) { /* not in their order: probes are found by name */
        g_autofree char *name = g_strdup_printf("v_bl_%d#branch", i + 4);
        struct vector *vector = plot_add(plot, name, "current");
        for (int k = 0; k < 5; k++)
            vector->real[k] = -(i + 1) * 1e-6;
        line_probes[i] = (struct probe){g_strdup_printf("i(bl[%d])", i + 4), g_strdup(name), NULL, NULL, -1, "A"};
        g_ptr_array_add(deck.probes, &line_probes[i]);
    }
    g_autoptr(GPtrArray) plots = g_ptr_array_new_with_free_func((GDestroyNotify)plot_free);
    g_ptr_array_add(plots, plot);
    struct measure_spec spec = {.name = (char *)"m", .kind = MEASURE_CHARGE, .of = {.kind = SIGNAL_CURRENT, .name = (char *)"i(bl[*])"},
                                .at = NAN, .from = 0.5e-9, .to = 3.25e-9, .level = NAN, .until_level = NAN, .final = NAN, .band = NAN,
                                .number = 1, .until_number = 1, .axis = (char *)"bl", .first_line = 4, .last_line = 6};
    const double charges[] = {2.75e-15, 5.5e-15, 8.25e-15};
    ck_result(spec, &deck, plots, "C", 3, 1, charges, 1e-27);
    spec.last_line = 7;
    GError *error = NULL;
    struct measure_result *result = NULL;
    ck_assert(!measure_run(&spec, &deck, plots, &result, &error));
    ck_assert(g_str_has_suffix(error->message, "measure \"m\": the deck has no probe for i(bl[7])"));
    g_clear_error(&error);
    for (int i = 0; i < 3; i++) {
        g_free(line_probes[i].signal);
        g_free(line_probes[i].vector);
    }
    g_ptr_array_unref(deck.probes);
}
END_TEST

/* data/ngspice-dc.raw: v = (2/3) v1 + (1/3) v2, i(v1) = (v - v1) / 1 kOhm; v1 = 0.9, 0.45, 0 in two passes, v2 = 0, 1. */
START_TEST(passes_of_a_descending_sweep)
{
    g_autoptr(GPtrArray) plots = fixture("ngspice-dc.raw");
    struct deck deck = fake_deck(ANALYSIS_DC, 2, 3);
    ck_result(SPEC(MEASURE_VALUE), &deck, plots, "V", 2, 3, (double[]){0.6, 0.3, 0, 2.8 / 3, 1.9 / 3, 1.0 / 3}, 1e-15);
    ck_result(SPEC(MEASURE_VALUE, CURRENT), &deck, plots, "A", 2, 3,
              (double[]){3e-4, 1.5e-4, 0, -1e-4 / 3, -5.5e-4 / 3, -1e-3 / 3}, 1e-18);
    ck_result(SPEC(MEASURE_VALUE, .at = 0.3), &deck, plots, "V", 2, 1, (double[]){0.2, 0.2 + 1.0 / 3}, 1e-15);
    ck_result(SPEC(MEASURE_SLOPE), &deck, plots, "", 2, 1, (double[]){2.0 / 3, 2.0 / 3}, 1e-14);
    ck_result(SPEC(MEASURE_SLOPE, CURRENT, .at = 0.1), &deck, plots, "A/V", 2, 1, (double[]){1e-3 / 3, 1e-3 / 3}, 1e-17);
    ck_result(SPEC(MEASURE_INTEGRAL), &deck, plots, "V2", 2, 1, (double[]){0.27, 0.57}, 1e-15);
    ck_result(SPEC(MEASURE_CROSSING, .level = 0.45, .edge = EDGE_RISE), &deck, plots, "V", 2, 1, (double[]){0.675, 0.175}, 1e-15);
    ck_result(SPEC(MEASURE_MAX, .of = {SIGNAL_VOLTAGE, (char *)"v(sn,in)", NULL, NULL}), &deck, plots, "V", 2, 1,
              (double[]){0, 1.0 / 3}, 1e-15);
    g_ptr_array_unref(deck.probes);
}
END_TEST

START_TEST(a_pass_without_an_answer_is_nan_with_its_reason)
{
    g_autoptr(GPtrArray) plots = fixture("ngspice-dc.raw");
    struct deck deck = fake_deck(ANALYSIS_DC, 2, 3);
    struct measure_result *result = run(SPEC(MEASURE_CROSSING, .level = 0.2), &deck, plots);
    ck_assert_double_eq_tol(result->values[0], 0.3, 1e-15);
    ck_assert(isnan(result->values[1]));
    ck_assert_str_eq(result->reason, "v(sn) does not cross 0.2 between 0 and 0.9");
    measure_result_free(result);
    g_ptr_array_unref(deck.probes);
    measure_result_free(NULL);
}
END_TEST

START_TEST(a_transient_of_ngspice)
{
    g_autoptr(GPtrArray) plots = fixture("ngspice-tran.raw");
    struct deck deck = fake_deck(ANALYSIS_TRAN, 1, 0);
    /* 1 ns after a 1 V step of 10 ps rise into RC = 1 ns: 1 - e^-0.995, as good as ngspice's defaults trtol · reltol = 7e-3. */
    ck_result(SPEC(MEASURE_VALUE, .at = 2e-9), &deck, plots, "V", 1, 1, (double[]){1 - exp(-0.995)}, 7e-3);
    ck_result(SPEC(MEASURE_MIN), &deck, plots, "V", 1, 1, (double[]){0}, 1e-15);
    struct measure_result *all = run(SPEC(MEASURE_VALUE), &deck, plots);
    ck_assert_uint_eq(all->n_inner, 30);
    measure_result_free(all);
    g_ptr_array_unref(deck.probes);
}
END_TEST

START_TEST(an_ac_plot_gives_magnitudes)
{
    g_autoptr(GPtrArray) plots = fixture("ngspice-ac-op.raw");
    struct deck deck = fake_deck(ANALYSIS_AC, 1, 0), op_deck = fake_deck(ANALYSIS_OP, 1, 0);
    double expected_V[3], expected_A[3];
    for (int k = 0; k < 3; k++) { /* |1/(1 + jωRC)| and |ωC/(1 + jωRC)| with R = 1 kOhm, C = 1 pF */
        double w = 2 * G_PI * pow(10, 6 + k) * 1e-9;
        expected_V[k] = 1 / hypot(1, w);
        expected_A[k] = w * 1e-3 / hypot(1, w);
    }
    ck_result(SPEC(MEASURE_VALUE), &deck, plots, "V", 1, 3, expected_V, 1e-12);
    ck_result(SPEC(MEASURE_VALUE, CURRENT), &deck, plots, "A", 1, 3, expected_A, 1e-15);
    ck_result(SPEC(MEASURE_MIN), &deck, plots, "V", 1, 1, &expected_V[2], 1e-12);
    ck_result(SPEC(MEASURE_VALUE), &op_deck, plots, "V", 1, 1, (double[]){0.9}, 1e-15);
    g_ptr_array_unref(deck.probes);
    g_ptr_array_unref(op_deck.probes);
}
END_TEST

START_TEST(noise_needs_no_probe)
{
    g_autoptr(GPtrArray) plots = fixture("ngspice-noise-ascii.raw");
    struct deck deck = fake_deck(ANALYSIS_NOISE, 1, 0);
    /* 4 k T R of 1 kOhm beside 2 kOhm at 27 °C; ngspice's own constants agree to 6 digits. */
    double density = sqrt(4 * 1.380649e-23 * 300.15 * 2000.0 / 3);
    ck_result(SPEC(MEASURE_VALUE, ONOISE), &deck, plots, "V/√Hz", 1, 2, (double[]){density, density}, 1e-5 * density);
    ck_result(SPEC(MEASURE_RMS, ONOISE), &deck, plots, "V/√Hz", 1, 1, &density, 1e-5 * density);
    struct probe current = {(char *)"onoise", (char *)"inoise_spectrum", NULL, NULL, 1, "A/√Hz"};
    g_ptr_array_add(deck.probes, &current);
    double at_input = density * 1.5;
    ck_result(SPEC(MEASURE_MAX, ONOISE), &deck, plots, "A/√Hz", 1, 1, &at_input, 1e-5 * at_input);
    g_ptr_array_unref(deck.probes);
}
END_TEST

static GPtrArray *one_plot(gsize n, const double *x, const double *y)
{
    GPtrArray *plots = g_ptr_array_new_with_free_func((GDestroyNotify)plot_free);
    struct plot *plot = plot_new("", "Transient Analysis", FALSE, n);
    memcpy(plot_add(plot, "time", "time")->real, x, n * sizeof *x);
    memcpy(plot_add(plot, "out", "voltage")->real, y, n * sizeof *y);
    g_ptr_array_add(plots, plot);
    return plots;
}

START_TEST(repeated_points_are_dropped)
{
    static const double x[] = {0, 1, 1, 1, 2, 2}, y[] = {0, 7, 8, 1, 9, 3};
    g_autoptr(GPtrArray) plots = one_plot(6, x, y);
    struct deck deck = fake_deck(ANALYSIS_TRAN, 1, 0);
    ck_result(SPEC(MEASURE_INTEGRAL), &deck, plots, "V.s", 1, 1, (double[]){2.5}, 1e-15);
    ck_result(SPEC(MEASURE_MAX), &deck, plots, "V", 1, 1, (double[]){3}, 1e-15);
    ck_result(SPEC(MEASURE_VALUE), &deck, plots, "V", 1, 6, y, 1e-15);
    g_ptr_array_unref(deck.probes);
}
END_TEST

START_TEST(what_is_not_finite_is_absent)
{
    static const double x[] = {0, 1}, y[] = {1, INFINITY};
    g_autoptr(GPtrArray) plots = one_plot(2, x, y);
    struct deck deck = fake_deck(ANALYSIS_TRAN, 1, 0);
    struct measure_result *result = run(SPEC(MEASURE_MAX), &deck, plots);
    ck_assert(isnan(result->values[0]));
    ck_assert_str_eq(result->reason, "the result is not a finite number");
    measure_result_free(result);
    result = run(SPEC(MEASURE_VALUE), &deck, plots);
    ck_assert(result->values[0] == 1 && isnan(result->values[1]));
    measure_result_free(result);
    g_ptr_array_unref(deck.probes);
}
END_TEST

START_TEST(a_plot_that_breaks_the_promise_is_an_error)
{
    static const double x[] = {0, 2, 1}, y[] = {1, 2, 3};
    g_autoptr(GPtrArray) dc = fixture("ngspice-dc.raw"), turning = one_plot(3, x, y), none = g_ptr_array_new();
    const struct {
        struct measure_spec spec;
        enum analysis_kind analysis;
        gsize n_outer, n_inner;
        const GPtrArray *plots;
        const char *message;
    } cases[] = {
        {SPEC(MEASURE_MIN), ANALYSIS_TRAN, 1, 0, dc, "the run left no plot \"Transient Analysis\""},
        {SPEC(MEASURE_MIN), ANALYSIS_DC, 1, 0, none, "the run left no plot \"DC transfer characteristic\""},
        {SPEC(MEASURE_MIN), ANALYSIS_DC, 2, 4, dc, "the plot \"DC transfer characteristic\" holds 6 points, expected 2 x 4"},
        {SPEC(MEASURE_MIN), ANALYSIS_DC, 2, 0, dc, "the plot \"DC transfer characteristic\" holds 6 points, expected 2 x 0"},
        {SPEC(MEASURE_MIN), ANALYSIS_DC, 4, 1, dc, "the plot \"DC transfer characteristic\" holds 6 points, expected 4 x 1"},
        {SPEC(MEASURE_MIN), ANALYSIS_DC, 1, 6, dc, "the scale turns back at point 2"},
        {SPEC(MEASURE_MIN), ANALYSIS_TRAN, 1, 0, turning, "the scale turns back at point 2"},
        {SPEC(MEASURE_MIN, .of = {SIGNAL_VOLTAGE, (char *)"v(x)", (char *)"x", NULL}), ANALYSIS_DC, 2, 3, dc,
         "the deck has no probe for v(x)"},
        {SPEC(MEASURE_MIN, .of = {SIGNAL_VOLTAGE, (char *)"v(none)", (char *)"none", NULL}), ANALYSIS_DC, 2, 3, dc,
         "the plot \"DC transfer characteristic\" holds no vector none"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        GError *error = NULL;
        struct measure_result *result = NULL;
        struct deck deck = fake_deck(cases[i].analysis, cases[i].n_outer, cases[i].n_inner);
        g_autofree char *message = g_strdup_printf("netlists/x.xml:12: measure \"m\": %s", cases[i].message);
        ck_fails(measure_run(&cases[i].spec, &deck, cases[i].plots, &result, &error), error, message);
        ck_assert_ptr_null(result);
        g_ptr_array_unref(deck.probes);
    }
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("measure");
    TCase *t = tcase_create("measure");
    tcase_add_test(t, the_table_is_complete_and_in_order);
    tcase_add_loop_test(t, every_kind_keeps_the_contract, 0, MEASURE_KIND_COUNT);
    tcase_add_test(t, units);
    tcase_add_test(t, check_accepts_what_makes_sense);
    tcase_add_test(t, check_refuses_with_the_line);
    tcase_add_test(t, passes_of_a_descending_sweep);
    tcase_add_test(t, a_pass_without_an_answer_is_nan_with_its_reason);
    tcase_add_test(t, a_transient_of_ngspice);
    tcase_add_test(t, an_ac_plot_gives_magnitudes);
    tcase_add_test(t, noise_needs_no_probe);
    tcase_add_test(t, repeated_points_are_dropped);
    tcase_add_test(t, what_is_not_finite_is_absent);
    tcase_add_test(t, a_plot_that_breaks_the_promise_is_an_error);
    tcase_add_test(t, one_value_a_line);
    suite_add_tcase(s, t);
    return s;
}
TAP_MAIN(suite)
