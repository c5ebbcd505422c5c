"""What is due, returns and support, typed."""

MARKS = "A100 /\nA101 N\n"
HEAD = ("--school", 100001, "--as", "head")
OFFICE = ("--school", 100001, "--as", "office")
AT = ("--school", 100001)


def register(trust) -> None:
    taken = trust("take-register", "4B", "--session", "AM", *HEAD, stdin=MARKS)
    assert taken.code == 0, taken.err


def test_what_is_due_is_told_in_the_order_of_what_to_do_first(trust):
    register(trust)
    found = trust("due", *AT)

    assert found.code == 0, found.err
    told = found.out
    assert told.index("Children nobody knows of (1)") < told.index("Registers not taken (1)")
    assert "Ben Sample (A101)" in told
    assert "2024-09-03 AM, 4A" in told


def test_check_says_by_its_exit_code_that_something_is_overdue(trust):
    assert trust("due", *AT, "--check").code == 0
    found = trust("due", *AT, "--on", "2024-09-04", "--check")

    assert found.code == 8
    assert "overdue." in found.err


def test_as_json_and_as_rows(trust):
    register(trust)
    answer = trust("due", *AT, "--json").document["answer"]
    lines = trust("due", *AT, "--csv").out.splitlines()

    assert answer["rows"][0]["kind"] == "unexplained absence"
    assert answer["rows"][0]["pupil"]["upn"] == "A101"
    assert lines[0].startswith("kind,state,what,about,upn,name,since,due")
    assert len(lines) == len(answer["rows"]) + 1


def test_as_of_an_earlier_entry(trust):
    register(trust)
    size = trust("due", *AT, "--json").document["asof"]["entry"]
    before = trust("due", *AT, "--on", "2024-09-03", "--asof", size - 5, "--json").document

    assert before["asof"]["entry"] == size - 5
    assert "unexplained absence" not in {row["kind"] for row in before["answer"]["rows"]}


def test_a_back_up_recorded_is_done_and_the_next_is_due_a_month_later(trust):
    first = trust("record-backup", "Safe", "--hash", "9f2c", *OFFICE)
    assert first.code == 0, first.err
    rows = trust("due", *AT, "--done", "--json").document["answer"]["rows"]

    backups = [(row["state"], row["due"]) for row in rows if row["kind"] == "back-up"]
    assert backups == [("due", "2024-10-03"), ("done", "2024-10-02")]


def test_a_return_on_the_schools_own_reason(trust):
    refused = trust("make-return", "attendance", "A100", *OFFICE)
    assert (refused.code, "own reason" in refused.err) == (5, True)
    done = trust("make-return", "attendance", "A100", "--reason", "Most Mondays", *OFFICE)
    assert done.code == 0, done.err
    assert trust("make-return", "holiday", "A100", *OFFICE).code == 2


def test_a_fact_about_a_pupil(trust):
    said = trust("record-pupil-fact", "A100", "EHC plan", "--starts", "2024-09-03", *OFFICE)

    assert said.code == 0, said.err


def test_support_from_its_beginning_to_its_end(trust):
    assert trust("support", *AT).code == 3
    begun = trust(
        "open-support", "attendance contract", "--pupil", "A100", "--about", "Mondays",
        "--parent", "parent-1", "--review", "2024-09-20", *HEAD,
    )  # fmt: skip
    assert begun.code == 0, begun.err
    assert trust("note-support", 1, "--note", "Going well", *HEAD).code == 0
    assert "review the attendance contract: Mondays" in trust("due", *AT).out
    assert trust("close-support", 1, "--outcome", "Kept", *HEAD).code == 0

    told = trust("support", "A100", *AT).out
    assert "1. attendance contract: Mondays, Ann Example (A100)" in told
    assert "2024-09-03: Kept" in told
    (row,) = trust("support", *AT, "--json").document["answer"]["rows"]
    assert (row["before"]["possible"], row["with_whom"]) == (0, ["Pat Example"])
    assert trust("support", *AT, "--csv").out.count("\n") == 2


def test_who_may_not_is_told_so(trust):
    asked = ("open-support", "training", "--about", "Codes", "--school", 100001, "--as", "teacher")

    assert trust(*asked).code == 7
