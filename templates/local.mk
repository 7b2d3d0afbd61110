# SPDX-License-Identifier: GPL-3.0-or-later
# templates: subcircuits, technologies and the schemas that check designs and technologies at run time.
nobase_dist_pkgdata_DATA += \
    %D%/circuits/cell_1t1r_pcm.cir \
    %D%/circuits/cell_1t1r_reram.cir \
    %D%/circuits/cell_ferro.cir \
    %D%/circuits/gain_cell_2t_oxide.cir \
    %D%/circuits/gain_cell_3t_oxide.cir \
    %D%/circuits/gain_cell_6t_enable.cir \
    %D%/circuits/gain_cell_6t_rail.cir \
    %D%/circuits/gain_cell_6t_rail_hvt.cir \
    %D%/circuits/gain_cell_breadboard.cir \
    %D%/schema/design.rng \
    %D%/schema/technology.rng \
    %D%/technologies/cd4007/cd4007.lib \
    %D%/technologies/cd4007/technology.xml \
    %D%/technologies/freepdk45/technology.xml \
    %D%/technologies/g28/g28.lib \
    %D%/technologies/g28/nfet_os.cir \
    %D%/technologies/g28/technology.xml \
    %D%/technologies/gf180mcu/technology.xml \
    %D%/technologies/ihp-sg13g2/technology.xml \
    %D%/technologies/sky130/technology.xml
