"""A call that was typed wrongly: not a refusal of the register, and no bug of ours."""


class Usage(Exception):
    """What was typed cannot be meant so; the sentence says what to type instead."""

    code = "usage"
