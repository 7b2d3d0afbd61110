/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export/python.c -- numpy's npz, and the ten coefficients of the authors' public code with the scalers of its heads.
 *
 * Their cell is S = Σ_ij Q·(K − 0.45)^i·V_in^j·C_ij in µA, i + j ≤ 3, in the order (i,j) = 00 01 02 03 10 11 12 20 21 30.
 */
#include "config.h"

#include "export/export.h"

#include <math.h>
#include <string.h>

#include "fit/polynomial.h"
#include "store/npz.h"

static void add_array(GPtrArray *arrays, const char *name, gsize n, const double *x)
{
    struct ndarray *array = ndarray_new(name, 1, &n);
    memcpy(array->data, x, n * sizeof *x);
    g_ptr_array_add(arrays, array);
}

static void add_exponents(GPtrArray *arrays, const struct model *model)
{
    const gsize shape[2] = {model->n_coefficients, (gsize)model->n_inputs};
    struct ndarray *array = ndarray_new("exponents", 2, shape);
    for (gsize i = 0; i < shape[0] * shape[1]; i++)
        array->data[i] = model->exponents[i];
    g_ptr_array_add(arrays, array);
}

gboolean export_npz(const struct device *device, const char *path, GError **error)
{
    const struct model *model = ((const struct device_entry *)device->entries->pdata[0])->model;
    g_autoptr(GPtrArray) arrays = g_ptr_array_new_with_free_func((GDestroyNotify)ndarray_free);
    double box[4][MODEL_MAX_INPUTS];
    static const char *const names[4] = {"min", "max", "offset", "scale"};
    for (int a = 0; a < model->n_inputs; a++) {
        box[0][a] = model->inputs[a].min;
        box[1][a] = model->inputs[a].max;
        box[2][a] = model->inputs[a].offset;
        box[3][a] = model->inputs[a].scale;
    }
    add_array(arrays, "coefficients", model->n_coefficients, model->coefficients);
    for (int i = 0; i < 4; i++)
        add_array(arrays, names[i], (gsize)model->n_inputs, box[i]);
    if (model->exponents != NULL)
        add_exponents(arrays, model);
    for (int a = 0; a < model->n_inputs && model->knots[a] != NULL; a++) {
        g_autofree char *name = g_strdup_printf("knots_%d", a);
        add_array(arrays, name, model->n_knots[a], model->knots[a]);
    }
    g_autoptr(GString) note = g_string_new(NULL);
    g_string_append_printf(note, "gainspice-model %s: family %s, order %d, %s in %s; inputs", model->name, model->family->name, model->order,
                           model->output, model->output_unit);
    for (int a = 0; a < model->n_inputs; a++)
        g_string_append_printf(note, " %s", model->inputs[a].name);
    return npz_write_noted(path, arrays, note->str, error);
}

/* µA of (v_store − 0.45)^i·v_in^j, all else at its offset: from powers of (x − offset)/scale. */
static double raw_coefficient(const struct model *model, int store, int in, int i, int j)
{
    double sum = 0;
    for (gsize t = 0; t < model->n_coefficients; t++) {
        const int *e = model->exponents + t * (gsize)model->n_inputs;
        gboolean here = e[store] == i && (in < 0 ? j == 0 : e[in] >= j);
        for (int a = 0; a < model->n_inputs; a++)
            here = here && (a == store || a == in || e[a] == 0);
        if (!here)
            continue;
        double c = model->coefficients[t] / pow(model->inputs[store].scale, i);
        if (in >= 0) { /* ((v − o)/s)^n holds binomial(n, j)·(−o)^(n − j)/s^n of v^j */
            double binomial = 1;
            for (int k = 0; k < j; k++)
                binomial = binomial * (e[in] - k) / (k + 1);
            c *= binomial * pow(-model->inputs[in].offset, e[in] - j) / pow(model->inputs[in].scale, e[in]);
        }
        sum += c;
    }
    return 1e6 * sum;
}

gboolean export_pytorch(const struct device *device, GString *out, GError **error)
{
    static const int order[10][2] = {{0, 0}, {0, 1}, {0, 2}, {0, 3}, {1, 0}, {1, 1}, {1, 2}, {2, 0}, {2, 1}, {3, 0}};
    const struct model *model = ((const struct device_entry *)device->entries->pdata[0])->model;
    int store = model_input_index(model, "v_store"), in = model_input_index(model, "v_in");
    if (model->family != &polynomial_family || model->order > 3 || store < 0 || model->inputs[store].offset != 0.45 ||
        strcmp(model->output_unit, "A") != 0) {
        g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT,
                    "model \"%s\": pytorch takes a polynomial of order 3 at most, in A, of v_store with offset 0.45 V", model->name);
        return FALSE;
    }
    g_string_append_printf(out, "# %s: a gain cell in the ten coefficients of the authors' public code, written by gainspice " PACKAGE_VERSION ".\n"
                                "# S = sum of Q (K - 0.45)^i V_in^j C_ij in uA, (i, j) in the order of ORDER. Drop it beside their attention module.\n"
                                "import json\n\nORDER = [(0, 0), (0, 1), (0, 2), (0, 3), (1, 0), (1, 1), (1, 2), (2, 0), (2, 1), (3, 0)]\nC_uA = [", device->name);
    for (int k = 0; k < 10; k++) {
        g_string_append(out, k > 0 ? ", " : "");
        append_g17(out, raw_coefficient(model, store, in, order[k][0], order[k][1]));
    }
    g_string_append(out, "]\nV_MID = 0.45\nV_IN = 0.9\n"
                         "# Scale a and shift b of each head before the clamps of Q, K, V and after the output: where training starts.\n"
                         "SCALERS = {\"q\": [1.0, 0.0], \"k\": [1.0, V_MID], \"v\": [1.0, V_MID], \"output\": [1.0, 0.0]}\n\n\n"
                         "def current_uA(v_store, q=1.0, v_in=V_IN):\n"
                         "    \"\"\"Of numbers, numpy arrays or torch tensors; v_store is clamped where the caller clamps K and V.\"\"\"\n"
                         "    y = v_store - V_MID\n    return q * sum(c * y**i * v_in**j for c, (i, j) in zip(C_uA, ORDER))\n\n\n"
                         "def cell(v_in=V_IN):\n    \"\"\"A torch module of the cell at one V_in.\"\"\"\n    import torch\n\n"
                         "    class Cell(torch.nn.Module):\n        def __init__(self):\n            super().__init__()\n"
                         "            self.register_buffer(\"c\", torch.tensor(C_uA, dtype=torch.float64))\n\n"
                         "        def forward(self, q, v_store):\n            y = v_store - V_MID\n"
                         "            return q * sum(self.c[k] * y**i * v_in**j for k, (i, j) in enumerate(ORDER))\n\n    return Cell()\n\n\n"
                         "if __name__ == \"__main__\":\n"
                         "    print(json.dumps({\"order\": ORDER, \"coefficients_uA\": C_uA, \"v_mid_V\": V_MID, \"v_in_V\": V_IN, \"scalers\": SCALERS}))\n");
    return TRUE;
}
