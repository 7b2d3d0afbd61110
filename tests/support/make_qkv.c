/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/support/make_qkv.c -- writes Q, K, V of the wanted shape: make_qkv OUT.npz CASES TOKENS DIM [DIM_OF_K]. CASES 0: rank 2. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "stats/random.h"
#include "store/npz.h"

int main(int argc, char **argv)
{
    if (argc < 5)
        return 2;
    GPtrArray *arrays = g_ptr_array_new();
    static const char *const names[] = {"Q", "K", "V"};
    for (int a = 0; a < 3; a++) {
        int cases = atoi(argv[2]), dim = atoi(a == 1 && argc > 5 ? argv[5] : argv[4]);
        const gsize shape[3] = {(gsize)cases, (gsize)atoi(argv[3]), (gsize)dim};
        struct ndarray *array = ndarray_new(names[a], cases == 0 ? 2 : 3, cases == 0 ? shape + 1 : shape);
        for (gsize i = 0; i < ndarray_size(array); i++)
            array->data[i] = (a == 0 ? 1.0 : 0.9) * random_uniform(2385, names[a], i);
        g_ptr_array_add(arrays, array);
    }
    GError *error = NULL;
    if (npz_write(argv[1], arrays, &error))
        return 0;
    fprintf(stderr, "%s\n", error->message);
    return 1;
}
