"""Refusals that are not in English, which the console prints: named by their language, and not understood."""

from __future__ import annotations

import re

_LANGUAGES = (
    ("Japanese", re.compile(r"[\u3040-\u30ff]")),
    ("Korean", re.compile(r"[\uac00-\ud7af]")),
    ("Chinese", re.compile(r"[\u4e00-\u9fff]")),
    ("Russian", re.compile(r"[\u0400-\u04ff]")),
    ("Thai", re.compile(r"[\u0e00-\u0e7f]")),
    ("Arabic", re.compile(r"[\u0600-\u06ff]")),
    (
        "German",
        re.compile(r"\b(nicht (berechtigt|autorisiert)|keine berechtigung|zugriff verweigert)\b", re.IGNORECASE),
    ),
    ("French", re.compile(r"(n['’]est pas autoris|acc[eè]s refus)", re.IGNORECASE)),
    ("Portuguese", re.compile(r"(n[aã]o (est[aá]|tem|possui) autoriza|acesso negado)", re.IGNORECASE)),
    ("Spanish", re.compile(r"(no (est[aá] autorizad|tiene (autoriza|permiso))|acceso denegado)", re.IGNORECASE)),
    ("Italian", re.compile(r"(non (è|e') autorizzat|non dispone del|accesso negato)", re.IGNORECASE)),
    ("Indonesian", re.compile(r"(tidak (diizinkan|diotorisasi|berwenang)|akses ditolak)", re.IGNORECASE)),
    ("Turkish", re.compile(r"(yetkili değil|yetkisi yok|erişim engellendi)", re.IGNORECASE)),
)
"""The languages of the console, as of 2026-11, by script or by the words that refuse. The first that fits is named."""


def language_of(text: str) -> str | None:
    """The language of a refusal that is not in English; None where none is recognised."""
    return next((language for language, pattern in _LANGUAGES if pattern.search(text)), None)
