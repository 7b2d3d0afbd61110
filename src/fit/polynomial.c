/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fit/polynomial.c -- least-squares polynomials of several inputs, all orders and all folds from one factorisation.
 *
 * Workload: some 10⁴ points, up to 220 coefficients, orders 1 … 9 and 5 folds each. Three things make that cheap and exact:
 *
 * * The fit runs in products of Legendre polynomials of inputs scaled to [−1,1]. On a grid their columns are almost
 *   orthogonal, where raw monomials have condition numbers of 1e10 and more. The result is turned into monomials of
 *   (x − offset)/scale at the end, in long double.
 * * The columns are sorted by total degree, so that a lower order is the leading block of the same triangular factor.
 * * QR of rows that are added in blocks (GSL's tall-skinny QR): each fold is factored once; the fit without a fold is the QR
 *   of the other folds' small triangles. Never AᵀA: its condition is the square.
 *
 * An input that takes only m different values in the samples determines powers up to m − 1; higher ones are left out of the
 * basis. Without that rule one input on 5 values would keep all others at order 4.
 */
#include "config.h"

#include "fit/polynomial.h"

#include <gsl/gsl_blas.h>
#include <gsl/gsl_multilarge.h>
#include <math.h>
#include <string.h>

/* A column whose part outside the span of those before it is smaller than this share of it is not determined: simulated
 * currents are good to about 6 digits, 4 more are kept for the inputs; rounding in the factor is below 1e-13. */
static const double rank_tolerance = 1e-10;
/* Values of an input closer than this share of its range are one value: 0.1 + 0.2 and 0.3. */
static const double same_value = 1e-9;
/* Rows in a block: 4096 rows of 220 columns are 7 MB. Columns at most: a factor is then 32 MB. */
enum { BLOCK_ROWS = 4096, MAX_COLUMNS = 2000 };

struct basis {
    int n_inputs, max_order;
    int cap[MODEL_MAX_INPUTS];      /* highest power of each input */
    gsize n;                        /* columns */
    int *exponents;                 /* [n][n_inputs], by total degree */
    gsize end[MODEL_MAX_ORDER + 1]; /* columns up to this total degree */
    gsize *lower[MODEL_MAX_INPUTS]; /* [n]: the column with one power less of that input */
    double min[MODEL_MAX_INPUTS], max[MODEL_MAX_INPUTS];
};

static void basis_free(struct basis *basis)
{
    if (basis == NULL)
        return;
    g_free(basis->exponents);
    for (int a = 0; a < MODEL_MAX_INPUTS; a++)
        g_free(basis->lower[a]);
    g_free(basis);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(gsl_matrix, gsl_matrix_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(gsl_vector, gsl_vector_free)

static int compare_doubles(gconstpointer a, gconstpointer b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* How many different values the input takes, at most `enough`. */
static int distinct_values(const struct samples *samples, int input, int enough)
{
    g_autofree double *values = g_new(double, samples->n + 1);
    for (gsize i = 0; i < samples->n; i++)
        values[i] = samples->x[i * (gsize)samples->n_inputs + (gsize)input];
    if (samples->n == 0)
        return 0;
    qsort(values, samples->n, sizeof *values, compare_doubles);
    double apart = same_value * (values[samples->n - 1] - values[0]);
    int n = 1;
    for (gsize i = 1, last = 0; i < samples->n && n < enough; i++)
        if (values[i] - values[last] > apart) {
            n++;
            last = i;
        }
    return n;
}

/* Appends every exponent vector of total degree `left` over the inputs from `input` on, first inputs' powers falling. */
static void push_exponents(const struct basis *basis, GArray *rows, int *row, int input, int left)
{
    if (input == basis->n_inputs) {
        if (left == 0)
            g_array_append_vals(rows, row, (guint)basis->n_inputs);
        return;
    }
    for (int e = MIN(left, basis->cap[input]); e >= 0; e--) {
        row[input] = e;
        push_exponents(basis, rows, row, input + 1, left - e);
    }
}

static gsize find_exponents(const struct basis *basis, gsize below, const int *row)
{
    gsize bytes = (gsize)basis->n_inputs * sizeof *row;
    for (gsize i = below; i-- > 0;)
        if (memcmp(basis->exponents + i * (gsize)basis->n_inputs, row, bytes) == 0)
            return i;
    g_assert_not_reached(); /* the set holds everything below each of its members */
}

static void link_lower(struct basis *basis)
{
    gsize k = (gsize)basis->n_inputs;
    for (gsize a = 0; a < k; a++) {
        basis->lower[a] = g_new0(gsize, basis->n);
        for (gsize i = 0; i < basis->n; i++) {
            int row[MODEL_MAX_INPUTS];
            memcpy(row, basis->exponents + i * k, k * sizeof *row);
            if (row[a]-- > 0)
                basis->lower[a][i] = find_exponents(basis, i, row);
        }
    }
}

/* Orders with more columns than points, or than MAX_COLUMNS, are left out: max_order says where it stopped. */
static struct basis *basis_new(const struct model *shape, int max_order, const struct samples *samples)
{
    struct basis *basis = g_new0(struct basis, 1);
    basis->n_inputs = samples->n_inputs;
    for (int a = 0; a < basis->n_inputs; a++) {
        basis->cap[a] = distinct_values(samples, a, max_order + 1) - 1;
        basis->min[a] = shape->inputs[a].min;
        basis->max[a] = shape->inputs[a].max;
    }
    GArray *rows = g_array_new(FALSE, FALSE, sizeof(int));
    int row[MODEL_MAX_INPUTS];
    for (int order = 0; order <= max_order; order++) {
        push_exponents(basis, rows, row, 0, order);
        gsize columns = rows->len / (guint)basis->n_inputs;
        if (order > 0 && columns > MIN(samples->n, MAX_COLUMNS))
            break;
        basis->end[order] = columns;
        basis->max_order = order;
    }
    basis->n = basis->end[basis->max_order];
    basis->exponents = (int *)(void *)g_array_free(rows, FALSE);
    link_lower(basis);
    return basis;
}

/* P_0 … P_order at z:  (n + 1) P_{n+1} = (2n + 1) z P_n − n P_{n−1} */
static void legendre(double z, int order, double *p)
{
    p[0] = 1;
    if (order >= 1)
        p[1] = z;
    for (int n = 1; n < order; n++)
        p[n + 1] = ((2 * n + 1) * z * p[n] - n * p[n - 1]) / (n + 1);
}

static void basis_row(const struct basis *basis, const double *x, double *row)
{
    double p[MODEL_MAX_INPUTS][MODEL_MAX_ORDER + 1];
    int k = basis->n_inputs;
    for (int a = 0; a < k; a++) {
        double z = ((x[a] - basis->min[a]) - (basis->max[a] - x[a])) / (basis->max[a] - basis->min[a]);
        legendre(z, basis->max_order, p[a]);
    }
    for (gsize i = 0; i < basis->n; i++) {
        const int *e = basis->exponents + i * (gsize)k;
        row[i] = p[0][e[0]];
        for (int a = 1; a < k; a++)
            row[i] *= p[a][e[a]];
    }
}

/* ---- the triangular factor of a set of samples */

/* Adds rows to the factor; fewer rows than columns are filled up with zeros, which change nothing and which GSL asks for. */
static void factor_add_block(gsl_multilarge_linear_workspace *factor, const struct basis *basis, const struct samples *samples,
                             const gsize *index, gsize n)
{
    gsize rows = MAX(n, basis->n);
    g_autoptr(gsl_matrix) a = gsl_matrix_calloc(rows, basis->n);
    g_autoptr(gsl_vector) y = gsl_vector_calloc(rows);
    for (gsize i = 0; i < n; i++) {
        basis_row(basis, samples->x + index[i] * (gsize)samples->n_inputs, gsl_matrix_ptr(a, i, 0));
        gsl_vector_set(y, i, samples->y[index[i]]);
        if (samples->weight != NULL) {
            gsl_vector_view row = gsl_matrix_row(a, i);
            gsl_vector_scale(&row.vector, sqrt(samples->weight[index[i]]));
            gsl_vector_set(y, i, samples->y[index[i]] * sqrt(samples->weight[index[i]]));
        }
    }
    gsl_multilarge_linear_accumulate(a, y, factor);
}

static gsl_multilarge_linear_workspace *factor_samples(const struct basis *basis, const struct samples *samples, const int *fold,
                                                       int which)
{
    gsl_multilarge_linear_workspace *factor = gsl_multilarge_linear_alloc(gsl_multilarge_linear_tsqr, basis->n);
    g_autofree gsize *index = g_new(gsize, BLOCK_ROWS);
    gsize n = 0;
    for (gsize i = 0; i < samples->n; i++) {
        if (fold == NULL || fold[i] == which)
            index[n++] = i;
        if (n > 0 && (n == BLOCK_ROWS || i + 1 == samples->n)) {
            factor_add_block(factor, basis, samples, index, n);
            n = 0;
        }
    }
    return factor;
}

static void factor_add_factor(gsl_multilarge_linear_workspace *sum, const gsl_multilarge_linear_workspace *part)
{
    const gsl_matrix *r = gsl_multilarge_linear_matrix_ptr(part);
    const gsl_vector *y = gsl_multilarge_linear_rhs_ptr(part);
    g_autoptr(gsl_matrix) rows = gsl_matrix_calloc(r->size1, r->size2);
    g_autoptr(gsl_vector) right = gsl_vector_alloc(y->size);
    for (gsize i = 0; i < r->size1; i++)
        for (gsize j = i; j < r->size2; j++)
            gsl_matrix_set(rows, i, j, gsl_matrix_get(r, i, j));
    gsl_vector_memcpy(right, y);
    gsl_multilarge_linear_accumulate(rows, right, sum);
}

/* How many leading columns the samples determine. */
static gsize factor_rank(const gsl_matrix *r)
{
    for (gsize j = 0; j < r->size2; j++) {
        double norm2 = 0;
        for (gsize i = 0; i <= j; i++)
            norm2 += gsl_matrix_get(r, i, j) * gsl_matrix_get(r, i, j);
        if (!(fabs(gsl_matrix_get(r, j, j)) > rank_tolerance * sqrt(norm2)))
            return j;
    }
    return r->size2;
}

/* ---- from Legendre products to monomials */

/* P_n((2x − min − max)/(max − min)) as powers of u = (x − offset)/scale: m[n][i], i ≤ n. */
static void legendre_in_powers(const struct model_input *input, int order, long double m[][MODEL_MAX_ORDER + 1])
{
    long double span = (long double)input->max - (long double)input->min;
    long double b =
        ((long double)input->offset - (long double)input->min - ((long double)input->max - (long double)input->offset)) / span;
    long double a = 2 * (long double)input->scale / span; /*                                   z = a·u + b */
    memset(m, 0, (gsize)(order + 1) * sizeof *m);
    m[0][0] = 1;
    for (int n = 0; n < order; n++)
        for (int i = 0; i <= n + 1; i++) {
            long double z_p = b * m[n][i] + (i > 0 ? a * m[n][i - 1] : 0);
            m[n + 1][i] = ((2 * n + 1) * z_p - (n > 0 ? n * m[n - 1][i] : 0)) / (n + 1);
        }
}

static void to_monomials(const struct basis *basis, const struct model *model, gsize n, long double *c)
{
    long double m[MODEL_MAX_ORDER + 1][MODEL_MAX_ORDER + 1];
    g_autofree long double *out = g_new(long double, n);
    for (int a = 0; a < basis->n_inputs; a++) {
        legendre_in_powers(&model->inputs[a], basis->max_order, m);
        memset(out, 0, n * sizeof *out);
        for (gsize i = 0; i < n; i++) {
            gsize to = i;
            const int e = basis->exponents[i * (gsize)basis->n_inputs + (gsize)a];
            for (int power = e; power >= 0; power--) {
                out[to] += m[e][power] * c[i];
                to = basis->lower[a][to];
            }
        }
        memcpy(c, out, n * sizeof *c);
    }
}

/* ---- fits */

/* The model at `order` from a factor; NULL if the samples do not determine it. */
static struct model *solve(const struct basis *basis, const struct model *shape, int order, gsize rank,
                           const gsl_multilarge_linear_workspace *factor)
{
    gsize n = basis->end[order], k = (gsize)basis->n_inputs;
    if (n > rank || n == basis->end[order - 1])
        return NULL;
    gsl_matrix_const_view r = gsl_matrix_const_submatrix(gsl_multilarge_linear_matrix_ptr(factor), 0, 0, n, n);
    g_autoptr(gsl_vector) x = gsl_vector_alloc(n);
    for (gsize i = 0; i < n; i++)
        gsl_vector_set(x, i, gsl_vector_get(gsl_multilarge_linear_rhs_ptr(factor), i));
    gsl_blas_dtrsv(CblasUpper, CblasNoTrans, CblasNonUnit, &r.matrix, x);
    g_autofree long double *c = g_new(long double, n);
    for (gsize i = 0; i < n; i++)
        c[i] = (long double)gsl_vector_get(x, i);
    to_monomials(basis, shape, n, c);

    struct model *model = model_copy(shape);
    g_free(model->coefficients);
    g_free(model->exponents);
    model->order = order;
    model->n_coefficients = n;
    model->coefficients = g_new(double, n);
    for (gsize i = 0; i < n; i++)
        model->coefficients[i] = (double)c[i];
    model->exponents = g_memdup2(basis->exponents, n * k * sizeof *basis->exponents);
    return model;
}

static void solve_orders(const struct basis *basis, const struct model *shape, const gsl_multilarge_linear_workspace *factor,
                         int max_order, struct model **models)
{
    gsize rank = factor_rank(gsl_multilarge_linear_matrix_ptr(factor));
    for (int order = 1; order <= max_order; order++)
        models[order - 1] = order <= basis->max_order ? solve(basis, shape, order, rank, factor) : NULL;
}

/* The factor of all parts but `without`; of all of them if that is no part. */
static gsl_multilarge_linear_workspace *factor_sum(const struct basis *basis, gsl_multilarge_linear_workspace *const *parts,
                                                   int n, int without)
{
    gsl_multilarge_linear_workspace *sum = gsl_multilarge_linear_alloc(gsl_multilarge_linear_tsqr, basis->n);
    for (int part = 0; part < n; part++)
        if (part != without)
            factor_add_factor(sum, parts[part]);
    return sum;
}

static void polynomial_fit_orders(const struct model *shape, int max_order, const struct samples *samples, const int *fold,
                                  int n_folds, struct model **models)
{
    struct model *complete = model_copy(shape);
    model_complete_inputs(complete, samples);
    struct basis *basis = basis_new(complete, max_order, samples);
    g_autofree gsl_multilarge_linear_workspace **parts = g_new(gsl_multilarge_linear_workspace *, (gsize)n_folds);
    for (int k = 0; k < n_folds; k++)
        parts[k] = factor_samples(basis, samples, fold, k);
    for (int k = 0; k <= n_folds; k++) {
        gsl_multilarge_linear_workspace *sum = factor_sum(basis, parts, n_folds, k);
        solve_orders(basis, complete, sum, max_order, models + k * max_order);
        gsl_multilarge_linear_free(sum);
    }
    for (int k = 0; k < n_folds; k++)
        gsl_multilarge_linear_free(parts[k]);
    basis_free(basis);
    model_free(complete);
}

/* The model at one order, NULL if the samples do not determine it. */
static struct model *fit_order(const struct model *shape, int order, const struct samples *samples)
{
    struct basis *basis = basis_new(shape, order, samples);
    struct model *fitted = NULL;
    if (basis->max_order == order && samples->n > 0) {
        gsl_multilarge_linear_workspace *factor = factor_samples(basis, samples, NULL, 0);
        fitted = solve(basis, shape, order, factor_rank(gsl_multilarge_linear_matrix_ptr(factor)), factor);
        gsl_multilarge_linear_free(factor);
    }
    basis_free(basis);
    return fitted;
}

static gboolean polynomial_fit(struct model *model, int order, const struct samples *samples, GError **error)
{
    g_assert(order >= 1 && order <= MODEL_MAX_ORDER && samples->n_inputs == model->n_inputs);
    struct model *complete = model_copy(model);
    model_complete_inputs(complete, samples);
    struct model *fitted = fit_order(complete, order, samples);
    model_free(complete);
    if (fitted == NULL) {
        g_set_error(error, GAINSPICE_ERROR, GAINSPICE_ERROR_INPUT,
                    "%" G_GSIZE_FORMAT
                    " points do not determine a polynomial of order %d in %d inputs, or it has more than %d terms",
                    samples->n, order, model->n_inputs, MAX_COLUMNS);
        return FALSE;
    }
    struct model old = *model;
    *model = *fitted;
    *fitted = old;
    model_free(fitted);
    return TRUE;
}

/* ---- evaluation */

/* u^0 … u^order of each input. */
static void input_powers(const struct model *model, const double *x, double power[][MODEL_MAX_ORDER + 1])
{
    for (int a = 0; a < model->n_inputs; a++) {
        double u = (x[a] - model->inputs[a].offset) / model->inputs[a].scale;
        power[a][0] = 1;
        for (int e = 1; e <= model->order; e++)
            power[a][e] = power[a][e - 1] * u;
    }
}

/* ∂/∂x_b of term i */
static double term_slope(const struct model *model, gsize i, int b, double power[][MODEL_MAX_ORDER + 1])
{
    const int *e = model->exponents + i * (gsize)model->n_inputs;
    if (e[b] == 0)
        return 0;
    double term = model->coefficients[i] * e[b] * power[b][e[b] - 1] / model->inputs[b].scale;
    for (int a = 0; a < model->n_inputs; a++)
        if (a != b)
            term *= power[a][e[a]];
    return term;
}

static double polynomial_eval(const struct model *model, const double *x, double *gradient, double *by_coefficient)
{
    double power[MODEL_MAX_INPUTS][MODEL_MAX_ORDER + 1];
    int k = model->n_inputs;
    input_powers(model, x, power);
    double sum = 0;
    for (gsize i = 0; i < model->n_coefficients; i++) {
        const int *e = model->exponents + i * (gsize)k;
        double term = by_coefficient != NULL ? 1 : model->coefficients[i];
        for (int a = 0; a < k; a++)
            term *= power[a][e[a]];
        if (by_coefficient != NULL)
            by_coefficient[i] = term;
        sum += by_coefficient != NULL ? model->coefficients[i] * term : term;
    }
    for (int b = 0; gradient != NULL && b < k; b++) {
        gradient[b] = 0;
        for (gsize i = 0; i < model->n_coefficients; i++)
            gradient[b] += term_slope(model, i, b, power);
    }
    return sum;
}

gboolean polynomial_section(const struct model *model, int input, const double *x, double *a)
{
    if (model->family != &polynomial_family)
        return FALSE;
    long double c[MODEL_MAX_ORDER + 1] = {0};
    for (gsize i = 0; i < model->n_coefficients; i++) {
        const int *e = model->exponents + i * (gsize)model->n_inputs;
        long double term = (long double)model->coefficients[i];
        for (int b = 0; b < model->n_inputs; b++)
            if (b != input)
                term *=
                    powl(((long double)x[b] - (long double)model->inputs[b].offset) / (long double)model->inputs[b].scale, e[b]);
        c[e[input]] += term;
    }
    /* Taylor shift by repeated synthetic division: Σ c_i u^i about u_0, u = u_0 + y/scale. */
    const struct model_input *along = &model->inputs[input];
    long double u0 = ((long double)x[input] - (long double)along->offset) / (long double)along->scale, scale = 1;
    for (int i = 0; i < model->order; i++)
        for (int j = model->order - 1; j >= i; j--)
            c[j] += u0 * c[j + 1];
    for (int i = 0; i <= model->order; i++, scale *= (long double)along->scale)
        a[i] = (double)(c[i] / scale);
    return TRUE;
}

const struct model_family polynomial_family = {
    .name = "polynomial",
    .fit = polynomial_fit,
    .fit_orders = polynomial_fit_orders,
    .eval = polynomial_eval,
};
