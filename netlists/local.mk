# SPDX-License-Identifier: GPL-3.0-or-later
# netlists: reference designs, what they are compared with, and models that ship.
nobase_dist_pkgdata_DATA += %D%/c2p-hardsigmoid.xml %D%/gain-cell.xml %D%/gain-cell-authors.csv
nobase_dist_pkgdata_DATA += %D%/c2p-ideal.xml %D%/c2p-signed.xml %D%/c2p-signed-corners.xml
