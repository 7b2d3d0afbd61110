/* SPDX-License-Identifier: GPL-3.0-or-later */
/* wave/compare.c -- one walk along two curves, cell by cell; see compare.h.
 *
 * Three lines are walked: the test, and the good shifted right and left by x_tol. Their breakpoints cut x into cells. The good's
 * envelope over the window [x - x_tol, x + x_tol] is the greatest of three: the good at the window's left end (the curve shifted
 * right), at its right end (the curve shifted left), and the greatest of its points inside, which do not change within a cell
 * and are kept in a queue that descends (Lemire 2006, arXiv cs/0610046). Without x_tol the two shifted lines are one and
 * no point is inside.
 */
#include "config.h"

#include "wave/compare.h"

#include <math.h>
#include <string.h>

#include "wave/stream.h"

#define X_ROUNDING 1e-9 /* of the range of x: by how much its ends may differ, beside x_tol */

struct curve curve_of(const struct plot *plot, const struct vector *y)
{
    const struct vector *x = plot->vectors->pdata[0];
    gsize n = plot->n_points;
    struct curve curve = {.x = x->real != NULL ? numbers_of(x->real, n) : x->lazy_real,
                          .re = y->real != NULL ? numbers_of(y->real, n) : y->lazy_real};
    if (y->real == NULL)
        curve.im = y->lazy_imag;
    else if (y->imag != NULL)
        curve.im = numbers_of(y->imag, n);
    return curve;
}

void verdict_clear(struct verdict *verdict)
{
    g_free(verdict->reason);
    *verdict = (struct verdict){0};
}

GArray *passes_of(const struct numbers *x)
{
    GArray *passes = g_array_new(FALSE, FALSE, sizeof(struct pass));
    struct pass pass = {0, 0, FALSE};
    double block[STREAM_BLOCK], before = 0;
    int direction = 0; /* of the pass; 0: not known yet */
    for (gsize done = 0; done < x->n;) {
        gsize n = MIN((gsize)STREAM_BLOCK, x->n - done);
        numbers_get(x, done, n, block);
        if (done % STREAM_KEPT == 0)
            numbers_done(x, done - MIN(done, (gsize)STREAM_KEPT), done);
        for (gsize i = 0; i < n; i++, before = block[i - 1]) {
            int step = pass.n == 0 ? 0 : (block[i] > before) - (block[i] < before);
            if (step != 0 && direction != 0 && step != direction) {
                pass.descends = direction < 0;
                g_array_append_val(passes, pass);
                pass = (struct pass){done + i, 0, FALSE};
                step = 0;
                direction = 0;
            }
            direction = step != 0 ? step : direction;
            pass.n++;
        }
        done += n;
    }
    numbers_done(x, x->n - MIN(x->n, (gsize)2 * STREAM_KEPT), x->n);
    pass.descends = direction < 0;
    if (pass.n > 0)
        g_array_append_val(passes, pass);
    return passes;
}

/* ---- lines: the segment of a curve that holds the present x ----------------------------------------------------------- */

struct line {
    struct stream *stream;
    double shift;
    double x0, y0, x1, y1; /* x0 <= x < x1; beyond the ends the curve goes on level */
    double unshifted;      /* x1 of the curve */
    gboolean gap0, gap1;
};

static void line_open(struct line *line, struct stream *stream, const struct curve *curve, const struct pass *pass, double shift)
{
    stream_open(stream, curve, pass);
    *line = (struct line){.stream = stream, .shift = shift, .x0 = -INFINITY};
    stream_next(stream, &line->unshifted, &line->y1, &line->gap1);
    line->x1 = line->unshifted + shift;
    line->y0 = line->y1;
    line->gap0 = line->gap1;
}

/* One point further; FALSE once there is none. */
static gboolean line_step(struct line *line)
{
    line->x0 = line->x1;
    line->y0 = line->y1;
    line->gap0 = line->gap1;
    if (!stream_next(line->stream, &line->unshifted, &line->y1, &line->gap1)) {
        line->x1 = INFINITY;
        return FALSE;
    }
    line->x1 = line->unshifted + line->shift;
    return TRUE;
}

