"""Profiles: what is known of one person, and the right to have it shown, exported and erased."""

from trenza.profiles.facts import ConsentStatus, ConsentWord, Facts, TraitVersion

__all__ = ["ConsentStatus", "ConsentWord", "Facts", "TraitVersion"]
