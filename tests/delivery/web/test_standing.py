"""Answers say where they stand; acts can be made to depend on it; lists come by entry."""

import pytest

from tests.delivery.web.test_api import API, MARK

AMENDING = {**MARK, "code": "M", "reason": "A letter"}


def test_an_answer_is_not_sent_again_to_whoever_has_it(reading):
    first = reading.get(f"{API}/register", params={"class": "4B"})
    tag = first.headers["etag"]

    again = reading.get(f"{API}/register", params={"class": "4B"}, headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert tag.startswith('"14-')
    other = reading.get(f"{API}/register", params={"class": "4A"}, headers={"If-None-Match": tag})
    assert other.status_code in {200, 404}


def test_an_act_is_done_only_if_what_it_stands_on_is_as_it_was_seen(web, desk):
    seen = web.get(f"{API}/explain-mark", params=MARK).headers["etag"]
    assert web.post(f"{API}/amend-mark", json={**AMENDING, "code": "C"}).status_code == 200
    size = desk.ledger(100001).size()

    refused = web.post(f"{API}/amend-mark", json=AMENDING, headers={"If-Match": seen})

    assert (refused.status_code, refused.json()["code"]) == (412, "conflict")
    assert "amend-mark by Olive Office" in refused.json()["detail"]
    assert desk.ledger(100001).size() == size
    now = web.get(f"{API}/explain-mark", params=MARK).headers["etag"]
    assert (
        web.post(f"{API}/amend-mark", json=AMENDING, headers={"If-Match": now}).status_code == 200
    )


def test_what_came_elsewhere_in_the_school_is_no_hindrance(web):
    taking = {"group": "4A", "session": "AM", "date": "2024-09-03", "lines": ["A102 I"]}
    assert web.post(f"{API}/take-register", json=taking).status_code == 200

    done = web.post(f"{API}/amend-mark", json=AMENDING, headers={"If-Match": '"14"'})

    assert done.status_code == 200


def test_the_same_key_again_is_the_receipt_whatever_was_seen(web):
    headers = {"If-Match": "14", "Idempotency-Key": "k"}
    first = web.post(f"{API}/amend-mark", json=AMENDING, headers=headers)
    again = web.post(f"{API}/amend-mark", json=AMENDING, headers=headers)

    assert (first.status_code, again.status_code) == (200, 200)
    assert again.json()["receipts"][0]["receipt"]["repeated"]


@pytest.mark.parametrize("tag", ["soon", '"14-zz"', "-1", '"99999"'])
def test_a_tag_that_is_none_is_said(web, tag):
    answered = web.post(f"{API}/amend-mark", json=AMENDING, headers={"If-Match": tag})

    assert (answered.status_code, answered.json()["code"]) == (400, "usage")
    assert "If-Match" in answered.json()["detail"]


def test_a_list_of_entries_comes_in_stretches(web):
    for code in ("M", "C", "I"):
        amending = {**AMENDING, "code": code}
        assert web.post(f"{API}/amend-mark", json=amending).status_code == 200
    whole = web.get(f"{API}/audit/completeness").json()["answer"]["rows"]
    address, found = f"{API}/audit/completeness?limit=3", []
    while address:
        answered = web.get(address)
        found += answered.json()["answer"]["rows"]
        link = answered.headers.get("link", "")
        address = link.partition(">")[0].removeprefix("<")

    assert len(whole) == 4
    assert found == sorted(whole, key=lambda row: row["entry"])
    last = web.get(f"{API}/audit/completeness", params={"after": found[-1]["entry"]}).json()
    assert (last["answer"]["rows"], last["page"]["more"]) == ([], False)
    assert web.get(f"{API}/audit/completeness", params={"limit": 0}).status_code == 400
    assert web.get(f"{API}/rates", params={"limit": 3}).status_code == 400
