"""A member that has records to read and reads none is stuck; nothing else is."""

from shared.messaging.progress import STALLED_SECONDS, Progress

SOON, LATE = STALLED_SECONDS - 1, STALLED_SECONDS


def test_a_member_that_reads_nothing_of_what_there_is_is_stuck_after_half_a_minute() -> None:
    progress = Progress()
    assert not progress.stalled(7, busy=False, now=0)
    assert not progress.stalled(7, busy=False, now=SOON)
    assert progress.stalled(7, busy=False, now=LATE)


def test_reading_starts_the_time_anew() -> None:
    progress = Progress()
    progress.stalled(7, busy=False, now=0)
    progress.note()
    assert not progress.stalled(7, busy=False, now=SOON)
    assert not progress.stalled(7, busy=False, now=LATE)


def test_a_spare_member_a_busy_one_and_one_without_kafka_are_well() -> None:
    for behind, busy in ((0, False), (7, True), (None, False)):
        progress = Progress()
        assert not progress.stalled(behind, busy=busy, now=0)
        assert not progress.stalled(behind, busy=busy, now=LATE)
