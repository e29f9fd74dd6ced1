"""The export layouts that can be read, one module for each platform."""

from domain.sales.layouts.doudian import DOUDIAN
from domain.sales.platforms import Layout

LAYOUTS: tuple[Layout, ...] = (DOUDIAN,)
