/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each technology here is written beside an imagined design in a fresh folder, as one that came from anywhere would lie. */
#include "config.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "base/files.h"
#include "design/technology.h"
#include "tests/support/check_tap.h"

#define FOLDER "templates/technologies/x"
#define HEAD                                                                                                                     \
    "<technology xmlns=\"urn:gainspice:technology:1\" name=\"x\" title=\"test\" vdd=\"1.1V\" gmin=\"1e-15\" "                    \
    "leakage=\"absent\">\n"
#define MODELS "<models file=\"x.lib\"/>\n"
#define KNOB "<knob name=\"dvt\" value=\"0\" min=\"-0.2\" max=\"0.2\" title=\"Vt shift\"/>\n"
#define ROLE "<role name=\"nmos.svt\" model=\"nx\" l-min=\"45nm\" w-min=\"90nm\" mismatch=\"none\"/>\n"
#define TT "<corner name=\"tt\"/>\n"
#define FOOT "</technology>\n"
#define LIB "* one device\n.model NX NMOS level=54\n+ vth0={0.4654+dvt}\n"

static char *folder; /* the imagined design's */

static void write_at(const char *relative, const char *text)
{
    g_autofree char *path = g_build_filename(folder, relative, NULL), *parent = g_path_get_dirname(path);
    ck_assert_int_eq(g_mkdir_with_parents(parent, 0700), 0);
    ck_assert(file_write(path, text, strlen(text), NULL));
}

static void remove_all(const char *path)
{
    if (!g_file_test(path, G_FILE_TEST_IS_SYMLINK) && g_file_test(path, G_FILE_TEST_IS_DIR)) {
        GDir *dir = g_dir_open(path, 0, NULL);
        for (const char *name; (name = g_dir_read_name(dir)) != NULL;) {
            g_autofree char *inner = g_build_filename(path, name, NULL);
            remove_all(inner);
        }
        g_dir_close(dir);
    }
    g_remove(path);
}

static void make_folder(void)
{
    g_autofree char *made = g_dir_make_tmp("gainspice-XXXXXX", NULL);
    folder = g_strconcat(made, "/", NULL);
}

static void remove_folder(void)
{
    remove_all(folder);
    g_free(folder);
}

/* Reads technology x; an error's message comes without the folder, whose name is random. */
static struct technology *read_x(GError **error)
{
    struct technology *t = technology_read("x", folder, origin_at("cell.xml", 7), error);
    if (*error != NULL) {
        g_auto(GStrv) parts = g_strsplit((*error)->message, folder, -1);
        g_free((*error)->message);
        (*error)->message = g_strjoinv("", parts);
    }
    return t;
}

static struct technology *read_texts(const char *xml, const char *lib, GError **error)
{
    write_at(FOLDER "/technology.xml", xml);
    write_at(FOLDER "/x.lib", lib);
    return read_x(error);
}

START_TEST(reads_g28)
{
    GError *error = NULL;
    struct technology *t = technology_read("g28", folder, origin_at("cell.xml", 7), &error);
    ck_ok(t != NULL, error);
    ck_assert_double_eq(t->vdd_V, 0.9);
    ck_assert_double_eq(t->gmin_S, 1e-18);
    ck_assert(t->leakage_trusted);
    ck_assert_double_eq_tol(t->wire_Ohm_m, 6.8e6, 1e-3);
    ck_assert_double_eq_tol(t->wire_F_m, 2.2e-10, 1e-20);
    ck_assert_uint_eq(t->roles->len, 13);
    const struct device_role *p = technology_role(t, "pmos.read");
    ck_assert(p->is_p);
    ck_assert_int_eq(p->form, DEVICE_MODEL);
    ck_assert_str_eq(p->model, "pread");
    ck_assert(g_str_has_suffix(p->model_file, "templates/technologies/g28/g28.lib"));
    ck_assert_double_eq(p->diffusion_m, 0.11e-6);
    ck_assert_double_eq(p->length_unit_m, 1);
    ck_assert_double_eq(p->a_vt_Vm, 1.41e-9);
    ck_assert_double_eq(p->a_beta_m, 8e-9);
    ck_assert_ptr_null(technology_role(t, "nmos"));
    const struct model_card *nsvt = g_hash_table_lookup(t->models, "nsvt");
    ck_assert_str_eq(nsvt->name, "nsvt");
    ck_assert(g_str_has_prefix(nsvt->text, ".model nsvt nmos level=54 version=4.8.2 vth0={0.4654+dvt_n} u0={0.05921*mu_n} "));
    ck_assert_ptr_null(strchr(nsvt->text, '\n'));
    ck_assert_int_gt(nsvt->origin.line, 8);
    ck_assert_double_eq(technology_knob(t, "jg")->max, 1000);
    technology_free(t);
}
END_TEST

