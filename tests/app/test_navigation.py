from iamtui.browsing.navigation import Place, Visits

A, B, C = Place("a"), Place("b"), Place("c")


def test_back_and_forward_go_along_what_was_visited() -> None:
    visits = Visits()
    for place in (A, B, C):
        visits.visit(place)
    assert [visits.step(-1), visits.step(-1), visits.step(-1)] == [B, A, None]
    assert [visits.step(1), visits.current] == [B, B]


def test_going_elsewhere_forgets_what_was_forward() -> None:
    visits = Visits()
    visits.visit(A)
    visits.visit(B)
    visits.step(-1)
    visits.visit(C)
    assert visits.step(1) is None
    assert visits.step(-1) == A


def test_places_that_the_cursor_passes_leave_only_the_last() -> None:
    visits = Visits()
    visits.visit(A, passing=True)
    visits.visit(B, passing=True)
    visits.visit(B)
    visits.visit(C)
    assert visits.step(-1) == B
    assert visits.step(-1) is None


def test_a_place_that_was_opened_is_not_replaced_by_one_that_is_passed() -> None:
    visits = Visits()
    visits.visit(A)
    visits.visit(B, passing=True)
    assert visits.step(-1) == A


def test_the_same_place_twice_is_one_visit() -> None:
    visits = Visits()
    visits.visit(A)
    visits.visit(A)
    assert visits.step(-1) is None


def test_very_many_visits_keep_the_latest() -> None:
    visits = Visits()
    for number in range(1200):
        visits.visit(Place(str(number)))
    assert visits.current == Place("1199")
    steps = 0
    while visits.step(-1):
        steps += 1
    assert steps == 499
