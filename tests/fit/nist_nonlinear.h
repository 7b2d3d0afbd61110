/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/fit/nist_nonlinear.h -- nonlinear regression problems of the NIST Statistical Reference Datasets (StRD), public domain: data,
 * both starts, certified parameters, their standard deviations, and the residual sum of squares. */
#ifndef GAINSPICE_TESTS_FIT_NIST_NONLINEAR_H
#define GAINSPICE_TESTS_FIT_NIST_NONLINEAR_H

#include <math.h>

#define NIST_MAX_PARAMETERS 7

struct nist_problem {
    const char *name, *difficulty;
    int n_parameters, n;
    const double *x, *y;
    double (*value)(double x, const double *b, double *slope);
    double start[2][NIST_MAX_PARAMETERS], certified[NIST_MAX_PARAMETERS], sd[NIST_MAX_PARAMETERS];
    double rss;
};

static const double misra1a_x[] = {77.6, 114.9, 141.1, 190.8, 239.9, 289.0, 332.8, 378.4, 434.8, 477.3, 536.8, 593.1, 689.1, 760.0};
static const double misra1a_y[] = {10.07, 14.73, 17.94, 23.93, 29.61, 35.18, 40.02, 44.82, 50.76, 55.05, 61.01, 66.40, 75.47, 81.78};
static const double danwood_x[] = {1.309, 1.471, 1.490, 1.565, 1.611, 1.680};
static const double danwood_y[] = {2.138, 3.421, 3.597, 4.340, 4.882, 5.660};
static const double mgh17_y[] = {.844, .908, .932, .936, .925, .908, .881, .850, .818, .784, .751, .718, .685, .658, .628, .603, .580,
                                 .558, .538, .522, .506, .490, .478, .467, .457, .448, .438, .431, .424, .420, .414, .411, .406};
static const double mgh17_x[] = {0,   10,  20,  30,  40,  50,  60,  70,  80,  90,  100, 110, 120, 130, 140, 150, 160,
                                 170, 180, 190, 200, 210, 220, 230, 240, 250, 260, 270, 280, 290, 300, 310, 320};
static const double mgh09_x[] = {4, 2, 1, .5, .25, .167, .125, .1, .0833, .0714, .0625};
static const double mgh09_y[] = {.1957, .1947, .1735, .1600, .0844, .0627, .0456, .0342, .0323, .0235, .0246};
static const double thurber_x[] = {-3.067, -2.981, -2.921, -2.912, -2.840, -2.797, -2.702, -2.699, -2.633, -2.481, -2.363, -2.322, -1.501,
                                   -1.460, -1.274, -1.212, -1.100, -1.046, -0.915, -0.714, -0.566, -0.545, -0.400, -0.309, -0.109, -0.103,
                                   0.010,  0.119,  0.377,  0.790,  0.963,  1.006,  1.115,  1.572,  1.841,  2.047,  2.200};
static const double thurber_y[] = {80.574,   84.248,   87.264,   87.195,   89.076,   89.608,   89.868,   90.101,   92.405,   95.854,
                                   100.696,  101.060,  401.672,  390.724,  567.534,  635.316,  733.054,  759.087,  894.206,  990.785,
                                   1090.109, 1080.914, 1122.643, 1178.351, 1260.531, 1273.514, 1288.339, 1327.543, 1353.863, 1414.509,
                                   1425.208, 1421.384, 1442.962, 1464.350, 1468.705, 1447.894, 1457.628};
static const double boxbod_x[] = {1, 2, 3, 5, 7, 10};
static const double boxbod_y[] = {109, 149, 149, 191, 213, 224};
static const double rat42_x[] = {9, 14, 21, 28, 42, 57, 63, 70, 79};
static const double rat42_y[] = {8.930, 10.800, 18.590, 22.330, 39.350, 56.110, 61.730, 64.620, 67.080};
static const double mgh10_x[] = {50, 55, 60, 65, 70, 75, 80, 85, 90, 95, 100, 105, 110, 115, 120, 125};
static const double mgh10_y[] = {34780, 28610, 23650, 19630, 16370, 13720, 11540, 9744, 8261, 7030, 6005, 5147, 4427, 3820, 3307, 2872};
static const double eckerle4_x[] = {400,   405,   410,   415,   420,   425,   430,   435,   436.5, 438,   439.5, 441,
                                    442.5, 444,   445.5, 447,   448.5, 450,   451.5, 453,   454.5, 456,   457.5, 459,
                                    460.5, 462,   463.5, 465,   470,   475,   480,   485,   490,   495,   500};
