"""Reading for messages: the fields of receivers, the sender, previews, and what the pages of writers show."""

from dangol.collaborative.channels.writing.queries.catalogue import (
    merge_fields,
    merge_values,
    register_merge_field,
    register_merge_fields,
)
from dangol.collaborative.channels.writing.queries.editing import Editor, editor, findings_of, fixed, made_text
from dangol.collaborative.channels.writing.queries.previewing import (
    Preview,
    PreviewPart,
    Source,
    errors_of,
    preview,
    preview_part,
    register_source,
    source_of,
)
from dangol.collaborative.channels.writing.queries.sending import home_country, sender
from dangol.collaborative.channels.writing.queries.telling import Told, tell, told

__all__ = [
    "Editor", "Preview", "PreviewPart", "Source", "Told", "editor", "errors_of", "findings_of", "fixed", "home_country",
    "made_text", "merge_fields", "merge_values", "preview", "preview_part", "register_merge_field",
    "register_merge_fields", "register_source", "sender", "source_of", "tell", "told",
]  # fmt: skip