static inline double line_at(const struct line *line, double x)
{
    if (x >= line->x1 || isinf(line->x0))
        return line->y1;
    if (x <= line->x0 || isinf(line->x1))
        return line->y0;
    return line->y0 + (line->y1 - line->y0) * ((x - line->x0) / (line->x1 - line->x0));
}

/* ---- the points inside the window --------------------------------------------------------------------------------------- */

struct queued {
    double until, y; /* leaves the window once x reaches `until` */
};

/* The extreme of the points inside, by a queue whose values, times `sign`, descend. */
struct queue {
    GArray *items; /* struct queued */
    guint head;
    double sign;
};

static void queue_open(struct queue *queue, double sign)
{
    *queue = (struct queue){g_array_new(FALSE, FALSE, sizeof(struct queued)), 0, sign};
}

static void queue_push(struct queue *queue, double until, double y)
{
    struct queued item = {until, queue->sign * y};
    GArray *items = queue->items;
    while (items->len > queue->head && g_array_index(items, struct queued, items->len - 1).y <= item.y)
        g_array_set_size(items, items->len - 1);
    if (queue->head > 1024 && queue->head > items->len / 2) {
        g_array_remove_range(items, 0, queue->head);
        queue->head = 0;
    }
    g_array_append_val(items, item);
}

static void queue_drop(struct queue *queue, double x)
{
    while (queue->head < queue->items->len && g_array_index(queue->items, struct queued, queue->head).until <= x)
        queue->head++;
}

/* Times sign; -INFINITY if nothing is inside. */
static double queue_top(const struct queue *queue)
{
    return queue->head < queue->items->len ? g_array_index(queue->items, struct queued, queue->head).y : -INFINITY;
}

/* ---- the walk ------------------------------------------------------------------------------------------------------------ */

struct walk {
    const struct rule *rule;
    const struct curve *good;
    struct stream streams[3];
    struct line test, left, right; /* left: the good at the window's left end, so the curve shifted right */
    struct queue most, least;
    double end;
    double absolute; /* of_span included */
    gboolean tube, wraps;
    double integral, first_cut; /* integral rule */
    struct verdict *verdict;
};

static void open_walk(struct walk *walk, const struct curve *good, const struct pass *good_pass, const struct curve *test,
                      const struct pass *test_pass)
{
    double x_tol = walk->tube ? walk->rule->x_tol : 0;
    line_open(&walk->test, &walk->streams[0], test, test_pass, 0);
    line_open(&walk->left, &walk->streams[1], good, good_pass, x_tol);
    if (walk->tube)
        line_open(&walk->right, &walk->streams[2], good, good_pass, -x_tol);
    queue_open(&walk->most, 1);
    queue_open(&walk->least, -1);
}

static void close_walk(struct walk *walk)
{
    g_array_unref(walk->most.items);
    g_array_unref(walk->least.items);
}

/* All lines to the segment that begins at or before x. */
static void move_to(struct walk *walk, double x)
{
    while (walk->test.x1 <= x && line_step(&walk->test))
        ;
    if (walk->tube) {
        while (walk->right.x1 <=
               x) { /* a point leaves exactly where the line shifted right has it, or a cell would see it too long */
            double until = walk->right.unshifted + walk->rule->x_tol;
            queue_push(&walk->most, until, walk->right.y1);
            queue_push(&walk->least, until, walk->right.y1);
            line_step(&walk->right);
        }
    }
    while (walk->left.x1 <= x && line_step(&walk->left))
        ;
    if (walk->tube) {
        queue_drop(&walk->most, x);
        queue_drop(&walk->least, x);
    }
}

static double cell_end(const struct walk *walk)
{
    double end = MIN(MIN(walk->test.x1, walk->left.x1), walk->end);
    return walk->tube ? MIN(end, walk->right.x1) : end;
}

static gboolean in_gap(const struct walk *walk)
{
    const struct line *line = &walk->left;
    return line->gap0 || line->gap1;
}

/* ---- band and tube -------------------------------------------------------------------------------------------------------- */

static double tolerance_at(const struct walk *walk, double good)
{
    return walk->absolute + walk->rule->relative * fabs(good);
}

