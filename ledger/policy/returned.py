"""What a return to the local authority may say of a pupil: a policy's list of these."""

from typing import Literal

Particular = Literal["name", "address", "parents", "other parents", "telephone", "born", "UPN"]
"""
``parents`` are those the pupil lives with, with their addresses, ``address`` the addresses alone;
``telephone`` is that of the parents who are named.
"""
