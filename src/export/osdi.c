/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export/osdi.c -- a device as C source against OSDI 0.3, the interface through which ngspice loads compiled models, and its shared object
 * by the system's C compiler. The interface is restated here from its published layout: 0.3 is what ngspice 39 to 46 agree on.
 *
 * ngspice calls eval with the solution of the last iteration, then asks for the Jacobian and for the right-hand side that goes with it,
 * J·v − i. Charges are integrated by ngspice, which finds them at react_residual_off; the device adds alpha·∂q/∂v. Every value is
 * computed in eval once; what loads it only adds.
 */
#include "config.h"

#include "export/export.h"

#include <string.h>

#include "base/files.h"

/* What a Jacobian entry is: its row and column, and where it comes from. */
struct places {
    int n;
    int row[DEVICE_MAX_PORTS * DEVICE_MAX_PORTS], column[DEVICE_MAX_PORTS * DEVICE_MAX_PORTS];
    int at[DEVICE_MAX_PORTS][DEVICE_MAX_PORTS]; /* −1: none */
};

static gboolean depends(const struct device_entry *entry, int port)
{
    for (int a = 0; a < entry->model->n_inputs; a++)
        if (entry->weight[a][port] != 0)
            return TRUE;
    return FALSE;
}

static void find_places(const struct device *device, struct places *places)
{
    memset(places->at, -1, sizeof places->at);
    places->n = 0;
    for (int row = 0; row < device->n_ports; row++)
        for (int column = 0; column < device->n_ports; column++) {
            gboolean used = FALSE;
            for (guint e = 0; e < device->entries->len; e++) {
                const struct device_entry *entry = device->entries->pdata[e];
                used = used || ((entry->port == row || entry->back == row) && depends(entry, column));
            }
            if (!used)
                continue;
            places->row[places->n] = row;
            places->column[places->n] = column;
            places->at[row][column] = places->n++;
        }
}

static const char interface_text[] =
    "struct osdi_sim_paras { char **names; double *vals; char **names_str; char **vals_str; };\n"
    "struct osdi_sim_info { struct osdi_sim_paras paras; double abstime; double *prev_solve, *prev_state, *next_state; uint32_t flags; };\n"
    "struct osdi_init_info { uint32_t flags, num_errors; void *errors; };\n"
    "struct osdi_pair { uint32_t node_1, node_2; };\n"
    "struct osdi_jacobian { struct osdi_pair nodes; uint32_t react_ptr_off, flags; };\n"
    "struct osdi_node { char *name, *units, *residual_units; uint32_t resist_residual_off, react_residual_off, resist_limit_rhs_off,\n"
    "    react_limit_rhs_off; bool is_flow; };\n"
    "struct osdi_descriptor {\n"
    "    char *name;\n"
    "    uint32_t num_nodes, num_terminals; struct osdi_node *nodes;\n"
    "    uint32_t num_jacobian_entries; struct osdi_jacobian *jacobian_entries;\n"
    "    uint32_t num_collapsible; struct osdi_pair *collapsible; uint32_t collapsed_offset;\n"
    "    void *noise_sources; uint32_t num_noise_src;\n"
    "    uint32_t num_params, num_instance_params, num_opvars; void *param_opvar;\n"
    "    uint32_t node_mapping_offset, jacobian_ptr_resist_offset, num_states, state_idx_off, bound_step_offset, instance_size, model_size;\n"
    "    void *(*access)(void *, void *, uint32_t, uint32_t);\n"
    "    void (*setup_model)(void *, void *, struct osdi_sim_paras *, struct osdi_init_info *);\n"
    "    void (*setup_instance)(void *, void *, void *, double, uint32_t, struct osdi_sim_paras *, struct osdi_init_info *);\n"
    "    uint32_t (*eval)(void *, void *, const void *, const struct osdi_sim_info *);\n"
    "    void (*load_noise)(void *, void *, double, double *);\n"
    "    void (*load_residual_resist)(void *, void *, double *);\n"
    "    void (*load_residual_react)(void *, void *, double *);\n"
    "    void (*load_limit_rhs_resist)(void *, void *, double *);\n"
    "    void (*load_limit_rhs_react)(void *, void *, double *);\n"
    "    void (*load_spice_rhs_dc)(void *, void *, double *, double *);\n"
    "    void (*load_spice_rhs_tran)(void *, void *, double *, double *, double);\n"
    "    void (*load_jacobian_resist)(void *, void *);\n"
    "    void (*load_jacobian_react)(void *, void *, double);\n"
    "    void (*load_jacobian_tran)(void *, void *, double);\n"
    "    void *later[32]; /* what newer versions ask for: nothing */\n"
    "};\n\n";