static double in_tolerances(double deviation, double tolerance)
{
    if (!(deviation > 0))
        return 0;
    return tolerance > 0 ? deviation / tolerance : INFINITY;
}

static void fails_at(struct walk *walk, double x)
{
    if (isnan(walk->verdict->first_x) || x < walk->verdict->first_x)
        walk->verdict->first_x = x;
}

static void see(struct walk *walk, double x, double good, double test, double deviation)
{
    double tolerance = tolerance_at(walk, good), size = in_tolerances(deviation, tolerance);
    if (size > walk->verdict->size) {
        walk->verdict->size = size;
        walk->verdict->worst_x = x;
        walk->verdict->good = good;
        walk->verdict->test = test;
        walk->verdict->tolerance = tolerance;
    }
}

/* A cell from p to q, seen from above (sign 1) or, mirrored, from below (sign -1). Values are times sign. */
struct side {
    double sign, p, q;
    double test[2], left[2], right[2]; /* at p and q */
    double inside;                     /* the greatest point inside the window */
};

static double between(const double ends[2], double s)
{
    return s >= 1 ? ends[1] : ends[0] + (ends[1] - ends[0]) * s;
}

static double envelope(const struct side *side, double s)
{
    return MAX(MAX(between(side->left, s), between(side->right, s)), side->inside);
}

/* Adds where, inside (0, 1), the line from a to b passes zero. */
static guint add_zero(double a, double b, guint n, double *cuts)
{
    if ((a > 0) != (b > 0) && a != b) {
        double s = a / (a - b);
        if (s > 0 && s < 1)
            cuts[n++] = s;
    }
    return n;
}

static guint add_crossing(const double a[2], const double b[2], guint n, double *cuts)
{
    return add_zero(a[0] - b[0], a[1] - b[1], n, cuts);
}

/* Where the envelope changes from one line to another, or the tolerance its slope; ascending, with 0 and 1. At most 8. */
static guint side_cuts(const struct walk *walk, const struct side *side, double cuts[8])
{
    guint n = 0;
    cuts[n++] = 0;
    if (walk->tube) {
        const double level[2] = {side->inside, side->inside};
        n = add_crossing(side->left, side->right, n, cuts);
        if (isfinite(side->inside)) {
            n = add_crossing(side->left, level, n, cuts);
            n = add_crossing(side->right, level, n, cuts);
        }
    }
    if (walk->rule->relative > 0) {
        n = add_zero(side->left[0], side->left[1], n, cuts);
        if (walk->tube)
            n = add_zero(side->right[0], side->right[1], n, cuts);
    }
    for (guint i = 1; i < n; i++) /* at most six */
        for (guint k = i; k > 1 && cuts[k] < cuts[k - 1]; k--) {
            double swap = cuts[k];
            cuts[k] = cuts[k - 1];
            cuts[k - 1] = swap;
        }
    cuts[n++] = 1;
    return n;
}

/* deviation = test - envelope and tolerance are linear between cuts, so their ratio is greatest at a cut, and they meet at most
 * once between two. */
static void see_side(struct walk *walk, const struct side *side)
{
    double cuts[8];
    guint n = side_cuts(walk, side, cuts);
    double beyond_before = 0, x_before = side->p;
    for (guint i = 0; i < n; i++) {
        double x = i == 0 ? side->p : i == n - 1 ? side->q : side->p + (side->q - side->p) * cuts[i];
        double good = envelope(side, cuts[i]), test = between(side->test, cuts[i]), deviation = test - good;
        see(walk, x, side->sign * good, side->sign * test, deviation);
        double beyond = deviation - tolerance_at(walk, good);
        if (beyond > 0) {
            gboolean crossed = i > 0 && beyond_before <= 0;
            fails_at(walk, crossed ? x_before + (x - x_before) * (beyond_before / (beyond_before - beyond)) : x);
        }
        beyond_before = beyond;
        x_before = x;
    }
}

static void mirror(double ends[2])
{
    ends[0] = -ends[0];
    ends[1] = -ends[1];
}

