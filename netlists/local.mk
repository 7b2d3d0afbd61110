# SPDX-License-Identifier: GPL-3.0-or-later
# netlists: reference designs, what they are compared with, and models that ship.
nobase_dist_pkgdata_DATA += %D%/gain-cell.xml %D%/gain-cell-authors.csv %D%/gain-cell-breadboard.xml
