"""What is answered, in the language of the message: Chinese unless it holds no Chinese letter but Latin ones.

Most answers fit into one message of 70 letters; the gateway cuts and joins what is longer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from intake.channels.sms.dialogue import Courtesy
from intake.model import Receipt
from intake.model.sms import Milestone, Progress, Unplaced

_CHINESE = re.compile("[\u3400-\u9fff]")
_LATIN = re.compile("[A-Za-z]{3}")
DAY_HOURS = 24


@dataclass(frozen=True, slots=True)
class Answers:
    """The words; `signature` stands in front of each, as the networks ask for."""

    signature: str

    def received(self, told: str, receipt: Receipt) -> str:
        """The tracking number, and the secret that opens the progress on the web."""
        number, secret = receipt.tracking_number, receipt.tracking_secret
        return self._say(
            told,
            f"已收到您的诉求，查询号{number}，查询码{secret}。回复“查询”看进度，“催单”催办。",
            f"Received. Number {number}, secret {secret}. Send CX for progress, CD to chase it up.",
        )

    def parked(self, told: str) -> str:
        """The message was kept, but staff must look at it."""
        return self._say(told, "已收到，将由工作人员核对。", "Received; staff will look at it.")

    def place_joined(self, told: str) -> str:
        """The place was added."""
        return self._say(told, "已补充地点，正在处理。回复“查询”看进度。", "The place was added. Send CX for progress.")

    def place_late(self, told: str) -> str:
        """The desk decided before the place came; it is kept beside the report."""
        return self._say(
            told,
            "坐席已在处理您的诉求，补充的地点已转告。回复“查询”看进度。",
            "Staff are already at it; what you added was passed on. Send CX for progress.",
        )

    def progress(self, told: str, found: Progress | None) -> str:
        """How a report stands; unknown numbers and those of others get the same words."""
        if found is None:
            return self._say(
                told,
                "没有查到本号码的这件诉求，请核对查询号；也可直接发送问题和地点。",
                "This number has no such report. Check the tracking number, or send what is wrong and where.",
            )
        unit = f"，责任单位{found.unit}" if found.unit else ""
        return self._say(
            told,
            f"{found.tracking_number}：{found.stage}{unit}。",
            f"{found.tracking_number}: {found.stage_en}.",
        )

    def urged(self, told: str, found: Progress | None) -> str:
        """The chase-up was taken."""
        if found is None or found.final:
            return self.progress(told, found)
        return self._say(
            told,
            f"已为{found.tracking_number}催办。目前：{found.stage}。",
            f"{found.tracking_number} was chased up. Now: {found.stage_en}.",
        )

    def rated(self, told: str) -> str:
        """The grade was kept."""
        return self._say(told, "感谢您的评价。", "Thank you for your grade.")

    def courtesy(self, told: str, courtesy: Courtesy) -> str | None:
        """Thanks want no answer; what cannot be understood gets help."""
        match courtesy:
            case Courtesy.THANKS:
                return None
            case Courtesy.NO_RATING:
                return self._say(
                    told,
                    "目前没有等待您评价的诉求。反映问题请写明是什么、在哪里；查进度回复“查询”。",
                    "No grade is awaited. To report, say what is wrong and where; send CX for progress.",
                )
            case Courtesy.WRONG_GRADE:
                return self._say(told, "请回复1到5，5为非常满意。", "Send 1 to 5; 5 is very satisfied.")
            case Courtesy.EMPTY:
                return self._say(
                    told,
                    "没有收到文字。反映问题请写明是什么、在哪里。",
                    "No words came. Say what is wrong and where.",
                )

    def ask_place(self, unplaced: Unplaced) -> str:
        """The one question for the place."""
        number = unplaced.tracking_number
        return self._say(
            unplaced.text,
            f"您的诉求{number}还缺地点：请回复路口、门牌或社区名（{DAY_HOURS}小时内）。",
            f"Report {number} lacks its place: reply with crossing, house number or community within {DAY_HOURS} h.",
        )

    def dispatched(self, milestone: Milestone) -> str:
        """The case went to its unit."""
        number = milestone.tracking_number
        return self._say(
            milestone.text,
            f"您的诉求{number}已派遣给{milestone.unit}处理。",
            f"Report {number} was dispatched to {milestone.unit_en}.",
        )

    def _say(self, told: str, zh: str, en: str) -> str:
        english = not _CHINESE.search(told) and _LATIN.search(told) is not None
        return f"{self.signature}{en if english else zh}"
