# SPDX-License-Identifier: GPL-3.0-or-later
# netlists: reference designs, what they are compared with, and models that ship.
nobase_dist_pkgdata_DATA += %D%/gain-cell.xml %D%/gain-cell-authors.csv %D%/gain-cell-breadboard.xml \
    %D%/gain-cell-disturb.xml %D%/gain-cell-enable.xml %D%/gain-cell-floating.xml %D%/gain-cell-oxide-2t.xml \
    %D%/gain-cell-oxide-3t.xml %D%/memory-ferro.xml %D%/memory-pcm.xml %D%/memory-reram.xml
