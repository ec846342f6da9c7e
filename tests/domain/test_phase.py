"""In which phase a system is."""

from __future__ import annotations

import pytest

from engine.domain.phase import Phase, phase_of


@pytest.mark.parametrize(
    ("running", "is_operating", "phase"),
    [
        pytest.param(set(), False, Phase.BEFORE, id="nothing"),
        pytest.param({"rehearsal"}, False, Phase.BEFORE, id="other work alone"),
        pytest.param({"monitoring"}, True, Phase.OPERATING, id="in operation"),
        pytest.param({"business_improvement"}, True, Phase.IMPROVING, id="an improvement"),
        pytest.param(
            {"business_improvement", "improvement_decision"}, True, Phase.RENEWING, id="a renewal"
        ),
        pytest.param({"go_live_preparation"}, True, Phase.PREPARING, id="the next go-live"),
    ],
)
def test_the_phase_follows_from_what_runs(
    running: set[str], is_operating: bool, phase: Phase
) -> None:
    assert phase_of(running, is_operating=is_operating) is phase


def test_a_system_whose_last_day_has_passed_is_no_longer_in_operation() -> None:
    assert phase_of({"monitoring"}, is_operating=True, has_ended=True) is Phase.ENDED
