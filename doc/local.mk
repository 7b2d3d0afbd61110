# SPDX-License-Identifier: GPL-3.0-or-later
dist_man_MANS += %D%/gainspice.1
EXTRA_DIST += %D%/architecture.md %D%/c2p.md %D%/circuits.md %D%/model-format.md %D%/technology-g28.md \
    $(wildcard $(top_srcdir)/%D%/images/*.svg)
EXTRA_DIST += %D%/readout.md
