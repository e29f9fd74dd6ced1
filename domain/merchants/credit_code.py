"""The unified social credit code 统一社会信用代码 of whoever is registered (GB 32100-2015)."""

from __future__ import annotations

import re
import unicodedata

from domain.errors import BadInput

LENGTH = 18
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""31 signs: I, O, S, V and Z are left out because they look like digits or other letters."""
WEIGHTS = tuple(pow(3, place, 31) for place in range(LENGTH - 1))


def clean_credit_code(text: str) -> str:
    """The 18 signs of a code, whatever spaces, dashes or small letters it was typed with; raises BadInput."""
    code = re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text or "")).upper()
    if not code:
        raise BadInput("credit_code_missing", field="credit_code")
    if len(code) != LENGTH:
        raise BadInput("credit_code_length", field="credit_code", length=LENGTH, typed=len(code))
    if strange := [sign for sign in code if sign not in ALPHABET]:
        raise BadInput("credit_code_sign", field="credit_code", sign=strange[0])
    if code[-1] != check_sign(code[:-1]):
        raise BadInput("credit_code_checksum", field="credit_code")
    return code


def check_sign(first: str) -> str:
    """The last sign, which the 17 before it determine: a weighted sum modulo 31."""
    total = sum(weight * ALPHABET.index(sign) for weight, sign in zip(WEIGHTS, first, strict=True))
    return ALPHABET[-total % 31]
