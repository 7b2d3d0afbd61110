/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What other tools make of a model, against its native evaluation: C through the system's compiler, OSDI and B-sources through libngspice,
 * Verilog-A as the C that its analog block nearly is. Each test is an own process, so each has a fresh library. */
#include "config.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "base/files.h"
#include "export/export.h"
#include "fit/bspline.h"
#include "sim/ngspice.h"
#include "store/npz.h"
#include "tests/fit/any_model.h"
#include "tests/support/check_tap.h"

static char *folder;

static void make_folder(void)
{
    folder = g_dir_make_tmp("gainspice-export-XXXXXX", NULL);
    ck_assert(folder != NULL);
}

static void remove_folder(void)
{
    GDir *dir = g_dir_open(folder, 0, NULL);
    const char *name;
    while ((name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *path = g_build_filename(folder, name, NULL);
        g_unlink(path);
    }
    g_dir_close(dir);
    g_rmdir(folder);
    g_clear_pointer(&folder, g_free);
}

static char *inside(const char *name)
{
    return g_build_filename(folder, name, NULL);
}

static void write_text(const char *name, const char *text)
{
    g_autofree char *path = inside(name);
    GError *error = NULL;
    ck_ok(file_write(path, text, strlen(text), &error), error);
}

static const struct model_family *const *families;
static int n_families;

/* A model of the family as a device, from its file. */
static struct device *device_for(const struct model_family *family, const char *unit, struct model **model, double *full_scale)
{
    struct samples *samples;
    *model = fitted(family, &samples);
    g_free((*model)->output_unit);
    (*model)->output_unit = g_strdup(unit);
    *full_scale = model_judge(*model, samples).full_scale;
    samples_free(samples);
    g_autofree char *json = model_to_json(*model), *path = inside("m.json");
    write_text("m.json", json);
    GError *error = NULL;
    struct device *device = device_read(path, origin_at(NULL, 0), &error);
    ck_ok(device != NULL, error);
    return device;
}

/* Points in the box and a little outside it. */
static void draw_point(const struct model *model, guint64 index, double *x)
{
    for (int a = 0; a < model->n_inputs; a++) {
        const struct model_input *input = &model->inputs[a];
        x[a] = input->min + (input->max - input->min) * (1.2 * random_uniform(3, input->name, index) - 0.1);
    }
}

static void run_command(const char *command, char **out)
{
    int status;
    GError *error = NULL;
    g_autofree char *complaint = NULL;
    ck_ok(g_spawn_command_line_sync(command, out, &complaint, &status, &error), error);
    ck_assert_msg(g_spawn_check_wait_status(status, NULL), "%s: %s", command, complaint);
}

enum { POINTS = 200 };

/* Compiles `source`, whose main prints numbers, and gives them. */
static double *compiled_numbers(const char *source, gsize expected)
{
    g_autofree char *c = inside("main.c"), *program = inside("main"), *out = NULL;
    write_text("main.c", source);
    g_autofree char *command = g_strdup_printf("cc -std=c99 -pedantic -Wall -Wextra -Werror -Wno-unused-function -O1 -o %s %s -lm", program, c);
    run_command(command, NULL);
    run_command(program, &out);
    g_auto(GStrv) words = g_strsplit(g_strstrip(out), "\n", -1);
    ck_assert_uint_eq(g_strv_length(words), expected);
    double *numbers = g_new(double, expected);
    for (gsize i = 0; i < expected; i++)
        numbers[i] = g_ascii_strtod(words[i], NULL);
    return numbers;
}

static void append_points(GString *out, const struct model *model)
{
    g_string_append_printf(out, "static const double points[%d][%d] = {\n", POINTS, model->n_inputs);
    for (guint64 i = 0; i < POINTS; i++) {
        double x[MODEL_MAX_INPUTS];
        draw_point(model, i, x);
        for (int a = 0; a < model->n_inputs; a++) {
            g_string_append(out, a == 0 ? "{" : ", ");
            append_g17(out, x[a]);
        }
        g_string_append(out, "},\n");
    }
    g_string_append(out, "};\n");
}

START_TEST(c_header_evaluates_as_the_model)
{
    struct model *model;
    double full_scale;
    struct device *device = device_for(families[_i], "A", &model, &full_scale);
    g_autoptr(GString) header = g_string_new(NULL), source = g_string_new("#include <stdio.h>\n#include \"model.h\"\n");
    ck_assert(export_c(device, header, NULL));
    write_text("model.h", header->str);
    append_points(source, model);
    g_string_append_printf(source, "int main(void)\n{\n    double g[%d];\n    for (int i = 0; i < %d; i++) {\n"
                                   "        printf(\"%%.17g\\n%%d\\n\", %s_eval(points[i], g), %s_outside(points[i]));\n"
                                   "        for (int a = 0; a < %d; a++)\n            printf(\"%%.17g\\n\", g[a]);\n    }\n    return 0;\n}\n",
                           model->n_inputs, POINTS, device->name, device->name, model->n_inputs);
    gsize stride = (gsize)model->n_inputs + 2;
    g_autofree double *numbers = compiled_numbers(source->str, POINTS * stride);
    gsize n_outside = 0;
    for (guint64 i = 0; i < POINTS; i++) {
        double x[MODEL_MAX_INPUTS], gradient[MODEL_MAX_INPUTS];
        gboolean outside;
        draw_point(model, i, x);
        double value = model_gradient(model, x, gradient, &outside);
        ck_assert_double_eq_tol(numbers[i * stride], value, 1e-12 * full_scale);
        ck_assert_int_eq((int)numbers[i * stride + 1], outside);
        n_outside += outside;
        for (int a = 0; a < model->n_inputs; a++)
            ck_assert_double_eq_tol(numbers[i * stride + 2 + (gsize)a], gradient[a], 1e-11 * full_scale + 1e-12 * fabs(gradient[a]));
    }
    ck_assert(n_outside > 10 && n_outside < POINTS - 10);
    model_free(model);
    device_free(device);
}
END_TEST

/* ---- through libngspice */

static GPtrArray *run_deck(const char *deck)
{
    GError *error = NULL;
    g_autoptr(GString) log = g_string_new(NULL);
    GPtrArray *plots = ngspice_run(deck, 0, log);
    ck_assert_msg(plots != NULL && plots->len > 0, "%s", log->str);
    (void)error;
    return plots;
}

/* Starts the library. FALSE where it loads no compiled models. */
static gboolean start(gboolean needs_osdi)
{
    GError *error = NULL;
    struct ngspice_facts facts = {0};
    ck_ok(ngspice_start(&error), error);
    if (!needs_osdi)
        return TRUE;
    ck_ok(ngspice_probe(&facts, &error), error);
    gboolean has = facts.has_osdi;
    if (!has)
        g_printerr("SKIP: ngspice %s loads no compiled models (OSDI)\n", facts.version);
    ngspice_facts_clear(&facts);
    return has;
}

/* Thirty instances at drawn points, each with its own sources; the current or voltage of each against the model. */
static void check_instances(const struct model *model, const char *head, const char *instance, double tolerance)
{
    enum { INSTANCES = 30 };
    g_autoptr(GString) deck = g_string_new("export\n");
    gboolean voltage = strcmp(model->output_unit, "A") != 0;
    g_string_append(deck, head);
    for (guint64 i = 0; i < INSTANCES; i++) {
        double x[MODEL_MAX_INPUTS];
        draw_point(model, i, x);
        for (int a = 0; a < model->n_inputs; a++) {
            g_string_append_printf(deck, "v%d_%d p%d_%d 0 ", (int)i, a, (int)i, a);
            append_g17(deck, x[a]);
            g_string_append_c(deck, '\n');
        }
        if (voltage)
            g_string_append_printf(deck, "r%d o%d 0 1k\n", (int)i, (int)i);
        else
            g_string_append_printf(deck, "vo%d o%d 0 0\n", (int)i, (int)i);
        g_string_append_printf(deck, "%c%d", instance[0], (int)i);
        for (int a = 0; a < model->n_inputs; a++)
            g_string_append_printf(deck, " p%d_%d", (int)i, a);
        g_string_append_printf(deck, " o%d 0 %s\n", (int)i, instance + 2);
    }
    g_string_append(deck, ".options reltol=1e-9 abstol=1e-18 vntol=1e-12 gmin=1e-18\n.op\n.end\n");
    g_autoptr(GPtrArray) plots = run_deck(deck->str);
    for (guint64 i = 0; i < INSTANCES; i++) {
        double x[MODEL_MAX_INPUTS];
        draw_point(model, i, x);
        g_autofree char *name = voltage ? g_strdup_printf("v(o%d)", (int)i) : g_strdup_printf("vo%d#branch", (int)i);
        const struct vector *vector = plot_vector(plots->pdata[0], name);
        ck_assert_msg(vector != NULL, "no %s", name);
        ck_assert_double_eq_tol(voltage ? vector->real[0] : -vector->real[0], model_eval(model, x, NULL), tolerance);
    }
}

START_TEST(osdi_evaluates_as_the_model)
{
    struct model *model;
    double full_scale;
    struct device *device = device_for(families[_i], "A", &model, &full_scale);
    GError *error = NULL;
    g_autofree char *path = inside("m.osdi");
    ck_ok(export_osdi(device, path, &error), error);
    if (start(TRUE)) {
        g_autofree char *head = g_strdup_printf(".control\npre_osdi %s\n.endc\n.model dut %s\n", path, device->name);
        check_instances(model, head, "n dut", 1e-12 * full_scale);
    }
    model_free(model);
    device_free(device);
}
END_TEST

/* Charges: the small-signal current is jω·∂q/∂v of each input, and what a ramp moves is the difference of the charge. */
START_TEST(osdi_charges)
{
    struct model *model;
    double full_scale, gradient[MODEL_MAX_INPUTS];
    struct device *device = device_for(families[_i], "C", &model, &full_scale);
    GError *error = NULL;
    g_autofree char *path = inside("q.osdi");
    ck_ok(export_osdi(device, path, &error), error);
    if (!start(TRUE))
        return;
    double x[MODEL_MAX_INPUTS], to[MODEL_MAX_INPUTS];
    for (int a = 0; a < model->n_inputs; a++) {
        x[a] = 0.6 * model->inputs[a].min + 0.4 * model->inputs[a].max;
        to[a] = 0.15 * model->inputs[a].min + 0.85 * model->inputs[a].max;
    }
    model_gradient(model, x, gradient, NULL);
    for (int b = 0; b < model->n_inputs; b++) {
        g_autoptr(GString) deck = g_string_new("charge\n");
        g_string_append_printf(deck, ".control\npre_osdi %s\n.endc\n.model dut %s\nvo o 0 0\nn1", path, device->name);
        for (int a = 0; a < model->n_inputs; a++)
            g_string_append_printf(deck, " p%d", a);
        g_string_append(deck, " o 0 dut\n");
        for (int a = 0; a < model->n_inputs; a++) {
            g_string_append_printf(deck, "v%d p%d 0 dc ", a, a);
            append_g17(deck, x[a]);
            g_string_append_printf(deck, " ac %d\n", a == b);
        }
        g_string_append(deck, ".ac lin 1 1e6 1e6\n.end\n");
        g_autoptr(GPtrArray) plots = run_deck(deck->str);
        const struct vector *vector = plot_vector(plots->pdata[0], "vo#branch");
        ck_assert(vector != NULL && vector->imag != NULL);
        ck_assert_double_eq_tol(-vector->imag[0] / (2 * G_PI * 1e6), gradient[b], 1e-12 * full_scale);
        ck_assert_double_eq_tol(vector->real[0], 0, 1e-12 * full_scale);
    }
    g_autoptr(GString) deck = g_string_new("ramp\n");
    g_string_append_printf(deck, ".control\npre_osdi %s\n.endc\n.model dut %s\nvo o 0 0\nn1", path, device->name);
    for (int a = 0; a < model->n_inputs; a++)
        g_string_append_printf(deck, " p%d", a);
    g_string_append(deck, " o 0 dut\n");
    for (int a = 0; a < model->n_inputs; a++)
        g_string_append_printf(deck, "v%d p%d 0 pwl(0 %.17g 1e-9 %.17g 2e-9 %.17g)\n", a, a, x[a], x[a], to[a]);
    g_string_append(deck, ".options reltol=1e-7\n.tran 1e-12 3e-9 0 1e-12\n.end\n");
    g_autoptr(GPtrArray) plots = run_deck(deck->str);
    const struct plot *plot = plots->pdata[0];
    const double *t = plot_vector(plot, "time")->real, *i = plot_vector(plot, "vo#branch")->real;
    double q = 0;
    for (gsize k = 1; k < plot->n_points; k++)
        q -= (i[k] + i[k - 1]) / 2 * (t[k] - t[k - 1]);
    ck_assert_double_eq_tol(q, model_eval(model, to, NULL) - model_eval(model, x, NULL), 1e-5 * full_scale);
    model_free(model);
    device_free(device);
}
END_TEST

START_TEST(spice_evaluates_as_the_model)
{
    struct model *model;
    double full_scale;
    const char *unit = _i % 2 == 0 ? "A" : "V";
    struct device *device = device_for(families[_i / 2], unit, &model, &full_scale);
    GError *error = NULL;
    g_autoptr(GString) text = g_string_new(NULL), lt = g_string_new(NULL);
    gboolean ok = export_spice(device, text, &error);
    if (model->family == &bspline_family) {
        ck_fails(ok, error, "model \"contract\" is of family \"bspline\": spice takes polynomial, ekv, ekv-n, ekv-p, exponential and "
                            "hardsigmoid; osdi and c take all");
    } else {
        ck_ok(ok && export_ltspice(device, lt, &error), error);
        ck_assert(strstr(lt->str, "limit(") != NULL && strstr(lt->str, "min(max(") == NULL);
        ck_assert(start(FALSE));
        g_autofree char *instance = g_strdup_printf("x %s", device->name);
        check_instances(model, text->str, instance, 1e-9 * full_scale);
    }
    model_free(model);
    device_free(device);
}
END_TEST

/* What stands in "analog begin … end" is C but for its functions' names and the contribution. */
START_TEST(verilog_a_says_the_model)
{
    struct model *model;
    double full_scale;
    struct device *device = device_for(families[_i], "A", &model, &full_scale);
    g_autoptr(GString) text = g_string_new(NULL);
    GError *error = NULL;
    if (!export_verilog_a(device, text, &error)) {
        ck_assert(model->family == &bspline_family);
        g_clear_error(&error);
        model_free(model);
        device_free(device);
        return;
    }
    char *begin = strstr(text->str, "analog begin\n"), *end = strstr(text->str, "    end\nendmodule\n");
    ck_assert(begin != NULL && end != NULL);
    g_autoptr(GString) body = g_string_new_len(begin + strlen("analog begin\n"), end - begin - (gssize)strlen("analog begin\n"));
    ck_assert_uint_eq(g_string_replace(body, "I(out, ref) <+ ", "result = ", 0), 1);
    g_autoptr(GString) source = g_string_new("#include <math.h>\n#include <stdio.h>\n#define ln log\n#define abs fabs\n#define max fmax\n"
                                             "#define min fmin\n#define V(node) v_##node\n");
    append_points(source, model);
    g_string_append_printf(source, "int main(void)\n{\n    for (int i = 0; i < %d; i++) {\n        double result, v_ref = 0", POINTS);
    for (int a = 0; a < model->n_inputs; a++)
        g_string_append_printf(source, ", y0_%d, v_%s = points[i][%d]", a, device->ports[a], a);
    g_string_append_printf(source, ";\n%s        printf(\"%%.17g\\n\", result);\n    }\n    return 0;\n}\n", body->str);
    g_autofree double *numbers = compiled_numbers(source->str, POINTS);
    for (guint64 i = 0; i < POINTS; i++) {
        double x[MODEL_MAX_INPUTS];
        draw_point(model, i, x);
        ck_assert_double_eq_tol(numbers[i], model_eval(model, x, NULL), 1e-12 * full_scale);
    }
    model_free(model);
    device_free(device);
}
END_TEST

START_TEST(npz_and_json_hold_the_same_bits)
{
    struct model *model;
    double full_scale;
    struct device *device = device_for(families[_i], "A", &model, &full_scale);
    GError *error = NULL;
    g_autofree char *path = inside("m.npz"), *json = model_to_json(model);
    ck_ok(export_npz(device, path, &error), error);
    g_autoptr(GPtrArray) arrays = npz_read(path, &error);
    ck_ok(arrays != NULL, error);
    const struct ndarray *c = npz_array(arrays, "coefficients"), *low = npz_array(arrays, "min");
    ck_assert_uint_eq(ndarray_size(c), model->n_coefficients);
    ck_assert_mem_eq(c->data, model->coefficients, model->n_coefficients * sizeof(double));
    ck_assert(low->data[0] == model->inputs[0].min);
    ck_assert((npz_array(arrays, "exponents") != NULL) == (model->exponents != NULL));
    ck_assert((npz_array(arrays, "knots_0") != NULL) == (model->knots[0] != NULL));
    if (model->knots[0] != NULL)
        ck_assert_mem_eq(npz_array(arrays, "knots_0")->data, model->knots[0], model->n_knots[0] * sizeof(double));
    g_autoptr(GString) text = g_string_new(NULL);
    ck_assert(export_json(device, text, NULL));
    ck_assert_str_eq(text->str, json);
    model_free(model);
    device_free(device);
}
END_TEST

START_TEST(pytorch_has_the_authors_coefficients)
{
    static const double authors[10] = {0.17393044, 0.15653739, 0.14088365, 0.12679529, 5.51975209,
                                       4.96777688, 4.4709992,  -1.44776001, -1.30298401, 46.05483778};
    g_autofree char *path = source_path("netlists/paper.json");
    GError *error = NULL;
    struct device *device = device_read(path, origin_at(NULL, 0), &error);
    ck_ok(device != NULL, error);
    g_autoptr(GString) text = g_string_new(NULL);
    ck_ok(export_pytorch(device, text, &error), error);
    const char *at = strstr(text->str, "C_uA = [");
    ck_assert(at != NULL);
    at += strlen("C_uA = [");
    for (int k = 0; k < 10; k++) {
        char *end;
        ck_assert_double_eq_tol(g_ascii_strtod(at, &end), authors[k], 1e-12);
        at = end + 2;
    }
    /* With another scale and offset of v_in the same function is written in other powers: the same ten come back. */
    struct model *model = model_copy(((struct device_entry *)device->entries->pdata[0])->model);
    double x[2] = {0.7, 0.83}, before = model_eval(model, x, NULL);
    for (gsize i = 0; i < model->n_coefficients; i++)
        model->coefficients[i] *= pow(0.45, model->exponents[2 * i]);
    model->inputs[0].scale = 0.45;
    ck_assert_double_eq_tol(model_eval(model, x, NULL), before, 1e-18);
    ((struct device_entry *)device->entries->pdata[0])->model->inputs[0].offset = 0.4;
    ck_fails(export_pytorch(device, text, &error), error,
             "model \"paper\": pytorch takes a polynomial of order 3 at most, in A, of v_store with offset 0.45 V");
    model_free(model);
    device_free(device);
}
END_TEST

/* Two rails, each a transistor, and a charge on the storage node: a device file, through ngspice. */
START_TEST(a_device_of_several_models)
{
    static const char *const inputs[3] = {"v_store", "v_in", "v_bl"}, *const of[3] = {"sn", "wlr", "bl"};
    const double p[7] = {17e-8, 0.47, 1.13, 0.6, 0.39, 0.1, -1}, n[7] = {9e-8, 0.35, 1.11, 0.2, 0.2, 0.095, -1};
    struct model *models[3];
    for (int m = 0; m < 3; m++) {
        models[m] = model_new(model_family(m == 0 ? "ekv-p" : m == 1 ? "ekv-n" : "polynomial"), m == 0 ? "p" : m == 1 ? "n" : "q");
        models[m]->output = g_strdup("i");
        models[m]->output_unit = g_strdup(m < 2 ? "A" : "C");
        models[m]->source = g_strdup("test");
        models[m]->n_inputs = m < 2 ? 3 : 1;
        models[m]->order = 1;
        models[m]->coefficients = g_memdup2(m == 0 ? p : n, sizeof p);
        models[m]->n_coefficients = m < 2 ? 7 : 2;
        for (int a = 0; a < models[m]->n_inputs; a++)
            models[m]->inputs[a] = (struct model_input){g_strdup(inputs[a]), g_strdup("V"), 0, 1, a == 2 ? 0.3 : 0, a == 2 ? 0.6 : 0.9, g_strdup(of[a]), 0};
    }
    const int exponents[2] = {0, 1};
    models[2]->exponents = g_memdup2(exponents, sizeof exponents);
    models[2]->coefficients[0] = 0;
    models[2]->coefficients[1] = 5e-15;
    for (int m = 0; m < 3; m++) {
        g_autofree char *json = model_to_json(models[m]);
        write_text(m == 0 ? "p.json" : m == 1 ? "n.json" : "q.json", json);
    }
    write_text("cell.json", "{\"format\": \"gainspice-device\", \"version\": 1, \"name\": \"cell\", \"ports\": [\"sn\", \"bl\", \"wlp\", \"wln\", \"vss\"],\n"
                            "\"pairs\": {\"wlr\": [\"wlp\", \"wln\"]}, \"vdd_V\": 0.9, \"ground\": \"vss\", \"current_return\": \"bl\", \"charge_return\": \"vss\",\n"
                            "\"currents\": {\"wlp\": \"p.json\", \"wln\": \"n.json\"}, \"charges\": {\"sn\": \"q.json\"}}");
    GError *error = NULL;
    g_autofree char *path = inside("cell.json"), *object = inside("cell.osdi");
    struct device *device = device_read(path, origin_at(NULL, 0), &error);
    ck_ok(device != NULL, error);
    ck_ok(export_osdi(device, object, &error), error);
    if (start(TRUE)) {
        g_autofree char *deck = g_strdup_printf("cell\n.control\npre_osdi %s\n.endc\n.model dut cell\nn1 sn bl wlp wln 0 dut\n"
                                                "vsn sn 0 0.31\nvbl bl 0 0.47\nvwlp wlp 0 0.82\nvwln wln 0 0.05\n.op\n.end\n", object);
        g_autoptr(GPtrArray) plots = run_deck(deck);
        /* each rail at its own voltage: v_in is 0.82 V of the first, 0.9 V − 0.05 V of the second */
        const double at_p[3] = {0.31, 0.82, 0.47}, at_n[3] = {0.31, 0.85, 0.47};
        double i_p = model_eval(models[0], at_p, NULL), i_n = model_eval(models[1], at_n, NULL);
        ck_assert(i_p > 1e-7 && i_n < 0);
        ck_assert_double_eq_tol(-plot_vector(plots->pdata[0], "vwlp#branch")->real[0], i_p, 1e-17);
        ck_assert_double_eq_tol(-plot_vector(plots->pdata[0], "vwln#branch")->real[0], i_n, 1e-17);
        ck_assert_double_eq_tol(-plot_vector(plots->pdata[0], "vbl#branch")->real[0], -i_p - i_n, 1e-17);
    }
    for (int m = 0; m < 3; m++)
        model_free(models[m]);
    device_free(device);
}
END_TEST

START_TEST(bad_devices_are_told)
{
    static const struct { const char *text, *message; } cases[] = {
        {"{\"format\": \"gainspice-device\", \"version\": 1, \"name\": \"c\", \"port\": []}", "port: not a member of a device of version 1"},
        {"{\"format\": \"gainspice-device\", \"version\": 2, \"name\": \"c\"}", "expected a name, and version 1"},
        {"{\"format\": \"gainspice-device\", \"version\": 1, \"name\": \"c\"}", "vdd_V: expected a voltage above 0"},
        {"{\"format\": \"gainspice-device\", \"version\": 1, \"name\": \"c\", \"vdd_V\": 1, \"ports\": [\"a\", \"a\"]}",
         "ports: element 1: expected a name of a-z, 0-9 and _, each once"},
        {"{\"format\": \"gainspice-device\", \"version\": 1, \"name\": \"c\", \"vdd_V\": 1, \"ports\": [\"a\", \"b\"], \"ground\": \"c\"}",
         "ground: expected the name of a port"},
        {"{\"format\": \"gainspice-device\", \"version\": 1, \"name\": \"c\", \"vdd_V\": 1, \"ports\": [\"a\", \"b\"], \"ground\": \"b\"}",
         "no currents and no charges, expected a model of one port or more"},
    };
    g_autofree char *path = inside("d.json");
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        write_text("d.json", cases[i].text);
        GError *error = NULL;
        g_autofree char *expected = g_strdup_printf("%s: %s", path, cases[i].message);
        ck_fails(device_read(path, origin_at(NULL, 0), &error) != NULL, error, expected);
    }
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("export");
    TCase *t = tcase_create("export");
    families = model_families();
    while (families[n_families] != NULL)
        n_families++;
    tcase_set_timeout(t, 60);
    tcase_add_checked_fixture(t, make_folder, remove_folder);
    tcase_add_loop_test(t, c_header_evaluates_as_the_model, 0, n_families);
    tcase_add_loop_test(t, osdi_evaluates_as_the_model, 0, n_families);
    tcase_add_loop_test(t, osdi_charges, 0, n_families);
    tcase_add_loop_test(t, spice_evaluates_as_the_model, 0, 2 * n_families);
    tcase_add_loop_test(t, verilog_a_says_the_model, 0, n_families);
    tcase_add_loop_test(t, npz_and_json_hold_the_same_bits, 0, n_families);
    tcase_add_test(t, pytorch_has_the_authors_coefficients);
    tcase_add_test(t, a_device_of_several_models);
    tcase_add_test(t, bad_devices_are_told);
    suite_add_tcase(s, t);
    return s;
}
TAP_MAIN(suite)