/* Most cells of most curves: nothing that is worse than what was seen, and nothing that fails. */
static gboolean is_quiet(const struct walk *walk, double p, double q)
{
    double at_p = fabs(line_at(&walk->test, p) - line_at(&walk->left, p)), at_q = fabs(line_at(&walk->test, q) - line_at(&walk->left, q));
    double most = MAX(at_p, at_q);
    return most <= walk->absolute && most <= walk->absolute * walk->verdict->size;
}

static void band_cell(struct walk *walk, double p, double q)
{
    if (!walk->tube && is_quiet(walk, p, q)) /* the tolerance is nowhere less than its absolute part */
        return;
    struct side side = {.sign = 1, .p = p, .q = q, .inside = -INFINITY};
    const double ends[2] = {p, q};
    for (int i = 0; i < 2; i++) {
        side.test[i] = line_at(&walk->test, ends[i]);
        side.left[i] = line_at(&walk->left, ends[i]);
        side.right[i] = walk->tube ? line_at(&walk->right, ends[i]) : side.left[i];
    }
    if (walk->wraps) { /* phases: the short way, the same one at both ends */
        double turns = 360 * round((side.test[0] - side.left[0]) / 360);
        side.test[0] -= turns;
        side.test[1] -= turns;
    }
    if (walk->tube)
        side.inside = queue_top(&walk->most);
    if (MAX(side.test[0], side.test[1]) > side.inside) /* else within the envelope all along */
        see_side(walk, &side);
    mirror(side.test);
    mirror(side.left);
    mirror(side.right);
    side.sign = -1;
    side.inside = walk->tube ? queue_top(&walk->least) : -INFINITY;
    if (MAX(side.test[0], side.test[1]) > side.inside)
        see_side(walk, &side);
}

/* ---- the integral rule ---------------------------------------------------------------------------------------------------- */

/* ∫₀¹ ((e0 + (e1 - e0) s) / (w0 + (w1 - w0) s))² ds, w > 0. */
static double quotient_squared(double e0, double e1, double w0, double w1)
{
    double dw = w1 - w0, ratio = dw / MIN(w0, w1);
    if (fabs(ratio) < 0.05) { /* Gauss-Legendre of 5 points: exact to rounding while the weight moves by 5 % */
        static const double at[5] = {0.5, 0.23076534494715845, 0.76923465505284155, 0.04691007703066800, 0.95308992296933200};
        static const double weight[5] = {0.28444444444444444, 0.23931433524968324, 0.23931433524968324, 0.11846344252809454,
                                         0.11846344252809454};
        double sum = 0;
        for (int i = 0; i < 5; i++) {
            double quotient = (e0 + (e1 - e0) * at[i]) / (w0 + dw * at[i]);
            sum += weight[i] * quotient * quotient;
        }
        return sum;
    }
    /* with w as variable: e = α + β w,  ∫ (α/w + β)² dw / dw = α²/(w0 w1) + 2αβ ln(w1/w0)/dw + β² */
    double beta = (e1 - e0) / dw, alpha = e0 - beta * w0;
    return MAX(alpha * alpha / (w0 * w1) + 2 * alpha * beta * log(w1 / w0) / dw + beta * beta, 0);
}

/* From s = 0 to `to` of a cell in which the good keeps its sign; `off` is test - good. */
static double cell_integral(const struct walk *walk, const double good[2], const double off[2], double to)
{
    double off1 = between(off, to);
    double w0 = tolerance_at(walk, good[0]), w1 = tolerance_at(walk, between(good, to));
    if (off[0] == 0 && off1 == 0)
        return 0;
    if (!(w0 > 0) || !(w1 > 0))
        return INFINITY;
    return to * quotient_squared(off[0], off1, w0, w1);
}

/* Where in the part the integral passes what makes Δx. */
static double where_beyond(const struct walk *walk, double width, const double good[2], const double off[2], double left)
{
    double low = 0, high = 1;
    for (int i = 0; i < 60; i++) {
        double s = 0.5 * (low + high);
        *(width * cell_integral(walk, good, off, s) > left ? &high : &low) = s;
    }
    return high;
}

