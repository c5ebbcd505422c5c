"""XML written the same way each time, with the entry it stands at in a comment before its root."""

import re
from collections.abc import Mapping
from xml.etree.ElementTree import Element, SubElement, indent, tostring  # nosec: written, not read

from projections.views import View

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What may not stand in XML 1.0 at all."""


def element(parent: Element, name: str, text: object | None = None) -> Element:
    """A child of that name, with a text where one is given."""
    made = SubElement(parent, name)
    if text is not None:
        made.text = _NO_XML.sub("\ufffd", str(text))
    return made


def elements(parent: Element, told: Mapping[str, object | None]) -> None:
    """Children in their order; one of which nothing is known is left out."""
    for name, text in told.items():
        if text is not None:
            element(parent, name, text)


def document(root: Element, view: View) -> bytes:
    """The whole file. Nothing in it but what was given decides a byte of it."""
    indent(root)
    at = f"School {view.urn}, as at entry {view.entry} of its attendance ledger"
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<!-- {at} -->\n'
    return head.encode() + tostring(root, encoding="unicode").encode() + b"\n"
