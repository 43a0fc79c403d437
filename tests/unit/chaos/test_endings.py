from tests.chaos.endings import GIVEN_UP, Endings, none_gave_up

OURS = ("talent", "talent-consumer")


def ended(*seen: tuple[str, int]) -> Endings:
    endings = Endings()
    for name, code in seen:
        endings.part_died(name, code, 0.5)
    return endings


def test_whom_we_killed_gave_up_nothing_and_is_counted() -> None:
    found = none_gave_up(ended(("talent", -9), ("talent-consumer", -9), ("talent", 0)), OURS)
    assert (found.checked, found.violations) == (3, [])


def test_who_gave_up_is_found_however_seldom() -> None:
    assert none_gave_up(ended(("talent", -9), ("talent-consumer", GIVEN_UP)), OURS).violations


def test_what_is_not_ours_is_not_counted() -> None:
    found = none_gave_up(ended(("kafka-2", GIVEN_UP), ("postgres", 1)), OURS)
    assert (found.checked, found.violations) == (0, [])