static void integral_part(struct walk *walk, double p, double q, const double good[2], const double off[2])
{
    double part = q > p ? (q - p) * cell_integral(walk, good, off, 1) : 0;
    if (walk->integral < walk->first_cut && walk->integral + part >= walk->first_cut)
        fails_at(walk, p + (q - p) * where_beyond(walk, q - p, good, off, walk->first_cut - walk->integral));
    walk->integral += part;
}

/* The largest single deviation is what the verdict shows beside r. */
static void see_integrand(struct walk *walk, double x, double good, double off, double *worst)
{
    double size = in_tolerances(fabs(off), tolerance_at(walk, good));
    if (size > *worst) {
        *worst = size;
        walk->verdict->worst_x = x;
        walk->verdict->good = good;
        walk->verdict->test = good + off;
        walk->verdict->tolerance = tolerance_at(walk, good);
    }
}

static void integral_cell(struct walk *walk, double p, double q, double *worst)
{
    double good[2] = {line_at(&walk->left, p), line_at(&walk->left, q)};
    double off[2] = {line_at(&walk->test, p) - good[0], line_at(&walk->test, q) - good[1]};
    double cut;
    if (walk->wraps) {
        double turns = 360 * round(off[0] / 360);
        off[0] -= turns;
        off[1] -= turns;
    }
    see_integrand(walk, p, good[0], off[0], worst);
    see_integrand(walk, q, good[1], off[1], worst);
    if (add_zero(good[0], good[1], 0, &cut) == 0) {
        integral_part(walk, p, q, good, off);
        return;
    }
    double middle = p + (q - p) * cut, at_zero = between(off, cut);
    see_integrand(walk, middle, 0, at_zero, worst);
    integral_part(walk, p, middle, (const double[]){good[0], 0}, (const double[]){off[0], at_zero});
    integral_part(walk, middle, q, (const double[]){0, good[1]}, (const double[]){at_zero, off[1]});
}

/* ---- one pass against one pass --------------------------------------------------------------------------------------------- */

static void cannot(struct verdict *verdict, double x, const char *format, ...) G_GNUC_PRINTF(3, 4);
static void cannot(struct verdict *verdict, double x, const char *format, ...)
{
    va_list ap;
    if (verdict->reason != NULL)
        return;
    va_start(ap, format);
    verdict->reason = g_strdup_vprintf(format, ap);
    va_end(ap);
    verdict->passed = FALSE;
    verdict->first_x = x;
}

static gboolean streams_good(struct walk *walk)
{
    for (int i = 0; i < (walk->tube ? 3 : 2); i++)
        if (walk->streams[i].bad) {
            const struct stream *stream = &walk->streams[i];
            cannot(walk->verdict, stream_x(stream->curve, stream->bad_x), "%s is no finite number at x = %g",
                   i == 0 ? "the test" : "the good", stream_x(stream->curve, stream->bad_x));
            return FALSE;
        }
    return TRUE;
}

struct range {
    double first, last;
};

static struct range range_of(const struct curve *curve, const struct pass *pass)
{
    struct range range;
    numbers_get(&curve->x, pass->from, 1, &range.first);
    numbers_get(&curve->x, pass->from + pass->n - 1, 1, &range.last);
    if (pass->descends) {
        double swap = range.first;
        range.first = range.last;
        range.last = swap;
    }
    if (curve->log_x) {
        range.first = log10(range.first);
        range.last = log10(range.last);
    }
    return range;
}

static gboolean same_range(struct walk *walk, const struct curve *curve, struct range good, struct range test)
{
    double most = walk->rule->x_tol + X_ROUNDING * MAX(good.last - good.first, fabs(good.last) * 1e-3);
    if (!(fabs(good.first - test.first) <= most)) {
        cannot(walk->verdict, stream_x(curve, MIN(good.first, test.first)), "the test begins at x = %.9g, the good at %.9g",
               stream_x(curve, test.first), stream_x(curve, good.first));
        return FALSE;
    }
    if (!(fabs(good.last - test.last) <= most)) {
        cannot(walk->verdict, stream_x(curve, MIN(good.last, test.last)), "the test ends at x = %.9g, the good at %.9g",
               stream_x(curve, test.last), stream_x(curve, good.last));
        return FALSE;
    }
    return TRUE;
}