static const char functions_text[] =
    "static void *no_access(void *i, void *m, uint32_t id, uint32_t flags) { (void)i; (void)m; (void)id; (void)flags; return NULL; }\n"
    "static void setup_model(void *h, void *m, struct osdi_sim_paras *p, struct osdi_init_info *r)\n"
    "{ (void)h; (void)m; (void)p; r->flags = 0; r->num_errors = 0; r->errors = NULL; }\n"
    "static void setup_instance(void *h, void *i, void *m, double t, uint32_t n, struct osdi_sim_paras *p, struct osdi_init_info *r)\n"
    "{ (void)h; (void)i; (void)m; (void)t; (void)n; (void)p; r->flags = 0; r->num_errors = 0; r->errors = NULL; }\n"
    "static void load_noise(void *i, void *m, double f, double *d) { (void)i; (void)m; (void)f; (void)d; }\n"
    "static void load_nothing(void *i, void *m, double *d) { (void)i; (void)m; (void)d; }\n"
    "static void load_residual_resist(void *v, void *m, double *d)\n"
    "{ struct instance *s = v; (void)m; for (int k = 0; k < NODES; k++) d[s->node[k]] += s->i[k]; }\n"
    "static void load_residual_react(void *v, void *m, double *d)\n"
    "{ struct instance *s = v; (void)m; for (int k = 0; k < NODES; k++) d[s->node[k]] += s->q[k]; }\n"
    "static void load_rhs_dc(void *v, void *m, double *d, double *x)\n"
    "{\n    struct instance *s = v; (void)m;\n"
    "    for (int e = 0; e < ENTRIES; e++) d[s->node[row[e]]] += s->gi[e] * x[s->node[column[e]]];\n"
    "    for (int k = 0; k < NODES; k++) d[s->node[k]] -= s->i[k];\n}\n"
    "static void load_rhs_tran(void *v, void *m, double *d, double *x, double alpha)\n"
    "{\n    struct instance *s = v; (void)m;\n"
    "    for (int e = 0; e < ENTRIES; e++) d[s->node[row[e]]] += (s->gi[e] + alpha * s->gq[e]) * x[s->node[column[e]]];\n"
    "    for (int k = 0; k < NODES; k++) d[s->node[k]] -= s->i[k];\n}\n"
    "static void load_jacobian_resist(void *v, void *m)\n"
    "{ struct instance *s = v; (void)m; for (int e = 0; e < ENTRIES; e++) *s->resist[e] += s->gi[e]; }\n"
    "static void load_jacobian_react(void *v, void *m, double omega)\n"
    "{ struct instance *s = v; (void)m; for (int e = 0; e < ENTRIES; e++) *s->react[e] += omega * s->gq[e]; }\n"
    "static void load_jacobian_tran(void *v, void *m, double alpha)\n"
    "{ struct instance *s = v; (void)m; for (int e = 0; e < ENTRIES; e++) *s->resist[e] += s->gi[e] + alpha * s->gq[e]; }\n\n";

static void put_input(GString *out, const struct device *device, const struct device_entry *entry, int a)
{
    g_string_append_printf(out, "        x[%d] = ", a);
    append_g17(out, entry->offset[a]);
    for (int p = 0; p < device->n_ports; p++)
        if (entry->weight[a][p] != 0) {
            g_string_append(out, " + ");
            append_g17(out, entry->weight[a][p]);
            g_string_append_printf(out, " * v[%d]", p);
        }
    g_string_append(out, ";\n");
}

