/* SPDX-License-Identifier: GPL-3.0-or-later */
/* base/quantity.h -- numbers with a SPICE suffix and a unit, as users write them and as decks need them.
 *
 * A quantity is NUMBER [SUFFIX] UNIT without blanks inside: 5fF, 0.45V, 15ns, -40°C, 10kOhm, 1.5MHz.
 * Suffixes are SI and case-sensitive (y z a f p n u µ m k M G T P, and SPICE's Meg/meg): unlike SPICE, M is mega and m is
 * milli, because a unit follows and `1mV` against `1MV` is how people write. A dimensionless number takes a suffix or
 * none ("0.5", "10k", "50%"). Inside the program every value is SI, except temperature, which stays in °C: decks and
 * tables use °C, and a trip through kelvin would change its last digit.
 */
#ifndef GAINSPICE_BASE_QUANTITY_H
#define GAINSPICE_BASE_QUANTITY_H

#include <glib.h>

/* name, unit as printed in headers and as accepted, second accepted spelling or NULL, what a message calls it, example */
#define DIMENSIONS(X)                                                  \
    X(DIMENSION_NONE, "", NULL, "number", "0.5")                       \
    X(DIMENSION_VOLTAGE, "V", NULL, "voltage", "0.45V")                \
    X(DIMENSION_CURRENT, "A", NULL, "current", "80uA")                 \
    X(DIMENSION_RESISTANCE, "Ohm", "Ω", "resistance", "10kOhm")        \
    X(DIMENSION_CONDUCTANCE, "S", NULL, "conductance", "20uS")         \
    X(DIMENSION_CAPACITANCE, "F", NULL, "capacitance", "5fF")          \
    X(DIMENSION_INDUCTANCE, "H", NULL, "inductance", "1nH")            \
    X(DIMENSION_TIME, "s", NULL, "time", "15ns")                       \
    X(DIMENSION_FREQUENCY, "Hz", NULL, "frequency", "1GHz")            \
    X(DIMENSION_LENGTH, "m", NULL, "length", "0.5um")                  \
    X(DIMENSION_AREA, "m2", "m²", "area", "1pm2")                      \
    X(DIMENSION_TEMPERATURE, "C", "°C", "temperature", "27°C")         \
    X(DIMENSION_CHARGE, "C", NULL, "charge", "1.2pC")                  \
    X(DIMENSION_ENERGY, "J", NULL, "energy", "8pJ")                    \
    X(DIMENSION_POWER, "W", NULL, "power", "1mW")                      \
    X(DIMENSION_VOLT_LENGTH, "V.m", NULL, "A_VT", "2mV.um")

enum dimension {
#define X(id, unit, unit2, what, example) id,
    DIMENSIONS(X)
#undef X
};

/* The unit as CSV headers and messages print it: "V", "s", "" for a number, "C" for coulomb and for degree Celsius alike
 * (27C is a temperature, 1.2pC a charge; the column's name says which). */
const char *dimension_unit(enum dimension dimension);
/* "voltage", "time", …; for messages. */
const char *dimension_name(enum dimension dimension);

/* Parses `text`, which must be of `dimension`, into `*value` (SI, or °C). FALSE sets `error` (GAINSPICE_ERROR_INPUT) to a
 * sentence without place: `voltage "5fF": the unit is F, expected V, such as 0.45V`. Callers prefix the place. NaN,
 * infinities, hexadecimal and out-of-range numbers are refused. */
gboolean quantity_parse(const char *text, enum dimension dimension, double *value, GError **error);

/* As quantity_parse, but takes whatever dimension the unit says and tells it. */
gboolean quantity_parse_any(const char *text, double *value, enum dimension *dimension, GError **error);

/* The shortest decimal that reads back as exactly `value`, in the C locale: "0.9", not "0.90000000000000002". This is
 * how numbers enter decks, tables and JSON: same value, same bytes, and a person can read them. Returns `buffer`. */
#define NUMBER_SIZE 32
char *number_print(char buffer[NUMBER_SIZE], double value);

/* For people: three to `digits` significant digits with an SI suffix and the unit: "4.82 ms", "-9.79 µA". Newly allocated. */
char *quantity_print(double value, const char *unit, int digits);

#endif
