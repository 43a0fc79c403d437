from services.portal.clients.api import Page, View
from services.portal.clients.operations.everywhere import SERVICES
from services.portal.pages.operations.stuck import lines, together
from shared.contracts.topics import TOPICS, owner


class Thing(View):
    name: str


def a_page(*names: str, more: bool = False) -> Page[Thing]:
    return Page[Thing](items=[Thing(name=name) for name in names], next="cursor" if more else None)


def test_every_service_that_announces_is_asked() -> None:
    assert set(SERVICES) == {owner(topic.name) for topic in TOPICS}


def test_lists_of_all_say_whose_each_entry_is_whose_goes_on_and_who_is_away() -> None:
    found = together({"enrolment": a_page("a", "b", more=True), "coaching": None, "talent": a_page("c")})
    assert [(service, item.name) for service, item in found.items] == [
        ("enrolment", "a"),
        ("enrolment", "b"),
        ("talent", "c"),
    ]
    assert (found.more, found.away, found.next) == (["enrolment"], ["coaching"], None)


def test_a_file_says_which_service_each_entry_is_of_and_which_is_away() -> None:
    answers = {"enrolment": [Thing(name="a"), Thing(name="b")], "coaching": None, "talent": list[Thing]()}
    assert list(lines(answers, lambda thing: (thing.name, 1))) == [
        ("enrolment", "a", 1),
        ("enrolment", "b", 1),
        ("coaching", "Does not answer"),
    ]
