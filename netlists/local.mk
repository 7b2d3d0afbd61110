# SPDX-License-Identifier: GPL-3.0-or-later
# netlists: reference designs, and what they are compared with.
EXTRA_DIST += %D%/gain-cell-authors.csv
