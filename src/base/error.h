/* SPDX-License-Identifier: GPL-3.0-or-later */
/* base/error.h -- the error domain, and the place that an error speaks of.
 *
 * One impersonal sentence an error, with what was seen, what was expected and the place:
 *     netlists/cell.xml:42: capacitance "5f F": expected a number with a unit, such as 5fF
 * The function that meets the failure writes it; callers pass it on or g_prefix_error(). Only src/cli prints or exits.
 * The code decides the exit status, nothing else (see exit_status()).
 */
#ifndef GAINSPICE_BASE_ERROR_H
#define GAINSPICE_BASE_ERROR_H

#include <glib.h>

#define GAINSPICE_ERROR (gainspice_error_quark())
GQuark gainspice_error_quark(void);

enum gainspice_error {
    GAINSPICE_ERROR_INPUT,      /* a design, a file or an option is not what it must be     exit 2 */
    GAINSPICE_ERROR_SYSTEM,     /* the disk, a pipe or a process refused                    exit 2 */
    GAINSPICE_ERROR_SIMULATOR,  /* ngspice failed where the answer needs it                 exit 3 */
    GAINSPICE_ERROR_LIMIT,      /* a spec limit or a baseline differs                       exit 1 */
    GAINSPICE_ERROR_CANCELLED   /* the user stopped it; what is done is kept                exit 130 */
};

/* A place in a file that the user wrote. `file` is interned (g_intern_string), so an origin is copied freely and owns
 * nothing; line 0 means the file as a whole; file NULL means no place. */
struct origin {
    const char *file;
    int line;
};

struct origin origin_at(const char *file, int line);

/* Sets `error` to "FILE:LINE: message" (or "FILE: message", or "message", as far as the place is known). */
void error_set_at(GError **error, enum gainspice_error code, struct origin at, const char *format, ...)
    G_GNUC_PRINTF(4, 5);

/* The exit status that an error means; 0 for NULL. Errors of other domains (GIO, GLib) are 2. */
int exit_status(const GError *error);

#endif
