/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-finder.h"

#include "bw-finder-private.h"

G_DECLARE_FINAL_TYPE (FakeFinder, fake_finder, FAKE, FINDER, BwFinder)

struct _FakeFinder {
    BwFinder parent_instance;
};

G_DEFINE_FINAL_TYPE (FakeFinder, fake_finder, bw_finder_get_type ())

static void
start (BwFinder *finder)
{
    _bw_finder_settle (finder);
    _bw_finder_settle (finder);
}

static void
fake_finder_class_init (FakeFinderClass *klass)
{
    BW_FINDER_CLASS (klass)->start = start;
}

static void
fake_finder_init (FakeFinder *self)
{
}

BwFinder *
fake_finder_new (void)
{
    return g_object_new (fake_finder_get_type (), NULL);
}
