"""How a command says who changed hands by a link."""

from trenza.cli.common import print_json, print_text
from trenza.identity import Move, person_text
from trenza.kernel import JsonObject


def tell_moves(link: str, moves: tuple[Move, ...], *, only_json: bool) -> None:
    """Print who changed hands by a link."""
    told: list[JsonObject] = [
        {"identifiers": len(move.leaves), "before": person_text(move.before), "after": person_text(move.after)}
        for move in moves
    ]
    if only_json:
        print_json({"link": link, "moves": told})
        return
    for move in told:
        print_text(f"{move['identifiers']} identifiers: {move['before']} → {move['after']}")
    if not told:
        print_text("nobody is anybody else by it: other evidence says the same")
