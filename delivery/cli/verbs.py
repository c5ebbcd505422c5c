"""Where each verb is, so that a call imports the one it names and no other."""

from collections.abc import Iterable
from importlib import import_module

from delivery.cli.app import app

OF = {
    "setting_up": ("init",),
    "taking_in": ("import",),
    "folders": ("watch",),
    "acting": (
        "take-register",
        "amend-mark",
        "declare-closure",
        "withdraw-closure",
        "adopt-policy",
        "delegate",
    ),
    "penalty_acts": (
        "record-awareness",
        "consider-penalty-notice",
        "record-authority-check",
        "issue-penalty-notice",
        "record-copy-to-authority",
    ),
    "penalty_after": (
        "record-service",
        "record-payment",
        "withdraw-penalty-notice",
        "record-prosecution",
        "disclose-earlier-notice",
    ),
    "improving": (
        "issue-notice-to-improve",
        "record-improvement",
        "conclude-notice-to-improve",
    ),
    "absence": (
        "report-absence",
        "record-contact",
        "escalate-absence",
        "decide-absence",
        "resolve-unexplained",
    ),
    "illness": (
        "request-evidence",
        "record-evidence",
        "judge-evidence",
        "notify-parent",
        "refuse-illness",
        "require-evidence",
        "lift-evidence-requirement",
        "record-lateness-meeting",
    ),
    "leave": (
        "request-leave",
        "consult-on-leave",
        "withdraw-leave",
        "agree-part-time-timetable",
    ),
    "deciding": ("grant-leave", "refuse-leave"),
    "due": ("due", "make-return", "record-backup", "record-pupil-fact"),
    "keeping": (
        "retention",
        "hold",
        "request-disposal",
        "approve-disposal",
        "dispose-of-entries",
        "place-hold",
        "release-hold",
        "redact",
        "request-erasure",
    ),
    "backing_up": ("backup", "restore", "export-ledger", "import-ledger"),
    "directory": ("directory",),
    "supporting": ("support", "open-support", "note-support", "close-support"),
    "questions": ("explain-mark", "register", "rates"),
    "leaves": ("explain-leave", "leave", "contradictions"),
    "penalties": ("penalty",),
    "watching": ("registers-not-taken", "audit"),
    "disputes": ("diff", "whatif"),
    "letters": ("letter", "letters"),
    "absences": ("unexplained", "absences", "evidence", "lateness", "patterns", "last-seen"),
    "serving": ("serve",),
    "accounts": ("account",),
    "packing": ("pack",),
    "exporting": ("export",),
    "dashboards": ("star", "publish"),
    "moving": ("elsewhere",),
    "disclosing": ("disclose",),
    "sealing": ("key", "seal", "prove", "witness"),
    "verifying": ("verify",),
    "upkeep": ("policy", "rebuild", "doctor", "roles", "demo"),
}
"""The modules of this package in the order in which help lists their verbs."""


def load(typed: Iterable[str] = ()) -> None:
    """Import the modules of the verbs among the words typed; all where there is none."""
    words = set(typed)
    named = [module for module, verbs in OF.items() if words.intersection(verbs)]
    for module in named or OF:
        import_module(f"delivery.cli.{module}")
    order = {f"delivery.cli.{module}": place for place, module in enumerate(OF)}
    app.registered_commands.sort(key=lambda verb: order[str(verb.callback.__module__)])
