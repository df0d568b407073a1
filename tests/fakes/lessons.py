"""Lessons for the tiny city: few, plain, enough to learn from."""

from __future__ import annotations

from case_api.catalogue import Lesson

_SAID = {
    "部件0118": ("路灯不亮", "灯坏了一片黑", "晚上没有灯", "灯杆歪了", "灯一闪一闪"),
    "部件0101": ("井盖不见了", "盖子丢了有个洞", "井口敞着", "井盖一过车就响", "盖子裂了"),
    "事件0102": ("垃圾没人清", "一堆塑料袋剩饭", "臭得招苍蝇", "满地果皮纸屑", "垃圾成堆"),
    "部件0402": ("树倒了压到车", "大树枝断了", "树叶挡住窗户", "树上都是虫", "树歪了"),
    "事件0505": ("车停在人行道", "小车堵住大门", "车位被占出不去", "货车停满路", "违停挡路"),
}
_OTHERWISE = {
    "consultation": ("请问怎么办证", "想问一下几点上班", "需要什么材料", "电话是多少", "在哪里申请"),
    "praise": ("谢谢你们", "修得真快点赞", "非常满意", "师傅辛苦了", "表扬环卫"),
    "nonsense": ("喂喂喂", "今天天气真好", "打错了", "哈哈哈", "你吃饭了吗"),
    "elsewhere": ("社保卡刷不出来", "老板不发工资", "医院乱收费", "快递丢了不赔", "派出所不立案"),
    "chase_up": ("上次报的还没来", "催一下", "反映过没人处理", "到底什么时候修", "第三次打来了"),
}


def tiny_lessons() -> list[Lesson]:
    """Ten kinds of five sentences."""
    about = [Lesson(text, "problem", key) for key, texts in _SAID.items() for text in texts]
    others = [Lesson(text, intent) for intent, texts in _OTHERWISE.items() for text in texts]
    return about + others
