"""A year of two systems, written down by hand: figures, judgements, and the days of the calendar.

A figure is None where nobody gives one.  D13: 100 % and more 達成, 90 % 注意, 50 % 未達, below it
著しく低い; the rate of what should be low is target / figure.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

MET, NEAR, MISSED, FAR, NONE = "達成", "注意", "未達", "著しく低い", "未収集"
PERIODS = (
    *(f"2026年{month}月" for month in range(4, 13)),
    *(f"2027年{month}月" for month in range(1, 4)),
)
# 3rd working day, 2 working days before the due day, due day (5 working days), closing day (10)
DAYS = (
    (date(2026, 5, 8), date(2026, 5, 13), date(2026, 5, 15), date(2026, 5, 22)),  # Golden Week
    (date(2026, 6, 3), date(2026, 6, 8), date(2026, 6, 10), date(2026, 6, 17)),
    (date(2026, 7, 3), date(2026, 7, 8), date(2026, 7, 10), date(2026, 7, 17)),
    (date(2026, 8, 5), date(2026, 8, 10), date(2026, 8, 13), date(2026, 8, 20)),  # 山の日 11
    (date(2026, 9, 3), date(2026, 9, 8), date(2026, 9, 10), date(2026, 9, 17)),
    (date(2026, 10, 5), date(2026, 10, 8), date(2026, 10, 13), date(2026, 10, 20)),  # 12
    (date(2026, 11, 5), date(2026, 11, 10), date(2026, 11, 12), date(2026, 11, 19)),  # 文化の日
    (date(2026, 12, 3), date(2026, 12, 8), date(2026, 12, 10), date(2026, 12, 17)),
    (date(2027, 1, 6), date(2027, 1, 12), date(2027, 1, 14), date(2027, 1, 21)),  # 成人の日 11
    (date(2027, 2, 3), date(2027, 2, 8), date(2027, 2, 10), date(2027, 2, 18)),  # 11
    (date(2027, 3, 3), date(2027, 3, 8), date(2027, 3, 10), date(2027, 3, 17)),
    (date(2027, 4, 5), date(2027, 4, 8), date(2027, 4, 12), date(2027, 4, 19)),
)


@dataclass(frozen=True, kw_only=True)
class Indicator:
    """`figures`: one for each period it is due in, with the judgement worked out by hand."""

    name: str
    kind: str
    target: str
    direction: str
    frequency: str
    periods: tuple[str, ...]
    figures: tuple[tuple[float | None, str], ...]


@dataclass(frozen=True, kw_only=True)
class Year:
    """`answered`: on which working day after the start people answer; None: never."""

    system: str
    indicators: tuple[Indicator, ...]
    answered: tuple[int | None, ...]


APPLICATIONS = Year(
    system="s1",
    indicators=(
        Indicator(
            name="オンライン申請の割合",
            kind="プロジェクト目標",
            target="60",
            direction="高いほど良い",
            frequency="毎月",
            periods=PERIODS,
            figures=(
                (24, FAR),  # 40 %
                (30, MISSED),  # 50 %
                (53, MISSED),  # 88.3 %
                (54, NEAR),  # 90 %
                (59, NEAR),  # 98.3 %
                (60, MET),
                (None, NONE),
                (61, MET),
                (58, NEAR),  # 96.7 %
                (62, MET),
                (29.9, FAR),  # 49.8 %
                (70, MET),
            ),
        ),
        Indicator(
            name="交付決定までの日数",
            kind="業務面",
            target="20",
            direction="低いほど良い",
            frequency="毎月",
            periods=PERIODS,
            figures=(
                (45, FAR),  # 44.4 %
                (40, MISSED),  # 50 %
                (25, MISSED),  # 80 %
                (22, NEAR),  # 90.9 %
                (20, MET),
                (22.5, MISSED),  # 88.9 %
                (21, NEAR),  # 95.2 %
                (19, MET),
                (30, MISSED),  # 66.7 %
                (0, MET),  # nothing is lower
                (18, MET),
                (17, MET),
            ),
        ),
        Indicator(
            name="稼働率",
            kind="情報システム面",
            target="99.5",
            direction="高いほど良い",
            frequency="毎月",
            periods=PERIODS,
            figures=(
                (99.5, MET),
                (99.6, MET),
                (99.9, MET),
                (89, MISSED),  # 89.4 %
                (99.4, NEAR),  # 99.9 %
                *((99.9, MET),) * 7,
            ),
        ),
    ),
    answered=(1, 4, 6, 1, 1, 4, 6, 1, 1, 4, 1, 1),
)
CONSULTATION = Year(
    system="s2",
    indicators=(
        Indicator(
            name="相談の解決率",
            kind="業務面",
            target="80",
            direction="高いほど良い",
            frequency="毎月",
            periods=PERIODS,
            figures=(
                (39, FAR),  # 48.8 %
                (40, MISSED),  # 50 %
                (71, MISSED),  # 88.8 %
                (72, NEAR),  # 90 %
                (79, NEAR),
                (80, MET),
                (81, MET),
                (None, NONE),
                (85, MET),
                (60, MISSED),  # 75 %
                (90, MET),
                (95, MET),
            ),
        ),
        Indicator(
            name="利用者の満足度",
            kind="プロジェクト目標",
            target="70",
            direction="高いほど良い",
            frequency="四半期",
            periods=tuple(f"2026年度第{number}四半期" for number in range(1, 5)),
            figures=((70, MET), (63, NEAR), (35, MISSED), (34, FAR)),  # 100, 90, 50 and 48.6 %
        ),
        Indicator(
            name="応答時間",
            kind="情報システム面",
            target="3",
            direction="低いほど良い",
            frequency="毎日",
            periods=PERIODS,
            figures=(
                (3, MET),
                (3.3, NEAR),  # 90.9 %
                (3.4, MISSED),  # 88.2 %
                (6, MISSED),  # 50 %
                (6.1, FAR),  # 49.2 %
                (2, MET),
                (2.5, MET),
                (None, NONE),
                *((2.5, MET),) * 4,
            ),
        ),
    ),
    answered=(1, 1, 4, 6, 1, 1, 4, None, 1, 6, 1, 1),
)
YEARS = (APPLICATIONS, CONSULTATION)