/* A device that no model card describes is a template in the technology's folder, and says why it computes. */
START_TEST(g28_brings_an_oxide_device)
{
    GError *error = NULL;
    struct technology *t = technology_read("g28", folder, origin_at("cell.xml", 7), &error);
    ck_ok(t != NULL, error);
    const struct device_role *os = technology_role(t, "nfet.os");
    ck_assert_int_eq(os->form, DEVICE_SUBCIRCUIT);
    ck_assert_int_eq(os->mismatch, MISMATCH_NONE);
    ck_assert_ptr_null(os->model_file);
    ck_assert_str_eq(os->device->name, "nfet_os");
    ck_assert_ptr_nonnull(os->device->behavioural);
    ck_assert_double_eq(template_parameter(os->device, "vt")->value, 0.45);
    ck_assert_ptr_null(technology_role(t, "nmos.svt")->device);
    technology_free(t);
}
END_TEST

/* First letter NMOS, second PMOS; fast is 30 mV less |Vt| and 5 % more mobility. */
START_TEST(corners_of_g28)
{
    GError *error = NULL;
    struct technology *t = technology_read("g28", folder, origin_at("cell.xml", 7), &error);
    ck_ok(t != NULL, error);
    ck_assert_uint_eq(technology_corner(t, "tt")->settings->len, 0);
    ck_assert_ptr_null(technology_corner(t, "xx"));
    static const char *const names[] = {"ff", "ss", "fs", "sf"};
    for (gsize c = 0; c < G_N_ELEMENTS(names); c++) {
        const struct corner *corner = technology_corner(t, names[c]);
        ck_assert_uint_eq(corner->settings->len, 4);
        for (guint i = 0; i < 4; i++) {
            const struct knob_setting *s = corner->settings->pdata[i];
            gboolean fast = names[c][g_str_has_suffix(s->name, "_p") ? 1 : 0] == 'f';
            ck_assert_double_eq(s->value, g_str_has_prefix(s->name, "mu") ? (fast ? 1.05 : 0.95) : (fast ? -0.03 : 0.03));
        }
    }
    technology_free(t);
}
END_TEST

START_TEST(digest_sees_every_file)
{
    GError *error = NULL;
    struct technology *a = read_texts(HEAD MODELS KNOB ROLE TT FOOT, LIB, &error);
    ck_ok(a != NULL, error);
    struct technology *b = read_texts(HEAD MODELS KNOB ROLE TT FOOT, LIB "* a comment more\n", &error);
    ck_ok(b != NULL, error);
    struct technology *c = read_texts(HEAD MODELS KNOB ROLE TT "<corner name=\"ss\"/>" FOOT, LIB, &error);
    ck_ok(c != NULL, error);
    struct technology *d = read_texts(HEAD MODELS KNOB ROLE TT FOOT, LIB, &error);
    ck_ok(d != NULL, error);
    ck_assert_str_ne(a->digest, b->digest);
    ck_assert_str_ne(a->digest, c->digest);
    ck_assert_str_eq(a->digest, d->digest);
    ck_assert_str_eq(((struct model_card *)g_hash_table_lookup(a->models, "nx"))->text,
                     ".model nx nmos level=54 vth0={0.4654+dvt}");
    technology_free(a);
    technology_free(b);
    technology_free(c);
    technology_free(d);
}
END_TEST

/* What sky130 needs: sections and files by corner, subcircuits, W and L in µm, a scale option, a root elsewhere. */
#define PDK                                                                                                                      \
    HEAD "<parameter name=\"mc_mm_switch\" value=\"0\"/>\n<option name=\"scale\" value=\"1e-6\"/>\n"                             \
         "<lib root=\"pdk\" file=\"sky/lib.spice\" section=\"{corner}\"/>\n<osdi root=\"pdk\" file=\"psp.osdi\"/>\n"             \
         "<include file=\"{corner}.spice\"/>\n"                                                                                  \
         "<role name=\"nfet.v18\" form=\"subcircuit\" model=\"sky__nfet_{corner}\" l-min=\"150nm\" w-min=\"420nm\" "             \
         "length-unit=\"1um\" mismatch=\"gate-source\" a-vt=\"3.4mV.um\" a-beta=\"10nm\"/>\n" TT "<corner name=\"ss\"/>" FOOT

