/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/error.h"

G_DEFINE_QUARK(gainspice-error-quark, gainspice_error)

struct origin origin_at(const char *file, int line)
{
    struct origin at = {g_intern_string(file), line};
    return at;
}

void error_set_at(GError **error, enum gainspice_error code, struct origin at, const char *format, ...)
{
    if (error == NULL)
        return;
    va_list ap;
    va_start(ap, format);
    g_autofree char *message = g_strdup_vprintf(format, ap);
    va_end(ap);
    if (at.file == NULL)
        g_set_error_literal(error, GAINSPICE_ERROR, (int)code, message);
    else if (at.line <= 0)
        g_set_error(error, GAINSPICE_ERROR, (int)code, "%s: %s", at.file, message);
    else
        g_set_error(error, GAINSPICE_ERROR, (int)code, "%s:%d: %s", at.file, at.line, message);
}

int exit_status(const GError *error)
{
    if (error == NULL)
        return 0;
    if (error->domain != GAINSPICE_ERROR)
        return 2;
    switch ((enum gainspice_error)error->code) {
    case GAINSPICE_ERROR_LIMIT:
        return 1;
    case GAINSPICE_ERROR_SIMULATOR:
        return 3;
    case GAINSPICE_ERROR_CANCELLED:
        return 130;
    case GAINSPICE_ERROR_INPUT:
    case GAINSPICE_ERROR_SYSTEM:
        break;
    }
    return 2;
}
