from dangol.platform.exchange.records.declared import commands, importers_of_objects
from dangol.platform.exchange.registry import register_source
from dangol.platform.ui import navigation

register_source(importers_of_objects)
navigation.register_source("imports", commands=commands)