static void walk_cells(struct walk *walk, double from, double *worst)
{
    gboolean integral = walk->rule->kind == RULE_INTEGRAL;
    move_to(walk, from);
    if (from >= walk->end) { /* one x: what holds there after all steps */
        if (integral) {
            walk->first_cut = INFINITY;
            integral_cell(walk, from, from, worst);
        } else if (!in_gap(walk))
            band_cell(walk, from, from);
        walk->verdict->n_cells++;
        return;
    }
    for (double p = from; p < walk->end;) {
        double q = cell_end(walk);
        if (!in_gap(walk)) {
            if (integral)
                integral_cell(walk, p, q, worst);
            else
                band_cell(walk, p, q);
            walk->verdict->n_cells++;
        }
        p = q;
        move_to(walk, p);
    }
}

static void compare_pass(struct walk *walk, const struct curve *good, const struct pass *good_pass, const struct curve *test,
                         const struct pass *test_pass)
{
    struct range good_range = range_of(good, good_pass), test_range = range_of(test, test_pass);
    if (!same_range(walk, good, good_range, test_range))
        return;
    double from = MAX(good_range.first, test_range.first), first_x = walk->verdict->first_x, worst = 0;
    walk->end = MIN(good_range.last, test_range.last);
    walk->integral = 0;
    walk->first_cut = walk->end - from;
    walk->verdict->first_x = NAN;
    open_walk(walk, good, good_pass, test, test_pass);
    walk_cells(walk, from, &worst);
    if (walk->rule->kind == RULE_INTEGRAL) {
        double r = walk->end > from ? sqrt(walk->integral / (walk->end - from)) : worst;
        walk->verdict->size = MAX(walk->verdict->size, r);
        if (r >= 1 && isnan(walk->verdict->first_x))
            walk->verdict->first_x = walk->end;
    }
    if (!isnan(first_x)) /* of an earlier pass, which comes first */
        walk->verdict->first_x = first_x;
    streams_good(walk);
    close_walk(walk);
}

/* ---- events -----------------------------------------------------------------------------------------------------------------
 */

struct crossings {
    struct stream stream;
    const struct rule *rule;
    int above;   /* -1: not known yet */
    double x, y; /* the point before */
    gboolean any;
    double passed_x; /* where the level was passed last, in the direction that the next event needs */
};

static gboolean wanted(const struct rule *rule, gboolean rise)
{
    return rule->edge == CROSSING_EITHER || (rule->edge == CROSSING_RISE) == rise;
}

/* Where between two points the level is passed upward or downward; FALSE if it is not. */
static gboolean level_passed(double x0, double y0, double x1, double y1, double level, gboolean upward, double *x)
{
    if (upward ? !(y0 < level && y1 >= level) : !(y0 > level && y1 <= level))
        return FALSE;
    *x = x0 + (x1 - x0) * ((level - y0) / (y1 - y0));
    return TRUE;
}

static gboolean next_crossing(struct crossings *crossings, double *at, gboolean *rise)
{
    const struct rule *rule = crossings->rule;
    double x, y;
    gboolean gap;
    while (stream_next(&crossings->stream, &x, &y, &gap)) {
        double passed_x;
        gboolean upward = crossings->above == 0;
        if (crossings->any && crossings->above >= 0 &&
            level_passed(crossings->x, crossings->y, x, y, rule->level, upward, &passed_x))
            crossings->passed_x = passed_x;
        int now = crossings->above;
        if (y > rule->level + rule->hysteresis || (y == rule->level + rule->hysteresis && crossings->above == 0))
            now = 1;
        else if (y < rule->level - rule->hysteresis || (y == rule->level - rule->hysteresis && crossings->above == 1))
            now = 0;
        gboolean event = crossings->above >= 0 && now != crossings->above;
        crossings->above = now;
        crossings->x = x;
        crossings->y = y;
        crossings->any = TRUE;
        if (event && wanted(rule, now == 1)) {
            *at = crossings->passed_x;
            *rise = now == 1;
            return TRUE;
        }
    }
    return FALSE;
}

