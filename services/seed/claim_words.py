"""The words that claims are scanned for in a new house; staff edit the list from then on.

Absolute claims: 广告法 §9 (二), (三) and §28, 明码标价和禁止价格欺诈规定 §19.
Disease claims: 广告法 §17, §18, 食品安全法 §73.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.merchants.claims import WordKind
from models import ClaimWord
from services.unit_of_work import transaction

Groups = tuple[tuple[str, str], ...]
"""A sentence that says why, and the words it is said of, with white space between."""

ABSOLUTE: Groups = (
    (
        "广告法第九条禁止“国家级”“最高级”“最佳”等用语。",
        """
        国家级 世界级 宇宙级 全球级 最高级 最佳 最好 最优 最优质 最强 最大 最新鲜 最正宗 最地道 最纯
        最健康 最安全 最好吃 最高端 最受欢迎 最便宜 最先进
        """,
    ),
    (
        "“第一”“唯一”一类的说法要有可靠的出处，否则是绝对化用语。",
        """
        第一 第1 NO.1 TOP1 唯一 独一无二 首个 首选 独家 冠军 销量之王 全网第一 全国第一 行业第一
        领导品牌 领先品牌 遥遥领先
        """,
    ),
    (
        "“顶级”“极品”一类的说法无法证明，属于绝对化用语。",
        """
        顶级 顶尖 极品 极致 至尊 王牌 完美 无敌 无与伦比 史无前例 前无古人 万能 巅峰 殿堂级 奢侈级
        """,
    ),
    (
        "“绝对”“100%”一类的说法等于作保证，实际做不到就是虚假宣传。",
        """
        绝对 百分百 百分之百 100% 永久 永不变质 零风险 零添加剂 纯天然无任何添加 绝无
        """,
    ),
    (
        "价格的比较要有依据，说不清和什么比就是价格欺诈。",
        """
        史上最低 全网最低 全国最低 历史最低 最低价 底价清仓 跳楼价 仅此一次 错过不再
        """,
    ),
    (
        "不能借国家机关和公共荣誉的名义宣传。",
        """
        国宴 特供 专供 国家领导人 驰名商标 质量免检 国家免检
        """,
    ),
)
DISEASE: Groups = (
    (
        "食品安全法第七十三条：食品广告不得涉及疾病预防、治疗功能。",
        """
        治疗 治愈 根治 医治 主治 疗效 疗程 药效 药到病除 包治 防治 预防疾病 预防癌症 抗癌 防癌 抗肿瘤
        消炎 抗炎 抗病毒 抗菌消炎 止咳 化痰 平喘 止血 止泻 镇痛 止痛 退烧 退热
        """,
    ),
    (
        "食品不能说对慢性病有作用，会让病人误了治疗。",
        """
        降血压 降血糖 降血脂 降三高 降尿酸 软化血管 溶解血栓 糖尿病 高血压 高血脂 冠心病 脑梗 痛风 风湿
        类风湿 颈椎病 关节炎 癌症
        """,
    ),
    (
        "广告法第十七条：普通商品不得使用医疗用语。",
        """
        清热解毒 活血化瘀 舒筋活络 祛湿排毒 排毒养颜 补肾壮阳 补肾 壮阳 滋阴 养肝护肝 护肝 调理内分泌
        安神助眠 治失眠 通便 祖传秘方 老中医
        """,
    ),
    (
        "增强免疫力、减肥等功能只有批准的保健食品能说。",
        """
        增强免疫力 提高免疫力 抗衰老 延年益寿 减肥 瘦身 丰胸 增高 改善记忆
        """,
    ),
)


@transaction
def lay_words(session: Session, now: datetime) -> int:
    """Put the list into a house that has none, and leave any other as its staff made it; returns how many words."""
    if session.scalar(select(func.count()).select_from(ClaimWord)):
        return 0
    words = [
        ClaimWord(word=word, kind=kind, reason=reason, created_at=now)
        for kind, groups in ((WordKind.ABSOLUTE, ABSOLUTE), (WordKind.DISEASE, DISEASE))
        for reason, listed in groups
        for word in listed.split()
    ]
    session.add_all(words)
    session.flush()
    return len(words)