START_TEST(reads_a_pdk)
{
    GError *error = NULL;
    g_autofree char *pdk = g_build_filename(folder, "pdk", NULL);
    write_at("pdk/sky/lib.spice", ".lib tt\n.include \"a.spice\"\n.endl\n");
    write_at("pdk/psp.osdi", "\x7f"
                             "ELF");
    write_at(FOLDER "/tt.spice", "* nothing\n");
    write_at(FOLDER "/technology.xml", PDK);
    g_unsetenv("GAINSPICE_PDK_ROOT");
    ck_fails(read_x(&error) != NULL, error,
             FOLDER
             "/technology.xml:4: lib: lies in the PDK; expected its folder in the environment variable GAINSPICE_PDK_ROOT");
    g_setenv("GAINSPICE_PDK_ROOT", pdk, TRUE);
    ck_fails(read_x(&error) != NULL, error,
             FOLDER "/technology.xml:6: file \"" FOLDER "/ss.spice\": cannot be opened: No such file or directory");
    write_at(FOLDER "/ss.spice", "* nothing\n");
    struct technology *t = read_x(&error);
    ck_ok(t != NULL, error);
    ck_assert(!t->leakage_trusted);
    const struct library *lib = t->libraries->pdata[0], *include = t->libraries->pdata[2];
    ck_assert_int_eq(lib->kind, LIBRARY_LIB);
    ck_assert(g_str_has_suffix(lib->path, "/pdk/sky/lib.spice"));
    ck_assert(g_path_is_absolute(lib->path) && g_path_is_absolute(include->path));
    ck_assert_str_eq(lib->section, "{corner}");
    g_autofree char *path = technology_at_corner(include->path, technology_corner(t, "ss"));
    ck_assert(g_str_has_suffix(path, FOLDER "/ss.spice"));
    const struct knob_setting *option = t->options->pdata[0], *parameter = t->parameters->pdata[0];
    ck_assert_str_eq(option->name, "scale");
    ck_assert_double_eq(option->value, 1e-6);
    ck_assert_str_eq(parameter->name, "mc_mm_switch");
    const struct device_role *role = technology_role(t, "nfet.v18");
    ck_assert_int_eq(role->form, DEVICE_SUBCIRCUIT);
    ck_assert_int_eq(role->mismatch, MISMATCH_GATE_SOURCE);
    ck_assert_ptr_null(role->model_file);
    ck_assert_str_eq(role->model, "sky__nfet_{corner}");
    ck_assert_double_eq(role->length_unit_m, 1e-6);
    ck_assert_double_eq(role->diffusion_m, 0);
    ck_assert_double_eq(role->a_vt_Vm, 3.4e-9);
    technology_free(t);
}
END_TEST

/* The kit's names of corners, and files that the kit's files open. */
START_TEST(corners_by_the_names_of_a_kit)
{
    GError *error = NULL;
    g_autofree char *pdk = g_build_filename(folder, "pdk", NULL);
    write_at("pdk/all.lib", "* of two sections\n.LIB typical\n  .include 'deep/Cards.inc'\n.endl\n"
                             ".lib slow_1\n.lib 'none.lib' x\n.endl\n");
    write_at("pdk/deep/Cards.inc", "* first\n");
    write_at(FOLDER "/technology.xml", HEAD "<lib root=\"pdk\" file=\"all.lib\" section=\"{corner}\"/>\n"
             "<role name=\"nmos.svt\" model=\"n_{corner}\" l-min=\"45nm\" w-min=\"90nm\" mismatch=\"none\"/>\n"
             "<corner name=\"tt\" kit=\"typical\"/><corner name=\"ss\" kit=\"slow_1\"/><corner name=\"ff\"/>" FOOT);
    g_setenv("GAINSPICE_PDK_ROOT", pdk, TRUE);
    struct technology *t = read_x(&error);
    ck_ok(t != NULL, error);
    const struct library *lib = t->libraries->pdata[0];
    const struct device_role *role = technology_role(t, "nmos.svt");
    g_autofree char *typical = technology_at_corner(lib->section, technology_corner(t, "tt"));
    g_autofree char *slow = technology_at_corner(role->model, technology_corner(t, "ss"));
    g_autofree char *plain = technology_at_corner(role->model, technology_corner(t, "ff"));
    ck_assert_str_eq(typical, "typical");
    ck_assert_str_eq(slow, "n_slow_1");
    ck_assert_str_eq(plain, "n_ff");
    write_at("pdk/deep/Cards.inc", "* second\n");
    struct technology *u = read_x(&error);
    ck_ok(u != NULL, error);
    ck_assert_str_ne(t->digest, u->digest);
    technology_free(t);
    technology_free(u);
}
END_TEST

