from django.utils.translation import gettext_lazy as _

from dangol.platform.exchange.mappings import mappings_naming, options_of, write_options
from dangol.platform.exchange.records.declared import commands, importers_of_objects
from dangol.platform.exchange.registry import page_of, register_source
from dangol.platform.objects.pick_lists.places import Place, register_place
from dangol.platform.objects.registry import register_import_page
from dangol.platform.ui import navigation

register_source(importers_of_objects)
register_import_page(page_of)
navigation.register_source("imports", commands=commands)
register_place(Place("mappings", _("Mappings of imports"), mappings_naming, options_of, write_options))