static const double eckerle4_y[] = {.0001575, .0001699, .0002350, .0003102, .0004917, .0008710, .0017418, .0046400, .0065895,
                                    .0097302, .0149002, .0237310, .0401683, .0712559, .1264458, .2073413, .2902366, .3445623,
                                    .3698049, .3668534, .3106727, .2078154, .1164354, .0616764, .0337200, .0194023, .0117831,
                                    .0074357, .0022732, .0008800, .0004579, .0002345, .0001586, .0001143, .0000710};
static const double rat43_x[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
static const double rat43_y[] = {16.08,  33.83,  65.80,  97.20,  191.55, 326.20, 386.87, 520.53,
                                 590.03, 651.92, 724.93, 699.56, 689.96, 637.56, 717.41};

/* b1 (1 − e^(−b2 x)): Misra1a, BoxBOD */
static double rise(double x, const double *b, double *s)
{
    double e = exp(-b[1] * x);
    s[0] = 1 - e;
    s[1] = b[0] * x * e;
    return b[0] * (1 - e);
}

static double power_law(double x, const double *b, double *s)
{
    s[0] = pow(x, b[1]);
    s[1] = b[0] * s[0] * log(x);
    return b[0] * s[0];
}

static double two_exponentials(double x, const double *b, double *s)
{
    s[0] = 1;
    s[1] = exp(-x * b[3]);
    s[2] = exp(-x * b[4]);
    s[3] = -x * b[1] * s[1];
    s[4] = -x * b[2] * s[2];
    return b[0] + b[1] * s[1] + b[2] * s[2];
}

static double quotient(double x, const double *b, double *s)
{
    double d = x * x + x * b[2] + b[3], n = x * x + x * b[1];
    s[0] = n / d;
    s[1] = b[0] * x / d;
    s[2] = -b[0] * n * x / (d * d);
    s[3] = -b[0] * n / (d * d);
    return b[0] * n / d;
}

static double cubic_quotient(double x, const double *b, double *s)
{
    double n = b[0] + x * (b[1] + x * (b[2] + x * b[3])), d = 1 + x * (b[4] + x * (b[5] + x * b[6]));
    for (int i = 0; i < 4; i++)
        s[i] = pow(x, i) / d;
    for (int i = 4; i < 7; i++)
        s[i] = -n / (d * d) * pow(x, i - 3);
    return n / d;
}

static double logistic(double x, const double *b, double *s)
{
    double e = exp(b[1] - b[2] * x), d = 1 + e;
    s[0] = 1 / d;
    s[1] = -b[0] * e / (d * d);
    s[2] = b[0] * e * x / (d * d);
    return b[0] / d;
}

static double arrhenius(double x, const double *b, double *s)
{
    double e = exp(b[1] / (x + b[2]));
    s[0] = e;
    s[1] = b[0] * e / (x + b[2]);
    s[2] = -b[0] * e * b[1] / ((x + b[2]) * (x + b[2]));
    return b[0] * e;
}

static double bell(double x, const double *b, double *s)
{
    double u = (x - b[2]) / b[1], e = exp(-u * u / 2);
    s[0] = e / b[1];
    s[1] = b[0] / (b[1] * b[1]) * e * (u * u - 1);
    s[2] = b[0] / (b[1] * b[1]) * e * u;
    return b[0] / b[1] * e;
}

static double richards(double x, const double *b, double *s)
{
    double e = exp(b[1] - b[2] * x), f = pow(1 + e, -1 / b[3]), g = -b[0] * f * e / (b[3] * (1 + e));
    s[0] = f;
    s[1] = g;
    s[2] = -g * x;
    s[3] = b[0] * f * log1p(e) / (b[3] * b[3]);
    return b[0] * f;
}

#define DATA(name) (int)(sizeof name##_x / sizeof name##_x[0]), name##_x, name##_y

static const struct nist_problem nist_problems[] = {
    {"Misra1a", "lower", 2, DATA(misra1a), rise, {{500, 0.0001}, {250, 0.0005}}, {2.3894212918E+02, 5.5015643181E-04},
     {2.7070075241E+00, 7.2668688436E-06}, 1.2455138894E-01},
    {"DanWood", "lower", 2, DATA(danwood), power_law, {{1, 5}, {0.7, 4}}, {7.6886226176E-01, 3.8604055871E+00},
     {1.8281973860E-02, 5.1726610913E-02}, 4.3173084083E-03},
    {"MGH17", "average", 5, DATA(mgh17), two_exponentials, {{50, 150, -100, 1, 2}, {0.5, 1.5, -1, 0.01, 0.02}},
     {3.7541005211E-01, 1.9358469127E+00, -1.4646871366E+00, 1.2867534640E-02, 2.2122699662E-02},
     {2.0723153551E-03, 2.2031669222E-01, 2.2175707739E-01, 4.4861358114E-04, 8.9471996575E-04}, 5.4648946975E-05},
    {"MGH09", "higher", 4, DATA(mgh09), quotient, {{25, 39, 41.5, 39}, {0.25, 0.39, 0.415, 0.39}},
     {1.9280693458E-01, 1.9128232873E-01, 1.2305650693E-01, 1.3606233068E-01},
     {1.1435312227E-02, 1.9633220911E-01, 8.0842031232E-02, 9.0025542308E-02}, 3.0750560385E-04},
    {"Thurber", "higher", 7, DATA(thurber), cubic_quotient, {{1000, 1000, 400, 40, 0.7, 0.3, 0.03}, {1300, 1500, 500, 75, 1, 0.4, 0.05}},
     {1.2881396800E+03, 1.4910792535E+03, 5.8323836877E+02, 7.5416644291E+01, 9.6629502864E-01, 3.9797285797E-01, 4.9727297349E-02},
     {4.6647963344E+00, 3.9571156086E+01, 2.8698696102E+01, 5.5675370270E+00, 3.1333340687E-02, 1.4984928198E-02, 6.5842344623E-03},
     5.6427082397E+03},
    {"BoxBOD", "higher", 2, DATA(boxbod), rise, {{1, 1}, {100, 0.75}}, {2.1380940889E+02, 5.4723748542E-01},
     {1.2354515176E+01, 1.0455993237E-01}, 1.1680088766E+03},
    {"Rat42", "higher", 3, DATA(rat42), logistic, {{100, 1, 0.1}, {75, 2.5, 0.07}}, {7.2462237576E+01, 2.6180768402E+00, 6.7359200066E-02},
     {1.7340283401E+00, 8.8295217536E-02, 3.4465663377E-03}, 8.0565229338E+00},
    {"MGH10", "higher", 3, DATA(mgh10), arrhenius, {{2, 400000, 25000}, {0.02, 4000, 250}},
     {5.6096364710E-03, 6.1813463463E+03, 3.4522363462E+02}, {1.5687892471E-04, 2.3309021107E+01, 7.8486103508E-01}, 8.7945855171E+01},
    {"Eckerle4", "higher", 3, DATA(eckerle4), bell, {{1, 10, 500}, {1.5, 5, 450}}, {1.5543827178E+00, 4.0888321754E+00, 4.5154121844E+02},
     {1.5408051163E-02, 4.6803020753E-02, 4.6800518816E-02}, 1.4635887487E-03},
    {"Rat43", "higher", 4, DATA(rat43), richards, {{100, 10, 1, 1}, {700, 5, 0.75, 1.3}},
     {6.9964151270E+02, 5.2771253025E+00, 7.5962938329E-01, 1.2792483859E+00},
     {1.6302297817E+01, 2.0828735829E+00, 1.9566123451E-01, 6.8761936385E-01}, 8.7864049080E+03},
};

#endif