static const struct {
    const char *xml, *lib, *message;
} bad[] = {
    {HEAD MODELS KNOB ROLE "<corner name=\"tt\" kit=\"a b\"/>\n" FOOT, LIB,
     FOLDER "/technology.xml:5: kit of corner: \"a b\": expected a name of a-z, 0-9 and _ that starts with a letter"},
    {HEAD MODELS ROLE TT FOOT, LIB, FOLDER "/x.lib:2: \"dvt\": expected a knob that the technology declares"},
    {HEAD MODELS KNOB ROLE TT FOOT, LIB ".param dvt=0\n",
     FOLDER "/x.lib:4: \".param\": expected .model cards only; knobs are declared in technology.xml"},
    {HEAD MODELS KNOB ROLE TT FOOT, LIB ".control\nshell id\n.endc\n",
     FOLDER "/x.lib:4: \".control\": expected .model cards only"},
    {HEAD MODELS KNOB ROLE TT FOOT, LIB ".include /etc/passwd\n", FOLDER "/x.lib:4: \".include\": expected .model cards only"},
    {HEAD MODELS KNOB ROLE TT FOOT, LIB LIB, FOLDER "/x.lib:5: .model \"nx\": the name is used twice"},
    {HEAD MODELS KNOB ROLE TT FOOT, ".model nx nmos (level=54)\n",
     FOLDER "/x.lib:1: .model \"nx\": \"(level=54)\", expected name=number or name={expression}"},
    {HEAD MODELS KNOB ROLE TT FOOT, ".model nx nmos level=high\n",
     FOLDER "/x.lib:1: .model \"nx\": \"level=high\", expected name=number or name={expression}"},
    {HEAD MODELS KNOB ROLE TT FOOT, ".model nx\n", FOLDER "/x.lib:1: .model: expected a name, a type and parameters"},
    {HEAD MODELS KNOB ROLE TT FOOT, ".model ny nmos level=54\n",
     FOLDER "/technology.xml:4: role \"nmos.svt\": model \"nx\" is in no file that the technology names"},
    {HEAD "<models file=\"../../../secret.lib\"/>\n" KNOB ROLE TT FOOT, LIB,
     FOLDER "/technology.xml:2: file \"../../../secret.lib\": lies outside of \"" FOLDER "\""},
    {HEAD "<models file=\"link.lib\"/>\n" KNOB ROLE TT FOOT, LIB,
     FOLDER "/technology.xml:2: file \"link.lib\": lies outside of \"" FOLDER "\""},
    {HEAD "<models file=\"/etc/hostname\"/>\n" KNOB ROLE TT FOOT, LIB,
     FOLDER "/technology.xml:2: file \"/etc/hostname\": expected a path below \"" FOLDER
            "\" without quotes, $, ;, \\ and braces"},
    {HEAD MODELS "<include file=\"a&#34;b.inc\"/>\n" KNOB ROLE TT FOOT, LIB,
     FOLDER "/technology.xml:3: file \"a\"b.inc\": expected a path below \"" FOLDER "\" without quotes, $, ;, \\ and braces"},
    {HEAD MODELS "<include file=\"none.inc\"/>\n" KNOB ROLE TT FOOT, LIB,
     FOLDER "/technology.xml:3: file \"" FOLDER "/none.inc\": cannot be opened: No such file or directory"},
    {HEAD MODELS "<include file=\"control.inc\"/>\n" KNOB ROLE TT FOOT, LIB,
     FOLDER "/control.inc:2: \".control\": not allowed in a library that comes with a design"},
    {HEAD MODELS "<include file=\"hash.inc\"/>\n" KNOB ROLE TT FOOT, LIB,
     FOLDER "/hash.inc:1: \"*#\": not allowed in a library that comes with a design"},
    {HEAD MODELS "<lib file=\"nested.inc\" section=\"tt\"/>\n" KNOB ROLE TT FOOT, LIB,
     FOLDER "/nested.inc:2: \".lib\": not allowed in a library that comes with a design"},
    {HEAD MODELS "<lib file=\"x.lib\" section=\"t t\"/>\n" KNOB ROLE TT FOOT, LIB,
     FOLDER "/technology.xml:3: lib: section \"t t\", expected lower-case letters, digits, _ and {corner}"},
    {HEAD MODELS "<osdi file=\"x.lib\"/>\n" KNOB ROLE TT FOOT, LIB,
     FOLDER "/technology.xml:3: osdi: machine code beside a design is not loaded, expected root=\"pdk\""},
    {HEAD MODELS KNOB KNOB ROLE TT FOOT, LIB, FOLDER "/technology.xml:4: knob \"dvt\": the name is used twice"},
    {HEAD MODELS KNOB "<knob name=\"temper\" value=\"0\" min=\"0\" max=\"1\" title=\"t\"/>\n" ROLE TT FOOT, LIB,
     FOLDER "/technology.xml:4: knob \"temper\": SPICE uses the name itself"},
    {HEAD MODELS "<knob name=\"dvt\" value=\"0.3\" min=\"-0.2\" max=\"0.2\" title=\"t\"/>\n" ROLE TT FOOT, LIB,
     FOLDER "/technology.xml:3: knob \"dvt\": 0.3, expected a value in [-0.2, 0.2]"},
    {HEAD MODELS KNOB ROLE TT "<corner name=\"ss\">\n<set name=\"dvt\" value=\"0.21\"/></corner>" FOOT, LIB,
     FOLDER "/technology.xml:7: knob \"dvt\": 0.21, expected a value in [-0.2, 0.2]"},
    {HEAD MODELS KNOB ROLE TT "<corner name=\"ss\">\n<set name=\"vt\" value=\"0\"/></corner>" FOOT, LIB,
     FOLDER "/technology.xml:7: corner \"ss\" sets \"vt\", expected the name of a knob"},
    {HEAD MODELS KNOB ROLE TT TT FOOT, LIB, FOLDER "/technology.xml:6: corner \"tt\": the name is used twice"},
    {HEAD MODELS KNOB ROLE ROLE TT FOOT, LIB, FOLDER "/technology.xml:5: role \"nmos.svt\": the name is used twice"},
    {HEAD MODELS KNOB "<role name=\"svt\" model=\"nx\" l-min=\"45nm\" w-min=\"90nm\" mismatch=\"none\"/>\n" TT FOOT, LIB,
     FOLDER "/technology.xml:4: role \"svt\": expected a name with a dot that starts with n or p, such as nmos.svt"},
    {HEAD MODELS KNOB "<role name=\"nmos.svt\" model=\"nx\" l-min=\"0nm\" w-min=\"90nm\" mismatch=\"none\"/>\n" TT FOOT, LIB,
     FOLDER "/technology.xml:4: role \"nmos.svt\": expected l-min, w-min and length-unit above 0"},
    {HEAD MODELS KNOB "<role name=\"nmos.svt\" model=\"nx\" l-min=\"45nm\" w-min=\"90nm\" mismatch=\"delvto\"/>\n" TT FOOT, LIB,
     FOLDER "/technology.xml:4: role \"nmos.svt\": mismatch \"delvto\", expected a-vt and a-beta with it"},
    {HEAD MODELS "<device file=\"../../../three.cir\"/>\n" KNOB ROLE TT FOOT, LIB,
     FOLDER "/technology.xml:3: device: file \"../../../three.cir\" lies outside of the technology's folder"},
    {HEAD MODELS "<device file=\"three.cir\"/>\n" KNOB ROLE TT FOOT, LIB,
     FOLDER "/three.cir:6: device \"three\": expected four ports (drain, gate, source, bulk), parameters w and l, and elements alone"},
    {HEAD MODELS "<device file=\"four.cir\"/>\n<device file=\"four.cir\"/>\n" KNOB ROLE TT FOOT, LIB,
     FOLDER "/four.cir:8: device \"four\": the name is used twice"},
    {HEAD MODELS "<device file=\"four.cir\"/>\n" KNOB "<role name=\"nfet.os\" model=\"four\" l-min=\"45nm\" w-min=\"90nm\" "
     "mismatch=\"none\"/>\n" TT FOOT, LIB,
     FOLDER "/technology.xml:5: role \"nfet.os\": model \"four\" is in no file that the technology names"},
    {"<technology xmlns=\"urn:gainspice:technology:1\" name=\"y\" title=\"t\" vdd=\"1V\" gmin=\"1e-15\" "
     "leakage=\"absent\">\n" MODELS KNOB ROLE TT FOOT,
     LIB, FOLDER "/technology.xml:1: technology \"y\": expected the folder's name, \"x\""},
};

