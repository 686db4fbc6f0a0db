"""Names as people read them: the tills print capitals, abbreviations and what is meant for the till only."""

import re
from typing import Final

_SPOKEN: Final = {
    "SFT DRNK": "soft drink",
    "SNGL SRV": "single",
    "MLT-PK": "multipack",
    "BTL": "bottle",
    "CARB": "",
    "INCL": "",
    "CAN CAR": "cans",
    "BR": "bread",
    "FS/WHL/CUT": "",
    "PREP FD:": "",
    "SW GDS:": "",
    "MEAT:": "",
    "SAUS": "sausage",
    "PKG": "pack",
    "DNRS": "dinners",
    "FRZN": "frozen",
    "CHOC": "chocolate",
    "W/": "with",
    "IWS": "sliced",
    "DRNKING": "drinking",
    "WATE": "water",
    "PAPER TOWELS & HOLDERS": "Paper towels",
}
_WHOLE: Final = {
    "FLUID MILK WHITE ONLY": "Fresh milk",
    "LEAN": "Lean ground beef",
    "PRIMAL": "Ground chuck",
    "ENHANCED": "Pork chops",
    "REGULAR GARDEN": "Garden salad",
    "GARDEN PLUS": "Garden salad with extras",
    "MAINSTREAM WHITE BREAD": "White bread",
    "MAINSTREAM WHEAT/MULTIGRAIN BR": "Multigrain bread",
    "DAIRY CASE 100% PURE JUICE - O": "Orange juice",
    "DAIRY CASE TEA WITH SUGAR OR S": "Sweet tea",
    "PREMIUM - MEAT": "Hot dogs, premium",
    "ECONOMY - MEAT": "Hot dogs",
    "NON-CRBNTD DRNKING/MNERAL WATE": "Mineral water",
    "CANDY BARS (SINGLES)(INCLUDING": "Candy bar",
    "SALAD BAR FRESH FRUIT": "Fresh fruit salad",
    "TOILET TISSUE": "Toilet paper",
}
"""Where the till's words alone do not say what it is."""


def spoken(name: str, department: str = "", kind: str = "") -> str:
    """A till's name as one would say it; at the meat counter it does not say of which animal."""
    if name in _WHOLE:
        return _WHOLE[name]
    if department.startswith("MEAT") and kind[:-1] not in name:
        name = f"{kind}, {name}"
    text = re.sub(r"\([^)]*\)?", " ", name.replace(":", ": "))
    for short, long in _SPOKEN.items():
        text = re.sub(rf"(?<!\w){re.escape(short)}(?!\w)", long, text)
    text = " ".join(text.replace(" - ", ", ").replace(" ,", ",").replace("&", " & ").replace(": ", ", ").split()).strip(
        " ,/&-"
    )
    return text[:1].upper() + text[1:].lower() if text else name
