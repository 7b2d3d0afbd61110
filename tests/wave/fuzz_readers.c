/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A fuzz target for the readers of waveforms that is also a plain test.
 *
 * LLVMFuzzerTestOneInput() takes any bytes, reads them as each form, and aborts where a reader breaks its contract: plots or an
 * error, never both or neither; a message with a place that is in the file; every number of every vector readable; no more
 * points than the bytes could hold. Without libFuzzer (-DWITHOUT_MAIN leaves main() out) the program mutates files of all forms
 * for a fixed number of rounds, or, with GAINSPICE_FUZZ_SECONDS in the environment, for that long. Same seed, same mutations.
 */
#include "config.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "tests/wave/forms.h"
#include "wave/csv.h"
#include "wave/raw.h"
#include "wave/vcd.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define demand(condition) ((condition) ? (void)0 : (fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition), abort()))

typedef GPtrArray *(*parser)(const char *bytes, gsize length, const char *name, GError **error);

static volatile double sink;

static void read_all(const GPtrArray *plots, gsize size)
{
    double sum = 0, n = 0;
    for (guint p = 0; p < plots->len; p++) {
        const struct plot *plot = plots->pdata[p];
        demand(plot->title != NULL && plot->name != NULL && g_utf8_validate(plot->title, -1, NULL));
        for (guint i = 0; i < plot->vectors->len; i++) {
            const struct vector *vector = plot->vectors->pdata[i];
            demand(g_utf8_validate(vector->name, -1, NULL) && (vector->imag != NULL) == plot->is_complex);
            for (gsize k = 0; k < plot->n_points; k++)
                sum += vector->real[k] + (vector->imag != NULL ? vector->imag[k] : 0);
            n += (double)plot->n_points;
        }
    }
    demand(n <= 65536.0 + 128.0 * (double)size);
    sink = sum;
}

static void read_as(parser parse, const char *start, const uint8_t *data, size_t size)
{
    GError *error = NULL;
    char *copy = malloc(MAX(size, 1)); /* exactly as long, so that a sanitizer sees each byte beyond it */
    memcpy(copy, data, size);
    GPtrArray *plots = parse(copy, size, "x", &error);
    demand((plots == NULL) != (error == NULL));
    if (plots != NULL) {
        read_all(plots, size);
        g_ptr_array_unref(plots);
    } else {
        const char *place = strstr(error->message, "byte ");
        demand(g_str_has_prefix(error->message, start) && place != NULL);
        demand(g_ascii_strtoull(place + 5, NULL, 10) <= size);
        demand(g_utf8_validate(error->message, -1, NULL) && strchr(error->message, '\n') == NULL);
        g_error_free(error);
    }
    free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    read_as(raw_parse, "x: byte ", data, size);
    read_as(csv_parse, "x:", data, size);
    read_as(vcd_parse, "x:", data, size);
    return 0;
}

#ifndef WITHOUT_MAIN

static const char dump[] =
    "$date today $end $timescale 10 ps $end\n$scope module top $end $scope module dut $end\n"
    "$var wire 1 ! clk $end $var reg 4 \" count [3:0] $end $upscope $end $var real 64 # level $end\n"
    "$upscope $end $enddefinitions $end\n#0 $dumpvars 0! bxxxx \" r0.25 # $end\n#100 1! b101 \"\n#200 0! bz \" r-1.5 #\n";
static const char table[] = "# notes\ntime,\"v(a,b)\",i(v1)\n0,1,2\n1e-9,1.5,\n2e-9,-1e300,\"7\"\n";
static const char pairs[] = "frequency\tx:re\tx:im\n1\t2\t3\n10\t4\t5\n";

static guint64 state = 0x9e3779b97f4a7c15u;

static guint64 draw(guint64 below)
{
    state ^= state << 13; /* xorshift64 */
    state ^= state >> 7;
    state ^= state << 17;
    return state % below;
}

