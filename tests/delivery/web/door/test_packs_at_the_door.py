"""Who may have an evidence pack, for which reader, over HTTP; and that it is kept as read."""

import pytest

from delivery.web.door.readings import Readings

pytestmark = pytest.mark.slow
DAYS = {"from": "2024-09-02", "to": "2024-09-03"}
PACK = "/api/100001/pack.zip"
MAY = [
    ("office", "court", 200),
    ("head", "auditor", 200),
    ("authority", "authority", 200),
    ("authority", "auditor", 403),
    ("authority", "parent", 403),
    ("teacher", "authority", 403),
    ("bi", "authority", 403),
]


@pytest.mark.parametrize(("who", "profile", "status"), MAY)
def test_a_pack_is_had_by_those_who_see_cases(signed_in, who: str, profile: str, status: int):
    client = signed_in(who)
    said = {"pupil": "A100", "profile": profile, **DAYS}

    assert client.get(PACK, params=said).status_code == status
    page = client.get("/100001/pupils/A100/pack", params={**said, "as": "zip"})
    assert page.status_code == (status if who != "teacher" else 403)


def test_a_pupil_that_is_not_named_to_an_authority_is_not_there(signed_in):
    answered = signed_in("authority").get(PACK, params={"pupil": "A101", **DAYS})

    assert (answered.status_code, answered.json()["code"]) == (404, "unknown-pupil")
    assert "Example" not in answered.text


def test_an_authority_is_offered_the_pack_it_may_have(signed_in):
    page = signed_in("authority").get("/100001/pupils/A100/pack").text

    assert '<option value="authority"' in page
    assert '<option value="auditor"' not in page


def test_a_pack_is_kept_as_read_once(signed_in, door):
    before = len(Readings(door.book).of(100001, 0, 2**40))
    client = signed_in("office")
    client.get(PACK, params={"pupil": "A100", **DAYS})
    client.get("/100001/pupils/A100/pack", params={"profile": "court", **DAYS})

    found = Readings(door.book).of(100001, 0, 2**40)[before:]
    assert [(one.pupil, one.what) for one in found] == [
        (1, "pack"),
        (1, "page /{school}/pupils/{pupil}/pack"),
    ]


def test_a_token_for_other_questions_has_no_pack(door, browser):
    account = door.accounts.add(
        "packer", staff="office", roles=(), schools=frozenset({100001}), now=0, password=False
    )
    assert account is None
    client = browser()
    for only, status in ((("rates",), 403), (("pack",), 200), (None, 200)):
        token = door.sessions.token("packer", only, door.now(), 1)
        told = client.get(
            PACK, params={"pupil": "A100", **DAYS}, headers={"Authorization": f"Bearer {token}"}
        )
        assert told.status_code == status, told.text[:300]