START_TEST(refuses_what_is_bad)
{
    GError *error = NULL;
    write_at("secret.lib", LIB);
    write_at(FOLDER "/three.cir", "*: title t\n*: port d inout d\n*: port g input g\n*: port s inout s\n"
                                  "*: source ours\n.subckt three d g s\nr1 d s 1k\n.ends\n");
    write_at(FOLDER "/four.cir", "*: title t\n*: port d inout d\n*: port g input g\n*: port s inout s\n*: port b inout b\n"
                                 "*: param w 1um 1nm 1m width\n*: param l 1um 1nm 1m length\n"
                                 ".subckt four d g s b\nr1 d s 1k\n.ends\n");
    write_at(FOLDER "/control.inc", "* fine\n  .CONTROL\n");
    write_at(FOLDER "/hash.inc", "*# shell id\n");
    write_at(FOLDER "/nested.inc", ".lib tt\n.lib \"/etc/passwd\" tt\n.endl\n");
    g_autofree char *secret = g_build_filename(folder, "secret.lib", NULL),
                    *link = g_build_filename(folder, FOLDER, "link.lib", NULL);
    ck_assert_int_eq(symlink(secret, link), 0);
    ck_fails(read_texts(bad[_i].xml, bad[_i].lib, &error) != NULL, error, bad[_i].message);
}
END_TEST

