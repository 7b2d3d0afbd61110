# SPDX-License-Identifier: GPL-3.0-or-later
dist_man_MANS += %D%/gainspice.1
EXTRA_DIST += $(wildcard $(top_srcdir)/%D%/*.md) $(wildcard $(top_srcdir)/%D%/images/*.svg)
