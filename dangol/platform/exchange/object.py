from dangol.platform.exchange.records.declared import commands, importers_of_objects
from dangol.platform.exchange.registry import page_of, register_source
from dangol.platform.objects.registry import register_import_page
from dangol.platform.ui import navigation

register_source(importers_of_objects)
register_import_page(page_of)
navigation.register_source("imports", commands=commands)