static void crossings_open(struct crossings *crossings, const struct rule *rule, const struct curve *curve,
                           const struct pass *pass)
{
    crossings->rule = rule;
    crossings->above = -1;
    crossings->any = FALSE;
    stream_open(&crossings->stream, curve, pass);
}

GArray *crossings_find(const struct curve *curve, const struct rule *rule)
{
    GArray *events = g_array_new(FALSE, FALSE, sizeof(struct event));
    g_autoptr(GArray) passes = passes_of(&curve->x);
    struct crossings *crossings = g_new(struct crossings, 1);
    struct event event;
    for (guint i = 0; i < passes->len; i++) {
        crossings_open(crossings, rule, curve, &g_array_index(passes, struct pass, i));
        while (next_crossing(crossings, &event.x, &event.rise) && !crossings->stream.bad)
            g_array_append_val(events, event);
    }
    g_free(crossings);
    return events;
}

static void see_event(struct walk *walk, double good, double test)
{
    double size = in_tolerances(fabs(test - good), walk->rule->x_tol);
    if (size > walk->verdict->size) {
        walk->verdict->size = size;
        walk->verdict->worst_x = good;
        walk->verdict->good = good;
        walk->verdict->test = test;
        walk->verdict->tolerance = walk->rule->x_tol;
    }
    if (size > 1)
        fails_at(walk, MIN(good, test));
    walk->verdict->n_cells++;
}

static void events_pass(struct walk *walk, const struct curve *good, const struct pass *good_pass, const struct curve *test,
                        const struct pass *test_pass)
{
    struct crossings *in_good = g_new(struct crossings, 1), *in_test = g_new(struct crossings, 1);
    crossings_open(in_good, walk->rule, good, good_pass);
    crossings_open(in_test, walk->rule, test, test_pass);
    gboolean more_good = TRUE, more_test = TRUE;
    gsize n_good = 0, n_test = 0;
    double alone_x = NAN;
    while (more_good || more_test) {
        double x_good = NAN, x_test = NAN;
        gboolean rise_good = FALSE, rise_test = FALSE;
        more_good = more_good && next_crossing(in_good, &x_good, &rise_good);
        more_test = more_test && next_crossing(in_test, &x_test, &rise_test);
        n_good += more_good;
        n_test += more_test;
        if (more_good && more_test && rise_good == rise_test)
            see_event(walk, x_good, x_test);
        else if ((more_good || more_test) && isnan(alone_x))
            alone_x = more_good && more_test ? MIN(x_good, x_test) : more_good ? x_good : x_test;
    }
    if (in_good->stream.bad || in_test->stream.bad)
        cannot(walk->verdict, in_good->stream.bad ? in_good->stream.bad_x : in_test->stream.bad_x,
               "%s is no finite number at x = %g", in_good->stream.bad ? "the good" : "the test",
               in_good->stream.bad ? in_good->stream.bad_x : in_test->stream.bad_x);
    else if (n_good != n_test)
        cannot(walk->verdict, isnan(walk->verdict->first_x) ? alone_x : MIN(alone_x, walk->verdict->first_x),
               "the test crosses %g %" G_GSIZE_FORMAT " times, the good %" G_GSIZE_FORMAT " times", walk->rule->level, n_test,
               n_good);
    else if (!isnan(alone_x))
        cannot(walk->verdict, alone_x, "the test crosses %g the other way", walk->rule->level);
    g_free(in_good);
    g_free(in_test);
}

/* ---- whole curves --------------------------------------------------------------------------------------------------------- */

static double span_of(const struct curve *curve, const GArray *passes)
{
    struct stream *stream = g_new(struct stream, 1);
    double least = INFINITY, most = -INFINITY, x, y;
    gboolean gap;
    for (guint i = 0; i < passes->len; i++) {
        stream_open(stream, curve, &g_array_index(passes, struct pass, i));
        while (stream_next(stream, &x, &y, &gap)) {
            least = gap ? least : MIN(least, y);
            most = gap ? most : MAX(most, y);
        }
    }
    g_free(stream);
    return most >= least ? most - least : 0;
}

