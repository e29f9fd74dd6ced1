"""Whether a booth is ready to go on air: papers, claims, sample, stock and link, each a light of its own."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from domain.merchants.claims import ClaimsStatus
from domain.merchants.papers import Lack, LackKind
from domain.merchants.shops import MerchantStatus
from domain.studio.booths import MAY_TAKE, Sample


class Light(StrEnum):
    """How one thing stands: fine, waiting for somebody of the house, or missing."""

    OK = "ok"
    WAITING = "waiting"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Compliance:
    """The lights of a booth. The law asks for papers and claims; the others are the floor director's to judge."""

    papers: Light
    claims: Light
    sample: Light
    stock: Light
    link: Light

    @property
    def may_air(self) -> bool:
        """Whether papers and claims are in order (直播电商监督管理办法: verify sellers, review claims beforehand)."""
        return self.papers is Light.OK and self.claims is Light.OK

    @property
    def all_green(self) -> bool:
        """Whether nothing at all is missing."""
        return self.may_air and {self.sample, self.stock, self.link} == {Light.OK}


def papers_light(lacks: Collection[Lack], status: MerchantStatus) -> Light:
    """The light of a shop and its papers: one that staff still look at waits, one that they stopped is missing."""
    if status not in MAY_TAKE or any(one.lack is not LackKind.UNREVIEWED for one in lacks):
        return Light.MISSING
    return Light.OK if status is MerchantStatus.VERIFIED and not lacks else Light.WAITING


def claims_light(status: ClaimsStatus) -> Light:
    """The light of what a product claims."""
    return {
        ClaimsStatus.CLEARED: Light.OK,
        ClaimsStatus.UNREVIEWED: Light.WAITING,
        ClaimsStatus.REFUSED: Light.MISSING,
    }[status]


def sample_light(sample: Sample) -> Light:
    """The light of the sample: once it was there it counts, also after it went home."""
    return Light.MISSING if sample is Sample.AWAITED else Light.OK


def is_there(there: bool) -> Light:
    """The light of something that is there or not."""
    return Light.OK if there else Light.MISSING