static void mutate(GString *file)
{
    static const char *const words[] = {"Binary:\n",
                                        "Values:\n",
                                        "Variables:\n",
                                        "No. Points: 99999999\n",
                                        "No. Variables: 99999999\n",
                                        "unpadded",
                                        "fastaccess",
                                        "complex",
                                        "dims=1",
                                        "dims=65535,65535",
                                        "-1",
                                        "1e999",
                                        "nan",
                                        "inf",
                                        "$end",
                                        "$var wire 1 ! a $end",
                                        "$scope module aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa $end ",
                                        "#18446744073709551615",
                                        "b11111111",
                                        "\"",
                                        ",",
                                        ";",
                                        "\t",
                                        "\n",
                                        "\r\n",
                                        "\xff\xfe",
                                        "\xef\xbb\xbf",
                                        "Title: x\n"};
    gsize at = file->len > 0 ? draw(file->len) : 0, some = 1 + draw(64),
          n = MIN(file->len - at, some); /* MIN draws nothing twice */
    switch (draw(8)) {
    case 0:
        if (file->len > 0)
            file->str[at] = (char)(file->str[at] ^ (1 << draw(8)));
        break;
    case 1:
        if (file->len > 0)
            file->str[at] = (char)draw(256);
        break;
    case 2:
        g_string_truncate(file, at);
        break;
    case 3:
        g_string_erase(file, (gssize)at, (gssize)n);
        break;
    case 4:
    case 5:
        g_string_insert(file, (gssize)at, words[draw(G_N_ELEMENTS(words))]);
        break;
    case 6: { /* a piece of it once more */
        g_autofree char *piece = g_memdup2(file->str + at, MAX(n, 1));
        g_string_insert_len(file, (gssize)draw(file->len + 1), piece, (gssize)n);
        break;
    }
    default: /* a digit becomes another: counts, indices, times */
        for (gsize i = at; i < file->len; i++)
            if (g_ascii_isdigit(file->str[i])) {
                file->str[i] = (char)('0' + draw(10));
                break;
            }
    }
}

static GString *seed_file(void)
{
    struct form form;
    switch (draw(5)) {
    case 0:
        return g_string_new(dump);
    case 1:
        return g_string_new(draw(2) != 0 ? table : pairs);
    default:
        do {
            guint64 bits = draw(128);
            form = (struct form){.text = (enum form_text)draw(TEXT_COUNT),
                                 .data = (enum form_data)draw(DATA_COUNT),
                                 .is_complex = (bits & 1) != 0,
                                 .fast = (bits & 2) != 0,
                                 .stepped = (bits & 4) != 0,
                                 .crlf = (bits & 8) != 0,
                                 .marked = (bits & 16) != 0,
                                 .n_plots = (bits & 32) != 0 ? 2 : 1,
                                 .n_vectors = 1 + (guint)draw(4),
                                 .n_points = draw(9)};
        } while (!form_valid(&form));
        return form_file(&form);
    }
}

int main(void)
{
    const char *seconds = g_getenv("GAINSPICE_FUZZ_SECONDS");
    gint64 until = seconds != NULL ? g_get_monotonic_time() + (gint64)(g_ascii_strtod(seconds, NULL) * 1e6) : 0;
    guint64 rounds = 0;
#ifndef __SANITIZE_ADDRESS__
    struct rlimit limit = {1u << 30,
                           1u << 30}; /* no file here is larger than a few kB: a gigabyte is a reader that believed a header */
    setrlimit(RLIMIT_AS, &limit);
#endif
    do {
        GString *file = seed_file();
        for (guint64 n = draw(6); n > 0; n--)
            mutate(file);
        LLVMFuzzerTestOneInput((const uint8_t *)file->str, file->len);
        g_string_free(file, TRUE);
        rounds++;
    } while (until > 0 ? g_get_monotonic_time() < until : rounds < 60000);
    printf("ok 1 - %" G_GUINT64_FORMAT " damaged files\n1..1\n", rounds);
    return 0;
}

#endif
