/* SPDX-License-Identifier: GPL-3.0-or-later */
/* wave/file.h -- the plots of a file of any form that is read, told by what it begins with.
 *
 * A zip is none of them: WAVE_NPZ is said, without plots, for what includes the reader of npz.
 */
#ifndef GAINSPICE_WAVE_FILE_H
#define GAINSPICE_WAVE_FILE_H

#include "wave/bytes.h"
#include "wave/plot.h"

enum wave_form { WAVE_RAW, WAVE_CSV, WAVE_VCD, WAVE_NPZ };

struct wave_file {
    char *path;
    enum wave_form form;
    GPtrArray *plots;    /* struct plot; NULL for npz */
    struct bytes *bytes; /* where lazy vectors lie */
};

/* "-" is standard input. Large files are mapped, and of raw ones the vectors are lazy (plot_load). */
struct wave_file *wave_file_read(const char *path, GError **error);
void wave_file_free(struct wave_file *file);

#endif
