"""The export layouts that can be read, one module for each platform."""

from domain.sales.layouts.doudian import DOUDIAN, DOUDIAN_AFTER_SALES
from domain.sales.layouts.kuaishou import KUAISHOU
from domain.sales.layouts.pinduoduo import PINDUODUO
from domain.sales.layouts.taobao import TAOBAO_ITEMS, TAOBAO_ORDERS
from domain.sales.layouts.weixin import WEIXIN
from domain.sales.platforms import Layout

LAYOUTS: tuple[Layout, ...] = (
    DOUDIAN,
    DOUDIAN_AFTER_SALES,
    KUAISHOU,
    WEIXIN,
    PINDUODUO,
    TAOBAO_ORDERS,
    TAOBAO_ITEMS,
)
