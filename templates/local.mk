# SPDX-License-Identifier: GPL-3.0-or-later
# templates: subcircuits, technologies and the schemas that check designs and technologies at run time.
nobase_dist_pkgdata_DATA += \
    %D%/circuits/c2p_bias.cir \
    %D%/circuits/c2p_channel.cir \
    %D%/circuits/c2p_hardsigmoid.cir \
    %D%/circuits/c2p_testbench.cir \
    %D%/circuits/dac_3bit_string.cir \
    %D%/circuits/dac_ideal.cir \
    %D%/circuits/dac_linearity_bench.cir \
    %D%/circuits/dac_step_bench.cir \
    %D%/circuits/dff.cir \
    %D%/circuits/gain_cell_6t_rail.cir \
    %D%/circuits/gain_cell_breadboard.cir \
    %D%/circuits/inverter.cir \
    %D%/circuits/inverter_lvt.cir \
    %D%/circuits/nand2.cir \
    %D%/circuits/nand3.cir \
    %D%/circuits/nor2.cir \
    %D%/circuits/nor3.cir \
    %D%/circuits/pwm_bench_16.cir \
    %D%/circuits/pwm_counter.cir \
    %D%/circuits/pwm_generator.cir \
    %D%/circuits/pwm_row.cir \
    %D%/circuits/transmission_gate.cir \
    %D%/circuits/wlr_driver.cir \
    %D%/circuits/write_bench_2x2.cir \
    %D%/circuits/wwl_bench.cir \
    %D%/circuits/wwl_boost_bench.cir \
    %D%/circuits/wwl_driver.cir \
    %D%/circuits/wwl_driver_boost.cir \
    %D%/circuits/xor2.cir \
    %D%/schema/design.rng \
    %D%/schema/technology.rng \
    %D%/technologies/cd4007/cd4007.lib \
    %D%/technologies/cd4007/technology.xml \
    %D%/technologies/freepdk45/technology.xml \
    %D%/technologies/g28/g28.lib \
    %D%/technologies/g28/technology.xml \
    %D%/technologies/gf180mcu/technology.xml \
    %D%/technologies/ihp-sg13g2/technology.xml \
    %D%/technologies/sky130/technology.xml
