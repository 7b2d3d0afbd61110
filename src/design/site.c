/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a site file says goes to sbatch as one argument each, never through a shell, but for the commands of <before>, which are meant
 * for one. */
#include "config.h"

#include "design/site.h"

#include <string.h>

#include "design/xml.h"

#define SCHEMA "templates/schema/site.rng"

void site_free(struct site *site)
{
    if (site == NULL)
        return;
    g_free(site->partition);
    g_free(site->account);
    g_free(site->time_limit);
    g_free(site->memory);
    g_free(site->program);
    g_ptr_array_unref(site->options);
    g_ptr_array_unref(site->before);
    g_free(site);
}

static struct site *site_new(void)
{
    struct site *site = g_new0(struct site, 1);
    site->options = g_ptr_array_new_with_free_func(g_free);
    site->before = g_ptr_array_new_with_free_func(g_free);
    site->n_cpus = 1;
    return site;
}

/* Text of one attribute, of the form `pattern`. */
static gboolean read_text(const xmlNode *node, const char *attribute, const char *pattern, const char *expected, char **text, GError **error)
{
    const char *given = xml_text(node, attribute);
    if (given == NULL || g_regex_match_simple(pattern, given, G_REGEX_DOLLAR_ENDONLY, 0))
        return xml_title(node, attribute, text, error);
    g_autofree char *shown = xml_shown(given);
    return xml_fail(node, error, "%s of %s: \"%s\": expected %s", attribute, xml_name(node), shown, expected);
}

/* Options that gainspice gives itself, and what stands for them in a site file. */
static const struct {
    const char *names; /* each between blanks */
    const char *instead;
} own_options[] = {
    {" --partition ", "the attribute partition"},
    {" --account ", "the attribute account"},
    {" --time ", "the attribute time-limit"},
    {" --mem ", "the attribute memory"},
    {" --cpus-per-task ", "the attribute cpus"},
    {" --array --dependency --job-name --output --error --open-mode --parsable --requeue --no-requeue --chdir --ntasks --nodes"
     " --wrap --wait --test-only --hold --quiet --begin --export-file ",
     "an option that gainspice does not give itself"},
};

static gboolean read_option(struct site *site, const xmlNode *node, GError **error)
{
    char *option = NULL;
    if (!read_text(node, "value", "^--[a-z][a-z0-9-]*(=.+)?$", "one option of sbatch, such as --qos=long", &option, error))
        return FALSE;
    g_ptr_array_add(site->options, option);
    g_autofree char *name = g_strdup_printf(" %.*s ", (int)strcspn(option, "="), option);
    for (gsize i = 0; i < G_N_ELEMENTS(own_options); i++)
        if (strstr(own_options[i].names, name) != NULL)
            return xml_fail(node, error, "value of option: \"%s\": expected %s", option, own_options[i].instead);
    return TRUE;
}

static gboolean read_before(struct site *site, const xmlNode *node, GError **error)
{
    char *command = NULL;
    if (!xml_title(node, "command", &command, error))
        return FALSE;
    g_ptr_array_add(site->before, command);
    return TRUE;
}

static gboolean read_slurm(struct site *site, const xmlNode *node, GError **error)
{
    static const char *const word = "^[A-Za-z0-9_.][A-Za-z0-9_.,+-]*$";
    site->origin = xml_origin(node);
    if (!read_text(node, "partition", word, "the name of a partition", &site->partition, error) ||
        !read_text(node, "account", word, "the name of an account", &site->account, error) ||
        !read_text(node, "time-limit", "^([0-9]+|[0-9]+:[0-9]{1,2}(:[0-9]{1,2})?|[0-9]+-[0-9]{1,2}(:[0-9]{1,2}){0,2})$",
                   "minutes or D-HH:MM:SS as sbatch takes it, such as 2:00:00", &site->time_limit, error) ||
        !read_text(node, "memory", "^[0-9]+[KMGT]?$", "a number with K, M, G or T as sbatch takes it, such as 8G", &site->memory, error) ||
        !read_text(node, "program", "^/", "an absolute path", &site->program, error) ||
        !xml_int(node, "cpus", 1, 1024, &site->n_cpus, error) || !xml_int(node, "shards", 1, 100000, &site->n_shards, error) ||
        !xml_int(node, "points-per-shard", 1, 1000000000, &site->points_per_shard, error) ||
        !xml_int(node, "at-once", 1, 100000, &site->at_once, error))
        return FALSE;
    if (site->n_shards > 0 && site->points_per_shard > 0)
        return xml_fail(node, error, "slurm: shards and points-per-shard are both given, expected one of them");
    for (const xmlNode *child = xml_first(node, NULL); child != NULL; child = xml_next(child, NULL))
        if (!(xml_is(child, "option") ? read_option : read_before)(site, child, error))
            return FALSE;
    return TRUE;
}

struct site *site_read(const char *path, GError **error)
{
    struct site *site = site_new();
    if (path == NULL)
        return site;
    struct xml *xml = xml_open(path, SCHEMA, origin_at(NULL, 0), error);
    gboolean ok = xml != NULL && read_slurm(site, xml_first(xml_root(xml), "slurm"), error);
    xml_close(xml);
    if (!ok)
        g_clear_pointer(&site, site_free);
    return site;
}
