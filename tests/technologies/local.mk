# SPDX-License-Identifier: GPL-3.0-or-later
# Technologies through the whole program: small ones in every form always, real kits where GAINSPICE_PDK_ROOT is set.
dist_check_SCRIPTS += %D%/test_pdk.sh
TESTS += %D%/test_pdk.sh
EXTRA_DIST += %D%/forms.xml %D%/kit.xml %D%/ihp.xml %D%/cd4007.xml %D%/wrapped.cir %D%/templates
