"""No meaning hangs on colour alone: each way of counting has a form of its own, and a letter."""

import re
from itertools import combinations
from pathlib import Path

import pytest

from delivery.web import app
from delivery.web.brand import contrast, luminance
from delivery.web.looks import LOOKS

CSS = (Path(app.__file__).parent / "static" / "ledger.css").read_text()
COLOURS = dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6})", CSS))


def rule(selector: str) -> dict[str, str]:
    """The declarations of a selector, the colours of variables filled in."""
    found: dict[str, str] = {}
    for names, body in re.findall(r"([^{}]+)\{([^{}]*)\}", CSS.partition("@media")[0]):
        if selector in [one.strip() for one in names.split(",")]:
            for name, value in re.findall(r"([a-z-]+):\s*([^;]+)", body):
                filled = re.sub(r"var\(--([a-z]+)\)", lambda one: COLOURS[one[1]], value.strip())
                found[name] = re.sub(r"#([0-9a-f])([0-9a-f])([0-9a-f])\b(?![0-9a-f])",
                                     r"#\1\1\2\2\3\3", filled)  # fmt: skip
    assert found, selector
    return found


def form(look: str) -> tuple[str, ...]:
    """What is left of a mark without its colours: its ground (light, dark, hatched), its edge."""
    said = rule(f".mk.{look}")
    ground = said.get("background", "none")
    if "gradient" in ground:
        ground = "hatched " + re.findall(r"(\d+)deg", ground)[0]
    elif ground.startswith("#"):
        ground = "light" if luminance(ground) > 0.4 else "dark"
    edges = f"{said.get('border', '')} {said.get('border-left', '')}"
    edge = re.sub(r"#[0-9a-f]+", "", edges).strip()
    return ground, edge, "edged" * ("border-color" in said), said.get("border-radius", "")


def test_every_look_has_a_form_of_its_own():
    forms = {look: form(look) for look in LOOKS}

    assert len(set(forms.values())) == len(LOOKS), forms


@pytest.mark.parametrize("look", LOOKS)
def test_a_mark_s_letter_is_read_on_its_ground(look: str):
    said = rule(f".mk.{look}")
    grounds = re.findall(r"#[0-9a-f]{6}", said.get("background", "#ffffff"))

    for ground in grounds:
        assert contrast(said["color"], ground) >= 4.5, (look, ground)


@pytest.mark.parametrize(("one", "other"), combinations(LOOKS, 2), ids=lambda one: one)
def test_boxes_of_the_year_differ_in_light_or_edge(one: str, other: str):
    """For who sees no colour: a third lighter or darker within, or another edge."""
    first, second = (rule(f".y-{look}") for look in (one, other))
    ground = contrast(first["fill"], second["fill"])
    edge = contrast(first.get("stroke", first["fill"]), second.get("stroke", second["fill"]))
    dashes = first.get("stroke-dasharray") != second.get("stroke-dasharray")

    assert ground >= 1.35 or edge >= 1.35 or dashes, (one, other, ground, edge)
