# SPDX-License-Identifier: GPL-3.0-or-later
# templates: subcircuits, technologies and the schemas that check designs and technologies at run time.
nobase_dist_pkgdata_DATA += \
    %D%/circuits/c2p_bias.cir \
    %D%/circuits/c2p_channel.cir \
    %D%/circuits/c2p_hardsigmoid.cir \
    %D%/circuits/c2p_testbench.cir \
    %D%/circuits/gain_cell_6t_rail.cir \
    %D%/circuits/inverter.cir \
    %D%/circuits/inverter_lvt.cir \
    %D%/circuits/nand2.cir \
    %D%/circuits/transmission_gate.cir \
    %D%/circuits/wlr_driver.cir \
    %D%/schema/design.rng \
    %D%/schema/technology.rng \
    %D%/technologies/g28/g28.lib \
    %D%/technologies/g28/technology.xml

# Read-out: ideal charge-to-pulse and signed charge-to-pulse.
nobase_dist_pkgdata_DATA += \
    %D%/circuits/c2p_ideal_check.cir \
    %D%/circuits/c2p_ideal_hardsigmoid.cir \
    %D%/circuits/c2p_ideal_relu.cir \
    %D%/circuits/c2p_signed.cir \
    %D%/circuits/c2p_signed_bias.cir \
    %D%/circuits/c2p_signed_check.cir \
    %D%/circuits/charge_source.cir \
    %D%/circuits/latch.cir \
    %D%/circuits/xor2.cir
