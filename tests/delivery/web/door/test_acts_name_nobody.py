"""What refuses an act tells nobody who a pupil is whom they may not know of."""

import pytest

from tests.delivery.web.door.conftest import form_of

ACTS = {
    "record-payment": {"parent": "parent-1", "notice": 1, "amount": 80},
    "record-authority-check": {"parent": "parent-1", "answer": "yes"},
    "request-leave": {
        "asked_by": "parent-1",
        "first": "2024-09-10",
        "back": "2024-09-11",
        "reason": "A wedding",
    },
    "amend-mark": {"date": "2024-09-03", "half": "AM", "code": "I", "reason": "Ill"},
}


@pytest.mark.parametrize("act", ACTS)
def test_a_teacher_naming_a_pupil_of_another_class_is_told_what_of_one_there_is_not(signed_in, act):
    client = signed_in("teacher")
    told = set()
    for pupil in ("A102", "3", "Z999", "99", "B200"):
        answered = client.post(
            f"/api/100001/{act}", json={**ACTS[act], "pupil": pupil},
            headers={"Origin": "http://localhost"},
        )  # fmt: skip
        assert (answered.status_code, answered.json()["code"]) == (404, "unknown-pupil")
        told.add(answered.text.replace(pupil, "?"))
    assert len(told) == 1


def test_nor_by_a_form(signed_in):
    client = signed_in("teacher")
    form = form_of(client.get("/100001/do/request-leave?pupil=A100").text)
    for pupil in ("A102", "Z999"):
        sent = {**ACTS["request-leave"], "pupil": pupil, "confirmed": "yes", **form}
        answered = client.post("/100001/do/request-leave", data=sent)

        assert answered.status_code in (403, 404), answered.text
        assert "Madeup" not in answered.text


def test_of_their_own_class_they_are_told_more(signed_in):
    answered = signed_in("teacher").post(
        "/api/100001/record-payment", json={**ACTS["record-payment"], "pupil": "A101"},
        headers={"Origin": "http://localhost"},
    )  # fmt: skip
    assert answered.json()["code"] == "unknown-parent"
    assert "Ben Sample" in answered.text