static void finish(struct walk *walk, const struct curve *good)
{
    struct verdict *verdict = walk->verdict;
    gboolean integral = walk->rule->kind == RULE_INTEGRAL;
    if (verdict->reason == NULL)
        verdict->passed = integral ? verdict->size < 1 : verdict->size <= 1;
    else
        verdict->size = MAX(verdict->size, INFINITY);
    /* the first crossing and the worst size are computed apart and may differ by a rounding at the tolerance itself */
    if (verdict->passed)
        verdict->first_x = NAN;
    else if (isnan(verdict->first_x))
        verdict->first_x = verdict->worst_x;
    verdict->margin = 1 - verdict->size;
    if (verdict->reason == NULL && good->log_x) {
        verdict->first_x = stream_x(good, verdict->first_x);
        verdict->worst_x = stream_x(good, verdict->worst_x);
    }
}

void compare_curves(const struct curve *good, const struct curve *test, const struct rule *rule, struct verdict *verdict)
{
    *verdict = (struct verdict){.first_x = NAN, .worst_x = NAN, .good = NAN, .test = NAN, .tolerance = NAN};
    struct walk *walk = g_new0(struct walk, 1);
    walk->rule = rule;
    walk->good = good;
    walk->verdict = verdict;
    walk->tube = rule->kind == RULE_BAND && rule->x_tol > 0;
    walk->wraps = good->form == CURVE_PHASE;
    g_autoptr(GArray) own_good = good->passes == NULL ? passes_of(&good->x) : NULL, own_test = test->passes == NULL ? passes_of(&test->x) : NULL;
    const GArray *good_passes = own_good != NULL ? own_good : good->passes, *test_passes = own_test != NULL ? own_test : test->passes;
    walk->absolute = rule->absolute + (rule->of_span > 0 ? rule->of_span * span_of(good, good_passes) : 0);
    if (good_passes->len == 0 || test_passes->len == 0)
        cannot(verdict, NAN, "%s has no points", good_passes->len == 0 ? "the good" : "the test");
    else if (good_passes->len != test_passes->len)
        cannot(verdict, NAN, "the test has %u passes of the scale, the good %u", test_passes->len, good_passes->len);
    for (guint i = 0; verdict->reason == NULL && i < good_passes->len; i++) {
        const struct pass *a = &g_array_index(good_passes, struct pass, i), *b = &g_array_index(test_passes, struct pass, i);
        if (a->descends != b->descends && a->n > 1 && b->n > 1)
            cannot(verdict, NAN, "pass %u of the scale goes the other way", i + 1);
        else if (rule->kind == RULE_EVENTS) {
            if (same_range(walk, good, range_of(good, a), range_of(test, b)))
                events_pass(walk, good, a, test, b);
        } else
            compare_pass(walk, good, a, test, b);
    }
    finish(walk, good);
    g_free(walk);
}

void tube_at(const struct curve *good, const struct rule *rule, gsize n, const double *x, double *lower, double *upper)
{
    struct walk *walk = g_new0(struct walk, 1);
    struct verdict unused = {0};
    walk->rule = rule;
    walk->good = good;
    walk->verdict = &unused;
    walk->tube = rule->x_tol > 0;
    g_autoptr(GArray) passes = passes_of(&good->x);
    walk->absolute = rule->absolute + (rule->of_span > 0 ? rule->of_span * span_of(good, passes) : 0);
    open_walk(walk, good, &g_array_index(passes, struct pass, 0), good, &g_array_index(passes, struct pass, 0));
    for (gsize i = 0; i < n; i++) {
        double at = good->log_x ? log10(x[i]) : x[i];
        move_to(walk, at);
        double left = line_at(&walk->left, at), right = walk->tube ? line_at(&walk->right, at) : left;
        double most = MAX(MAX(left, right), walk->tube ? queue_top(&walk->most) : -INFINITY);
        double least = MIN(MIN(left, right), walk->tube ? -queue_top(&walk->least) : INFINITY);
        upper[i] = most + tolerance_at(walk, most);
        lower[i] = least - tolerance_at(walk, least);
    }
    close_walk(walk);
    g_free(walk);
}
