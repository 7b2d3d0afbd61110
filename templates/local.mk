# SPDX-License-Identifier: GPL-3.0-or-later
# templates: subcircuits, technologies and the schemas that check designs and technologies at run time.
nobase_dist_pkgdata_DATA += \
    %D%/circuits/gain_cell_6t_rail.cir \
    %D%/schema/design.rng \
    %D%/schema/technology.rng \
    %D%/technologies/g28/g28.lib \
    %D%/technologies/g28/technology.xml
# Write path and pulse-width inputs; they use the gates inverter, nand2, transmission_gate and wlr_driver.
nobase_dist_pkgdata_DATA += \
    %D%/circuits/dac_3bit_string.cir \
    %D%/circuits/dac_ideal.cir \
    %D%/circuits/dac_linearity_bench.cir \
    %D%/circuits/dac_step_bench.cir \
    %D%/circuits/dff.cir \
    %D%/circuits/nand3.cir \
    %D%/circuits/nor2.cir \
    %D%/circuits/nor3.cir \
    %D%/circuits/pwm_bench_16.cir \
    %D%/circuits/pwm_counter.cir \
    %D%/circuits/pwm_generator.cir \
    %D%/circuits/pwm_row.cir \
    %D%/circuits/write_bench_2x2.cir \
    %D%/circuits/wwl_bench.cir \
    %D%/circuits/wwl_boost_bench.cir \
    %D%/circuits/wwl_driver.cir \
    %D%/circuits/wwl_driver_boost.cir \
    %D%/circuits/xor2.cir
