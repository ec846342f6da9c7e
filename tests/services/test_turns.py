"""Turns: one thread at a time, first come first, no longer than asked."""

from __future__ import annotations

from threading import Event, Thread

from engine.services.turns import Turns


def in_thread(call) -> Thread:
    thread = Thread(target=call)
    thread.start()
    return thread


def test_a_turn_belongs_to_one_thread_which_may_enter_again() -> None:
    turns = Turns()
    seen: list[bool] = []

    turns.try_enter("i1")
    again = turns.try_enter("i1")
    in_thread(lambda: seen.append(turns.try_enter("i1"))).join()
    in_thread(lambda: seen.append(turns.try_enter("i2"))).join()

    assert again is True
    assert seen == [False, True]


def test_it_is_free_when_the_thread_has_left_as_often_as_it_entered() -> None:
    turns = Turns()
    seen: list[bool] = []
    turns.try_enter("i1")
    turns.try_enter("i1")

    turns.leave("i1")
    in_thread(lambda: seen.append(turns.try_enter("i1"))).join()
    turns.leave("i1")
    in_thread(lambda: seen.append(turns.try_enter("i1"))).join()

    assert seen == [False, True]


def test_those_who_wait_come_in_the_order_they_came() -> None:
    turns = Turns()
    order: list[int] = []
    turns.try_enter("i1")

    def wait(number: int, begun: Event) -> None:
        begun.set()
        turns.enter("i1", 30)
        order.append(number)
        turns.leave("i1")

    threads = []
    for number in range(5):
        begun = Event()
        threads.append(in_thread(lambda n=number, b=begun: wait(n, b)))
        begun.wait()
        while turns.waiting("i1") <= number:
            pass
    turns.leave("i1")
    for thread in threads:
        thread.join()

    assert order == [0, 1, 2, 3, 4]


def test_who_waits_too_long_goes_without_and_leaves_the_line() -> None:
    turns = Turns()
    seen: list[bool] = []
    turns.try_enter("i1")

    in_thread(lambda: seen.append(turns.enter("i1", 0.01))).join()
    turns.leave("i1")
    in_thread(lambda: seen.append(turns.try_enter("i1"))).join()

    assert seen == [False, True]
