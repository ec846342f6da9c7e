"""What completions cost, and how their figures are drawn together."""

from __future__ import annotations

from dataclasses import dataclass, field

RAW_CEILING = 1_000  # raw commits/s beyond which the disk is no measure of a share any more


@dataclass(frozen=True, kw_only=True)
class Spent:
    """One completion: seconds, and counts.  `raw`: a raw commit directly after it."""

    cpu: float
    engine: float
    wall: float
    raw: float
    statements: int
    commits: int


@dataclass
class Figures:
    """All completions of one round."""

    all: list[Spent] = field(default_factory=list)

    def _mean(self, name: str) -> float:
        return sum(getattr(one, name) for one in self.all) / len(self.all)

    @property
    def cpu_ms(self) -> float:
        return self._mean("cpu") * 1000

    @property
    def engine_cpu_ms(self) -> float:
        return self._mean("engine") * 1000

    @property
    def statements(self) -> int:
        """Of the dearest completion."""
        return max(one.statements for one in self.all)

    @property
    def commits(self) -> int:
        return max(one.commits for one in self.all)

    @property
    def share_of_raw_plain(self) -> float:
        """Completions/s : raw commits/s."""
        return self._mean("raw") / self._mean("wall")

    @property
    def share_of_raw(self) -> float:
        """The same against at most 1,000 raw commits/s."""
        return max(self._mean("raw"), 1 / RAW_CEILING) / self._mean("wall")

    def as_json(self) -> dict[str, float]:
        return {
            "engine_cpu_ms": round(self.engine_cpu_ms, 3),
            "cpu_ms": round(self.cpu_ms, 3),
            "statements": self.statements,
            "commits": self.commits,
            "share_of_raw": round(self.share_of_raw, 3),
            "share_of_raw_plain": round(self.share_of_raw_plain, 3),
            "completions_per_second": round(1 / self._mean("wall"), 1),
        }
