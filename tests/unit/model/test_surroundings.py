"""What no story decides is the same in each telling of it, and moves by nothing but acts."""

from shared.messaging import lanes, outbox, outbox_publisher, retries
from shared.messaging.lanes import lane_of
from tests.support.model.clock import Surroundings, same_surroundings
from tests.support.model.ids import Ids, Keys


def _shuffled(same: Surroundings) -> list[int]:
    order = list(range(12))
    same.chance.shuffle(order)
    return order


def test_each_telling_has_the_same_ids_order_and_time() -> None:
    same, seen = Surroundings(), list[object]()
    for schedule in (5, 5, 6):
        same.restart(schedule)
        seen.append((same.ids(), same.ids(), _shuffled(same), same.clock.monotonic()))
        same.clock.skip(61.0)
    assert seen[0] == seen[1]
    assert seen[0] != seen[2]


def test_delivery_asks_them() -> None:
    with same_surroundings() as same:
        same.restart(5)
        assert outbox_publisher.time.monotonic() == outbox_publisher.time.monotonic() == same.clock.monotonic()
        assert outbox.new_id() == Ids()()
        assert retries.pause_in_place(9) == 0
        order = list(range(12))
        lanes.random.shuffle(order)
    other = Surroundings()
    other.restart(5)
    assert order == _shuffled(other)


def test_ids_are_made_in_order_and_none_twice() -> None:
    ids = Ids()
    made = [ids() for _ in range(50)]
    assert made == sorted(set(made))
    assert {each.version for each in made} == {7}


def test_keys_lie_in_the_lane_that_is_asked_for_and_are_new() -> None:
    keys = Keys()
    made = [keys.next_in(lane) for lane in (0, 0, 5, 11)]
    assert [lane_of(str(key)) for key in made] == [0, 0, 5, 11]
    assert len(set(made)) == 4
    assert made == [again for keys in (Keys(),) for again in map(keys.next_in, (0, 0, 5, 11))]
