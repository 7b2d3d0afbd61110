#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Bad input from the outside: exact message, exact exit status, and what is stored stays.
. "${TOP_SRCDIR:?}/tests/support/tap.sh"
finish
