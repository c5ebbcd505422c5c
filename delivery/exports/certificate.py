"""A certificate of a pupil's attendance, above the register that it certifies."""

import datetime as dt

from delivery.documents.register import certificate_pdf
from delivery.exports.made import PDF, Export, named
from delivery.registers import register_as_known
from ledger.roll import Pupil
from projections.views import View

_NOTES = ("It certifies nothing until the head teacher has signed it.",)


def certificate(view: View, pupil: Pupil, first: dt.date, last: dt.date) -> Export:
    """
    The certificate and the register with its amendments, as at the view's entry, as a PDF.

    Reference: Education Act 1996 s. 566; SI 2024/208 reg. 6(2).
    """
    found = register_as_known(view, first, last, pupil=pupil, to_print=True)
    body = certificate_pdf(view, found, pupil) if found.lines else b""
    name = named(f"certificate-{pupil.id}", view, "pdf")
    return Export(name, PDF, body, len(found.lines), _NOTES if found.lines else ())
