"""Which of several names is the place of the problem: a home, a work place, a place denied or past is not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from geocode.drafts import Role

_BREAK = re.compile(r"[,，。;；!！?？\n【】]")
_JOINTS = frozenset(("", "的", "(", "（", "里", "内", "那", "里的", "内的", "市", "辖区", "境内", "辖区内"))
_KIN = (
    "家人|爸妈?|妈妈?|父母|父亲|母亲|爷爷|奶奶|外公|外婆|老公|老婆|爱人|儿子|女儿|孩子|小孩"
    "|哥哥?|姐姐?|弟弟|妹妹|朋友|同事|亲戚"
)
_SELF = "本人|自己|我们?|他们?|她们?|咱们?|俺们?"
_WHO = f"(?:(?:来[电访信]|反映|投诉|举报|报料|报案|诉求|当事|申请)[人者]|市民|业主|{_SELF})"
_IS = "[是在为于:：]{0,2}"
_BEFORE = re.compile(
    rf"(?:(?P<denied>(?<!是)不(?:是|在)(?:在|说|指|去)?|并非|不属于|没在|(?:不要|不用|别|莫)(?:再|又)?[派跑去到送转找往]{{1,3}}"
    rf"|[说写记派报填听错][错]?成(?:了|是)?|登记成了?)"
    rf"|(?P<past>(?:原来|原先|以前|过去|曾经|早先)(?:是|在|住|报|反映|说|投诉)?(?:的|过)?{_IS}"
    rf"|(?:上次|上回|上一次|前一次|(?:之前|此前|先前|头一?次)(?=是|在|住|报|反映|说|投诉|去|来))(?:是|在|报|反映|说|投诉|去|来)?(?:的|过)?{_IS}|(?:去年|前年|早年|小时候)(?:也|就)?在)"
    rf"|(?P<home>(?:居|租|暂|现|入|家|我|人|姐|哥|妈|友|户)住(?:在|于|址|地|处)?{_IS}|住(?:在|址|处|于|的(?:地方|小区|房子)?[是在]){_IS}|(?<![入居堵挡盖拦站停记抓围压卡困靠])住"
    rf"|[现暂久定]居(?:住)?[在于]?|(?:[租买借]的?|分到)(?:了|过)?(?:个|套|间)?(?:房子?|屋子?|公寓|宿舍)[在是于]?|(?:落户|安家|定居|搬家|搬)[在到于]"
    rf"|(?:房子|宿舍|娘家|婆家|新家|老屋|老宅)(?:就|也|都)?[在是:：]|家(?:里|庭住址|庭地址)?(?:就|也|都|现)?[在是:：]|^家|家庭(?:住址|地址)"
    rf"|{_WHO}的?(?:住址|地址|住处|家){_IS}|[现暂]?租(?:住)?在)"
    rf"|(?P<origin>户籍(?:地址?|所在地)?{_IS}|户口(?:所在地|本)?{_IS}|籍贯{_IS}|老家{_IS}|祖籍{_IS}"
    rf"|(?:联系|通讯|通信|邮寄|收件|寄件|身份证上?的?)地址{_IS}|回信(?:请)?寄[到往给至]?|寄[到往给至]?)"
    rf"|(?P<work>(?:单位|公司|工厂|厂里|厂|店里?|学校|办公室|门店)(?:在|地址是?|位于|开在|[是为:：])|(?:{_SELF})的?(?:单位|公司|工厂|店里?|学校))"
    rf"|(?P<path>(?:从|自|打从))"
    rf"|(?P<place>是|在|到|来|改为|换成|(?:地点|位置|地址|地段|现场|处|事发地|问题){_IS}|位于|位在"
    rf"|路过|经过|途经|途径|看到|看见|发现|反映|投诉|举报|关于|来看看))$"
)
_RESIDENT = re.compile(
    r"的?(?:居民|村民|业主|住户|市民|群众|商户|租户|学生|老师|教师|职工|员工|工人|人(?=[,，。;；都也来去到走常经]|$))"
    r"|的?[\u4e00-\u9fff]{1,2}(?:先生|女士|小姐|师傅|大爷|大妈|大姐|阿姨|同志|某)|来的[\u4e00-\u9fff]{1,3}(?=[,，])|的[老小阿][\u4e00-\u9fff](?=[打反说来投报])"
)
_I_AM = re.compile(rf"(?:{_WHO}|{_KIN})(?:都|也|就)?是$")
# 我X的，: who speaks, and where from.
_WHOSE = re.compile(rf"(?:(?:{_SELF})?(?:{_KIN})?(?:都|也|就)?是?)$")
_LABELLED = re.compile("(?:这边|那边|这里|那里)?的?[人]?(?<=[的人])[,，]")
_CAME = re.compile(
    "(?:那边|这边|那里|这里|那儿|这儿)?(?:专门|特意|特地|一路|刚刚?|开车|骑车|坐车|走路)*"
    "(?:过来|赶来|跑来|出来|搬来|调来|派来|嫁来|嫁过来|[嫁搬调跑派转来]到|来的?)"
)
_WORKING = re.compile(
    r"(?:这边|那边|这里|那里|附近)?(?:上班|工作|打工|做工|做生意|经商|开店|读书|上学|念书|实习|(?:给你们?)?打(?:的|来的?)?电话|致电|来电)"
)
_LEAVING = re.compile(
    r"(?:那边|这边|那里|家里?)?(?:出发|过来|过去|开车|骑车|坐车|回来|回家|下班|骑|开|坐|走|跑|搬|走过来|走到|出来|来的?|往|到|去|回|赶|送)"
)
_DWELLING = re.compile(
    "(?:那边|这边|那里|这里|那儿|这儿)?(?:租(?:了|着|过)?(?:[个间套])?(?:房|住|屋)|住(?:了|着|过)|居住|买了?(?:[间套])?房|安家|落户|定居|生活)"
)
_COMMAS = (",", "，")
_COMMA = re.compile("[,，]")
_BUT = re.compile("[,，](?:但|可是|不过|然而|只是|要[说讲]|反映的|投诉的|[想来]说)")
_WE_ARE_IN = re.compile(rf"(?:{_SELF})人?(?:现在|目前|都|也|就)?在$")
_WE_ARE_FROM = re.compile(rf"(?:{_WHO}|{_KIN})(?:都|也|就)?是?$")
_THEN = re.compile("[^,，。;；!！?？]{1,4}[,，](?:再|然后|后来|就|又)?(?:[到去来往赶回]|路过|经过)")
_CALLER_OPENS = re.compile("(?:[人者]|市民|业主|先生|女士|某)[(（](?:家|住|现住|家住|地址)?[:：]?$")
_CALLS = re.compile("[)）](?:来电|致电|打电话|反映|投诉|举报|称|说)")
_KIN_ARE_IN = re.compile(rf"(?:{_KIN})(?:现在|目前|都|也|就)?在$")
_MENDED = re.compile(
    r"[\u4e00-\u9fff]{0,8}?(?:(?:已经?|早就|倒是|都)(?:修|处理|弄|清理|解决|整改|搞)好?"
    r"|(?:修|处理|弄|清理|整改|搞)好)(?:了|过)(?![吗没又才几不])"
)
_APART = re.compile(
    "(?:那边|那里|这边|这里|那个|的)*(?:[都也倒]?(?:没事|没有?问题|还好|正常|好好的)|无关|没有?关系|不是[,，]|不算[,，]|没有?[,，]|我?没[有]?[去到说])"
)
_MEANT = re.compile("(?:那边|那里|这边|这里)?才(?:是|有|对)")
_TOWARD = re.compile("[往向朝去到回]$")
_ON_THE_WAY = re.compile("方向|(?:的)?(?:路上|途中|半路)")
_THERE = re.compile(r"[^,，。;；!！?？]{0,6}[,，](?:那里|那边|那儿|该处|该地)")
_BEFORE_LIMIT, _AFTER_LIMIT = 14, 16
_NOT_HOME = frozenset((None, "denied", "past", "work", "path", "place"))


class _Rule(NamedTuple):
    """What follows a name, and what goes before it, that give it a role; `groups` are those of `_BEFORE` it needs."""

    role: Role
    after: re.Pattern[str]
    before: re.Pattern[str] | None = None
    groups: frozenset[str | None] | None = None


_RULES = (
    _Rule(Role.PLACE, _THERE),
    _Rule(Role.PLACE, _MEANT),
    _Rule(Role.DENIED, _APART),
    _Rule(Role.PATH, _ON_THE_WAY, _TOWARD),
    _Rule(Role.PAST, _MENDED),
    _Rule(Role.HOME, _RESIDENT, groups=frozenset((None,))),
    _Rule(Role.HOME, _RESIDENT, _I_AM),
    _Rule(Role.HOME, _LABELLED, _WHOSE),
    _Rule(Role.HOME, _CALLS, _CALLER_OPENS),
    _Rule(Role.PATH, _CAME, _WE_ARE_FROM),
    _Rule(Role.WORK, _BUT, _WE_ARE_IN),
    _Rule(Role.WORK, _THEN, _WE_ARE_IN),
    _Rule(Role.HOME, _COMMA, _KIN_ARE_IN),
    _Rule(Role.HOME, _DWELLING, groups=_NOT_HOME),
    _Rule(Role.WORK, _WORKING, groups=_NOT_HOME),
    _Rule(Role.PATH, _LEAVING, groups=frozenset(("path",))),
)
# Most names are followed by nothing of all this.
_ANY = re.compile("|".join(f"(?:{rule.after.pattern})" for rule in _RULES if rule.after is not _COMMA))
_GROUPS = {
    "denied": Role.DENIED,
    "past": Role.PAST,
    "home": Role.HOME,
    "origin": Role.ORIGIN,
    "work": Role.WORK,
    "place": Role.PLACE,
}

Piece = tuple[int, int]


def roles_of(text: str, pieces: Sequence[Piece]) -> list[Role]:
    """The role of each named piece `[start, stop)` of a text, in its order; pieces said in one breath share one."""
    roles: list[Role] = []
    first = 0
    for position in range(len(pieces)):
        last = position + 1 == len(pieces) or text[pieces[position][1] : pieces[position + 1][0]] not in _JOINTS
        if last:
            floor = pieces[first - 1][1] if first else 0
            limit = pieces[position + 1][0] if position + 1 < len(pieces) else len(text)
            role = _role(text, floor, (pieces[first][0], pieces[position][1]), limit)
            roles += [role] * (position + 1 - first)
            first = position + 1
    return roles


def are_joined(text: str, stop: int, start: int) -> bool:
    """Whether two names are said in one breath."""
    return text[stop:start] in _JOINTS


def _role(text: str, floor: int, piece: Piece, limit: int) -> Role:
    start, stop = piece
    before = _BREAK.split(text[max(floor, start - _BEFORE_LIMIT) : start])[-1]
    after = text[stop : min(limit, stop + _AFTER_LIMIT)]
    cue = _BEFORE.search(before) if before else None
    group = cue.lastgroup if cue is not None else None
    if group in ("denied", "past"):
        return _GROUPS[str(group)]
    return _by_after(before, after, group)


def _by_after(before: str, after: str, group: str | None) -> Role:
    if _ANY.match(after) is None and not (before and after[:1] in _COMMAS and _KIN_ARE_IN.search(before)):
        return _GROUPS.get(group or "", Role.PLAIN)
    for rule in _RULES:
        is_open = rule.groups is None or group in rule.groups
        if is_open and rule.after.match(after) and (rule.before is None or rule.before.search(before)):
            return rule.role
    return _GROUPS.get(group or "", Role.PLAIN)