static void put_entry(GString *out, const struct device *device, const struct places *places, guint e)
{
    const struct device_entry *entry = device->entries->pdata[e];
    const char *what = entry->is_charge ? "q" : "i";
    g_string_append_printf(out, "    { /* %s of %s: model %s */\n", entry->is_charge ? "charge" : "current", device->ports[entry->port],
                           entry->model->family->name);
    for (int a = 0; a < entry->model->n_inputs; a++)
        put_input(out, device, entry, a);
    g_string_append_printf(out, "        double f = model_%u(x, g);\n        s->%s[%d] += f;\n        s->%s[%d] -= f;\n", e, what, entry->port,
                           what, entry->back);
    for (int p = 0; p < device->n_ports; p++) {
        if (!depends(entry, p))
            continue;
        g_string_append(out, "        f = ");
        for (int a = 0, n = 0; a < entry->model->n_inputs; a++)
            if (entry->weight[a][p] != 0) {
                g_string_append(out, n++ > 0 ? " + " : "");
                append_g17(out, entry->weight[a][p]);
                g_string_append_printf(out, " * g[%d]", a);
            }
        g_string_append_printf(out, ";\n        s->g%s[%d] += f;\n        s->g%s[%d] -= f;\n", what, places->at[entry->port][p], what,
                               places->at[entry->back][p]);
    }
    g_string_append(out, "    }\n");
}

static void put_eval(GString *out, const struct device *device, const struct places *places)
{
    g_string_append(out, "static uint32_t eval(void *h, void *p, const void *m, const struct osdi_sim_info *info)\n{\n"
                         "    struct instance *s = p;\n    double v[NODES], x[6], g[6];\n    (void)h;\n    (void)m;\n"
                         "    for (int k = 0; k < NODES; k++) {\n        v[k] = info->prev_solve[s->node[k]];\n        s->i[k] = s->q[k] = 0;\n    }\n"
                         "    for (int e = 0; e < ENTRIES; e++)\n        s->gi[e] = s->gq[e] = 0;\n");
    for (guint e = 0; e < device->entries->len; e++)
        put_entry(out, device, places, e);
    g_string_append(out, "    return 0;\n}\n\n");
}

static gboolean has_charge(const struct device *device, int port)
{
    for (guint e = 0; e < device->entries->len; e++) {
        const struct device_entry *entry = device->entries->pdata[e];
        if (entry->is_charge && (entry->port == port || entry->back == port))
            return TRUE;
    }
    return FALSE;
}

static void put_tables(GString *out, const struct device *device, const struct places *places)
{
    g_string_append(out, "static struct osdi_node nodes[NODES] = {\n");
    for (int p = 0; p < device->n_ports; p++) {
        g_string_append_printf(out, "    {\"%s\", \"V\", \"A\", offsetof(struct instance, i[%d]), ", device->ports[p], p);
        if (has_charge(device, p))
            g_string_append_printf(out, "offsetof(struct instance, q[%d])", p);
        else
            g_string_append(out, "UINT32_MAX");
        g_string_append(out, ", UINT32_MAX, UINT32_MAX, false},\n");
    }
    g_string_append(out, "};\nstatic struct osdi_jacobian jacobian[ENTRIES] = {\n");
    for (int e = 0; e < places->n; e++)
        g_string_append_printf(out, "    {{%d, %d}, offsetof(struct instance, react[%d]), 4 | 8},\n", places->row[e], places->column[e], e);
    g_string_append(out, "};\n\nuint32_t OSDI_VERSION_MAJOR = 0, OSDI_VERSION_MINOR = 3, OSDI_NUM_DESCRIPTORS = 1;\n");
    g_string_append_printf(out, "struct osdi_descriptor OSDI_DESCRIPTORS[1] = {{\n    .name = \"%s\", .num_nodes = NODES, .num_terminals = NODES, "
                                ".nodes = nodes,\n", device->name);
    g_string_append(out, "    .num_jacobian_entries = ENTRIES, .jacobian_entries = jacobian,\n"
                         "    .collapsed_offset = offsetof(struct instance, collapsed),\n"
                         "    .node_mapping_offset = offsetof(struct instance, node),\n"
                         "    .jacobian_ptr_resist_offset = offsetof(struct instance, resist),\n"
                         "    .state_idx_off = offsetof(struct instance, state), .bound_step_offset = UINT32_MAX,\n"
                         "    .instance_size = sizeof(struct instance), .model_size = sizeof(double),\n"
                         "    .access = no_access, .setup_model = setup_model, .setup_instance = setup_instance, .eval = eval, .load_noise = load_noise,\n"
                         "    .load_residual_resist = load_residual_resist, .load_residual_react = load_residual_react,\n"
                         "    .load_limit_rhs_resist = load_nothing, .load_limit_rhs_react = load_nothing,\n"
                         "    .load_spice_rhs_dc = load_rhs_dc, .load_spice_rhs_tran = load_rhs_tran,\n"
                         "    .load_jacobian_resist = load_jacobian_resist, .load_jacobian_react = load_jacobian_react,\n"
                         "    .load_jacobian_tran = load_jacobian_tran,\n}};\n");
}