/* Decks are run in another folder than the one in which the design was named. */
START_TEST(paths_are_absolute)
{
    GError *error = NULL;
    write_at(FOLDER "/x.lib", LIB);
    write_at(FOLDER "/technology.xml", HEAD "<include file=\"x.lib\"/>\n" KNOB ROLE TT FOOT);
    ck_assert_int_eq(chdir(folder), 0);
    struct technology *t = technology_read("x", ".", origin_at("cell.xml", 7), &error);
    ck_ok(t != NULL, error);
    const struct library *library = t->libraries->pdata[0];
    ck_assert(g_path_is_absolute(library->path));
    ck_assert(g_file_test(library->path, G_FILE_TEST_IS_REGULAR));
    technology_free(t);
    ck_assert_int_eq(chdir("/"), 0);
}
END_TEST

START_TEST(refuses_names)
{
    GError *error = NULL;
    ck_fails(technology_read("../g28", folder, origin_at("cell.xml", 7), &error) != NULL, error,
             "cell.xml:7: technology \"../g28\": expected a name of lower-case letters, digits, _ and -");
    struct technology *t = technology_read("none", folder, origin_at("cell.xml", 7), &error);
    ck_assert_ptr_null(t);
    ck_assert_msg(g_str_has_prefix(error->message, "cell.xml:7: technology \"none\": neither \""), "%s", error->message);
    g_clear_error(&error);
}
END_TEST

static Suite *make_suite(void)
{
    Suite *s = suite_create("technology");
    TCase *t = tcase_create("technology");
    tcase_add_checked_fixture(t, make_folder, remove_folder);
    tcase_add_test(t, reads_g28);
    tcase_add_test(t, g28_brings_an_oxide_device);
    tcase_add_test(t, corners_of_g28);
    tcase_add_test(t, digest_sees_every_file);
    tcase_add_test(t, reads_a_pdk);
    tcase_add_test(t, corners_by_the_names_of_a_kit);
    tcase_add_loop_test(t, refuses_what_is_bad, 0, (int)G_N_ELEMENTS(bad));
    tcase_add_test(t, refuses_names);
    tcase_add_test(t, paths_are_absolute);
    suite_add_tcase(s, t);
    return s;
}

TAP_MAIN(make_suite)
