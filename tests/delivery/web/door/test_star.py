"""The star over HTTP: whoever counts gets it under pseudonyms of their own, and no name at all."""

import csv
import io

import duckdb
import pytest

from delivery.dashboards import TABLES
from projections.star_shape import shape
from tests.delivery.web.door.conftest import HERE, account
from tests.delivery.web.door.test_who_sees_what import NAMES

pytestmark = pytest.mark.slow
STAR = "/api/100001/star"
PUPILS, CSV = "v1_dim_pupil", {"format": "csv"}


def asked(client, table, **more):
    return client.get(STAR, params={"table": table} | more)


@pytest.fixture(autouse=True)
def keys(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("ATTENDANCE_KEYS", str(tmp_path_factory.getbasetemp() / "keys-of-the-door"))


def pupils(client, **more):
    told = asked(client, "v1_dim_pupil", **more).json()["answer"]
    at = [one["name"] for one in told["columns"]].index("pupil")
    return {row[at] for row in told["rows"]}


def test_no_name_reaches_whoever_only_counts(signed_in):
    client = signed_in("bi")
    for table in TABLES:
        answer = asked(client, table)
        if table == "v1_dim_pupil_named":
            assert answer.status_code == 400
        else:
            assert answer.status_code == 200, answer.text
        assert not [one for one in (*NAMES, "rang", "officer") if f'"{one}' in answer.text], table
        assert asked(client, table, names=True).status_code == 403


def test_they_get_pseudonyms_of_their_own_whatever_they_ask_for(signed_in, door):
    if door.accounts.find("bi-2") is None:
        account(door.accounts, "bi-2", roles=("bi",), schools=HERE)
    first, second = signed_in("bi"), signed_in("bi-2")

    mine = pupils(first)
    assert all(len(one) == 32 for one in mine)
    assert pupils(first, **{"for": "trust-bi"}) == mine
    assert not pupils(second) & mine


def test_a_file_for_whoever_only_counts_has_their_pseudonyms_and_no_name(signed_in):
    client = signed_in("bi")
    address = "/api/100001/export/star"
    mine = {row["pupil"] for row in rows(client.get(address, params=CSV | {"table": PUPILS}))}

    assert mine == pupils(client)
    history = rows(client.get(address, params=CSV | {"table": "v1_fact_mark_history"}))
    assert {row["reason"] for row in history} == {""}
    assert client.get(address, params=CSV | {"table": PUPILS, "names": True}).status_code == 403
    assert client.get("/api/100001/export/marks").status_code == 403


def test_parquet_over_http_has_its_columns_also_without_rows(signed_in, tmp_path):
    asked = {"table": "v1_fact_mark_current", "from": "2030-01-01"}
    answer = signed_in("head").get("/api/100001/export/star", params=asked)

    assert (answer.status_code, answer.headers["content-type"]) == (
        200, "application/vnd.apache.parquet",
    )  # fmt: skip
    (tmp_path / "none.parquet").write_bytes(answer.content)
    found = duckdb.sql(f"SELECT * FROM '{tmp_path}/none.parquet'")
    assert (found.columns, found.fetchall()) == (list(shape("v1_fact_mark_current").names), [])
    assert 'filename="v1_fact_mark_current-100001-' in answer.headers["content-disposition"]


def rows(answer):
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_names_are_for_those_who_see_them(signed_in):
    head = signed_in("head")

    assert "Example" in asked(head, "v1_dim_pupil_named", names=True).text
    assert "Example" not in asked(head, "v1_fact_mark_history").text
    assert asked(signed_in("teacher"), "v1_dim_pupil").status_code == 403


def test_its_windows_over_http(signed_in):
    head = signed_in("head")
    none = asked(head, "v1_fact_mark_current", **{"from": "2030-01-01"})
    entry = none.json()["asof"]["entry"]

    assert none.json()["answer"]["rows"] == []
    assert asked(head, "v1_fact_mark_current", changed_since=entry).json()["answer"]["rows"] == []
    (ann,) = asked(head, "v1_fact_mark_current", changed_since=entry - 1).json()["answer"]["rows"]
    assert ann[3] == 1
    assert asked(head, "v1_nothing").status_code == 400
    assert none.headers["etag"].startswith(f'"{entry}-')
