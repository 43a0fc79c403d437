"""A suspect and witnesses are tried in turns, until it was refused several times right after a witness was taken."""

from shared.messaging.suspects import PROOFS, Suspect


def test_a_witness_is_asked_before_the_suspect_is_tried_again() -> None:
    suspect = Suspect(7)
    assert suspect.barred == [7]
    suspect.call(9)
    suspect.hear(taken=False)
    assert suspect.barred == []


def test_refusals_prove_nothing_however_many_there_are() -> None:
    suspect = Suspect(7)
    for witness in range(9, 20):
        suspect.call(witness)
        suspect.hear(taken=False)
        assert not suspect.refused_again()


def test_a_witness_that_is_refused_is_followed_by_one_of_another_key() -> None:
    suspect = Suspect(7)
    for witness in (9, 12):
        suspect.call(witness)
        suspect.hear(taken=False)
        suspect.refused_again()
    assert sorted(suspect.barred) == [7, 9, 12]


def test_when_all_were_refused_all_are_asked_anew_and_meanwhile_the_suspect_is_tried() -> None:
    suspect = Suspect(7)
    suspect.call(9)
    suspect.hear(taken=False)
    suspect.refused_again()
    suspect.call(None)
    assert suspect.barred == []
    assert not suspect.refused_again()
    assert suspect.barred == [7]


def heard(suspect: Suspect, *, taken: bool) -> bool:
    """A witness, and the suspect refused after it; whether that proves it guilty."""
    suspect.call(9)
    suspect.hear(taken=taken)
    assert suspect.barred == []
    return suspect.refused_again()


def test_so_many_refusals_each_after_a_witness_was_taken_are_proof() -> None:
    suspect = Suspect(7)
    assert [heard(suspect, taken=True) for _ in range(PROOFS)] == [False] * (PROOFS - 1) + [True]


def test_a_broker_that_refuses_a_witness_or_fails_for_the_moment_has_proven_nothing_so_far() -> None:
    suspect = Suspect(7)
    for trouble in (lambda: heard(suspect, taken=False), suspect.doubt_all):
        assert not any(heard(suspect, taken=True) for _ in range(PROOFS - 1))
        trouble()
    assert not heard(suspect, taken=True)


def test_a_witness_that_failed_for_the_moment_is_asked_for_again() -> None:
    suspect = Suspect(7)
    suspect.call(9)
    assert suspect.barred == [7]
