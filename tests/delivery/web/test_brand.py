"""A trust's own name, colour and logo: shown to its schools, and refused where hard to read."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from delivery.bootstrap import Desk
from delivery.usage import Usage
from delivery.web.app import application
from delivery.web.brand import brand_for, brands_of, check_colour, contrast

LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle r="4"/></svg>'
FILE = """
[[brands]]
trust = "Little Trust"
name = "The Little Learning Trust"
colour = "#5b2a5e"
logo = "logo.svg"

[[brands]]
colour = "#12436D"
"""


def written(folder: Path, text: str = FILE, logo: str | bytes = LOGO) -> Path:
    file = folder / "brand.toml"
    file.write_text(text)
    drawn = logo.encode() if isinstance(logo, str) else logo
    (folder / "logo.svg").write_bytes(drawn)
    return file


@pytest.mark.parametrize(
    ("colour", "least"),
    [("#000000", 21.0), ("#ffffff", 1.0), ("#777777", 4.47), ("#767676", 4.54), ("#0000ff", 8.59)],
)
def test_contrast_is_as_the_guidelines_work_it_out(colour: str, least: float):
    """Known figures of WCAG's own examples and tools."""
    assert abs(contrast(colour, "#ffffff") - least) < 0.01
    assert contrast(colour, "#ffffff") == contrast("#ffffff", colour)


def test_a_colour_is_refused_from_the_first_shade_that_is_too_light():
    check_colour("#767676")
    with pytest.raises(Usage, match=r"contrast of 4\.48 to 1; it must have 4\.5.*darker"):
        check_colour("#777777")
    with pytest.raises(Usage, match=r"blue of GOV\.UK"):
        check_colour("#1D70B8")


def test_the_pages_of_a_trust_are_headed_as_it_says(desk: Desk, folder: Path):
    brands = brands_of(written(folder))
    trust = TestClient(application(desk, "office"), base_url="http://localhost")
    its_name = trust.get("/100001/today").text.partition('class="brand"')[2][:200]
    known = its_name.partition("<span>")[2].partition("<small>")[0]
    mine = [one.model_copy(update={"trust": known}) if one.trust else one for one in brands]
    made = application(desk, "office", brands=mine)
    web = TestClient(made, base_url="http://localhost")

    page = web.get("/100001/today").text

    assert "The Little Learning Trust" in page
    assert 'href="/brand/1/colour.css"' in page
    assert 'src="/brand/1/logo"' in page
    assert web.get("/brand/1/colour.css").text == ":root { --trust: #5b2a5e; }\n"
    logo = web.get("/brand/1/logo")
    assert (logo.headers["content-type"], logo.text) == ("image/svg+xml", LOGO)
    first = web.get("/").text  # of every trust: headed as everybody is
    assert 'href="/brand/2/colour.css"' in first
    assert "Little Learning" not in first
    for address in ("/brand/2/logo", "/brand/3/colour.css", "/brand/1/x", "/brand/x/logo"):
        assert web.get(address).status_code in {400, 404}


def test_whoever_has_no_brand_has_none(reading: TestClient, folder: Path):
    assert "/brand/" not in reading.get("/100001/today").text
    brands = brands_of(written(folder, '[[brands]]\ntrust = "A"\nname = "The A"\n'))
    assert brand_for(brands, "B") is None
    assert brand_for(brands, None) is None


OFF = [
    ('[[brands]]\ncolour = "#ffdd00"\n', LOGO, "contrast of 1.35 to 1"),
    ('[[brands]]\ncolour = "red"\n', LOGO, "colour: String should match"),
    ('[[brands]]\ncolor = "#000000"\n', LOGO, "color: Extra inputs"),
    ('brand = "x"\n', LOGO, r"write \[\[brands\]\]"),
    ("[[brands]\n", LOGO, "cannot be read"),
    ('[[brands]]\nname = "A"\n[[brands]]\nname = "B"\n', LOGO, "two brands"),
    ('[[brands]]\nlogo = "none.svg"\n', LOGO, "logo none.svg cannot be read"),
    ('[[brands]]\nlogo = "logo.svg"\n', b"\x89PNG\r\n\x1a\n", "neither an SVG nor a PNG"),
    ('[[brands]]\nlogo = "brand.toml"\n', LOGO, "neither an SVG nor a PNG"),
    ('[[brands]]\nlogo = "logo.svg"\n', "<svg><script>1</script></svg>", "holds a script"),
    ('[[brands]]\nlogo = "logo.svg"\n', '<svg ONLOAD="x()"/>', "holds a script"),
    ('[[brands]]\nlogo = "logo.svg"\n', "<svg>" + " " * 200_001, "200,000 are the most"),
]


@pytest.mark.parametrize(("text", "logo", "told"), OFF, ids=[one[2][:20] for one in OFF])
def test_what_is_off_in_the_file_is_said(folder: Path, text: str, logo: str, told: str):
    with pytest.raises(Usage, match=told):
        brands_of(written(folder, text, logo))


def test_serving_refuses_a_colour_nobody_can_read(trust, folder: Path):
    written(folder, '[[brands]]\ncolour = "#ffdd00"\n')

    asked = trust("serve", "--port", "0", "--brand", str(folder / "brand.toml"))

    assert asked.code == 2
