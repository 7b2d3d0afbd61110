# SPDX-License-Identifier: GPL-3.0-or-later
# templates: subcircuits, technologies and the schemas that check designs and technologies at run time.
nobase_dist_pkgdata_DATA += \
    %D%/circuits/gain_cell_6t_rail.cir \
    %D%/schema/design.rng \
    %D%/schema/technology.rng \
    %D%/technologies/g28/g28.lib \
    %D%/technologies/g28/technology.xml
