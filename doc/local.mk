# SPDX-License-Identifier: GPL-3.0-or-later
EXTRA_DIST += %D%/architecture.md %D%/circuits.md %D%/technology-g28.md