gboolean export_osdi_source(const struct device *device, GString *out, GError **error)
{
    struct places places;
    find_places(device, &places);
    for (guint e = 0; e < device->entries->len; e++) {
        const struct device_entry *entry = device->entries->pdata[e];
        if (entry->is_voltage) {
            g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT, "model \"%s\" gives \"%s\": osdi takes currents in A and charges in C",
                        entry->model->name, entry->model->output_unit);
            return FALSE;
        }
    }
    g_string_append_printf(out, "/* %s: a device for ngspice through OSDI 0.3, written by gainspice " PACKAGE_VERSION ".\n"
                                "   cc -O2 -fPIC -shared -o %s.osdi %s.c -lm; in a deck: pre_osdi, .model NAME %s, and N%s instances. */\n",
                           device->name, device->name, device->name, device->name, device->name);
    g_string_append(out, "#include <math.h>\n#include <stdbool.h>\n#include <stddef.h>\n#include <stdint.h>\n\n");
    g_string_append(out, interface_text);
    code_shared(out);
    for (guint e = 0; e < device->entries->len; e++) {
        g_autofree char *name = g_strdup_printf("model_%u", e);
        code_model(out, ((const struct device_entry *)device->entries->pdata[e])->model, name);
    }
    g_string_append_printf(out, "enum { NODES = %d, ENTRIES = %d };\nstatic const unsigned char row[ENTRIES] = {", device->n_ports, places.n);
    for (int e = 0; e < places.n; e++)
        g_string_append_printf(out, "%s%d", e > 0 ? ", " : "", places.row[e]);
    g_string_append(out, "}, column[ENTRIES] = {");
    for (int e = 0; e < places.n; e++)
        g_string_append_printf(out, "%s%d", e > 0 ? ", " : "", places.column[e]);
    g_string_append(out, "};\nstruct instance {\n    uint32_t node[NODES], state[1];\n    double *resist[ENTRIES], *react[ENTRIES];\n"
                         "    double i[NODES], q[NODES], gi[ENTRIES], gq[ENTRIES]; /* currents, charges, their slopes */\n    bool collapsed[1];\n};\n\n");
    put_eval(out, device, &places);
    g_string_append(out, functions_text);
    put_tables(out, device, &places);
    return TRUE;
}

/* cc -O2 -fPIC -shared. The compiler's first line of complaint is the reason. */
static gboolean compile(const char *source, const char *object, GError **error)
{
    const char *cc = g_getenv("CC");
    const char *const argv[] = {cc != NULL && cc[0] != '\0' ? cc : "cc", "-std=gnu99", "-O2", "-fPIC", "-shared", "-o", object, source, "-lm", NULL};
    g_autofree char *complaint = NULL;
    int status = 0;
    if (!g_spawn_sync(NULL, (char **)(guintptr)argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL, &complaint, &status, NULL) ||
        !g_spawn_check_wait_status(status, NULL)) {
        if (complaint != NULL)
            g_strdelimit(complaint, "\n", '\0');
        g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT, "%s: the C compiler \"%s\" did not make %s: %s", source, argv[0], object,
                    complaint != NULL && complaint[0] != '\0' ? complaint : "it could not be run");
        return FALSE;
    }
    return TRUE;
}

gboolean export_osdi(const struct device *device, const char *path, GError **error)
{
    g_autoptr(GString) source = g_string_new(NULL);
    g_autofree char *c_path = g_strconcat(path, ".c", NULL);
    return export_osdi_source(device, source, error) && file_write(c_path, source->str, source->len, error) && compile(c_path, path, error);
}
