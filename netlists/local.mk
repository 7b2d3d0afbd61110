# SPDX-License-Identifier: GPL-3.0-or-later
# netlists: reference designs, what they are compared with, and models that ship.
nobase_dist_pkgdata_DATA += \
    %D%/array-64x64.xml \
    %D%/array-8x8.xml \
    %D%/c2p-column-corners.xml \
    %D%/c2p-column.xml \
    %D%/c2p-hardsigmoid.xml \
    %D%/c2p-ideal.xml \
    %D%/c2p-sheet.xml \
    %D%/c2p-regulated-column.xml \
    %D%/c2p-regulated.xml \
    %D%/c2p-signed-corners.xml \
    %D%/c2p-signed.xml \
    %D%/dac.xml \
    %D%/data-sheet.xml \
    %D%/gain-cell-authors.csv \
    %D%/gain-cell-breadboard.xml \
    %D%/gain-cell-disturb.xml \
    %D%/gain-cell-enable.xml \
    %D%/gain-cell-floating.xml \
    %D%/gain-cell-hold.xml \
    %D%/gain-cell-models.xml \
    %D%/gain-cell-oxide-2t.xml \
    %D%/gain-cell-oxide-3t.xml \
    %D%/gain-cell.xml \
    %D%/memory-ferro.xml \
    %D%/memory-pcm.xml \
    %D%/memory-reram.xml \
    %D%/pwm.xml \
    %D%/tile-64x64.xml \
    %D%/tile-8x8.xml \
    %D%/write-path.xml
