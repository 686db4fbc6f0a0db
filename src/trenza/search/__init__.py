"""Search: words and the leaves they hang on. Who the people are, and whether a word still holds, others say."""

from trenza.search.candidates import Candidates, find_candidates
from trenza.search.folding import fold, place_of, places, words_in
from trenza.search.index import Index, entries_of
from trenza.search.query import Query, Reading, Word, read_query
from trenza.search.store import Entry, add_entries, count_entries, delete_leaves, entries_on, list_leaves
from trenza.search.terms import calling_code, identifier_terms, is_name, is_phone, trait_terms, trait_texts

__all__ = [
    "Candidates",
    "Entry",
    "Index",
    "Query",
    "Reading",
    "Word",
    "add_entries",
    "calling_code",
    "count_entries",
    "delete_leaves",
    "entries_of",
    "entries_on",
    "find_candidates",
    "fold",
    "identifier_terms",
    "is_name",
    "is_phone",
    "list_leaves",
    "place_of",
    "places",
    "read_query",
    "trait_terms",
    "trait_texts",
    "words_in",
]
