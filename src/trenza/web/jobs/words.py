"""What jobs are called on their pages. Amounts (`amount` in `jobs/parts.html`) have their words there, for plurals."""

KIND_WORDS = {
    "import": "Import of a file",
    "export": "Export of data",
    "export events": "Export of all events",
    "export people": "Export of all people",
    "export person": "Export of one person",
    "erase": "Erasure of a person",
    "reassign": "Working out anew who is who",
}
"""By kind; by kind and what is exported where that is known."""
STATE_WORDS = {
    "queued": "waiting",
    "running": "under way",
    "done": "done",
    "failed": "failed",
    "cancelled": "cancelled",
    "cancelling": "being cancelled",
}
STATE_TONES = {"running": "accent", "done": "good", "failed": "bad", "cancelling": "warn"}
PHASE_WORDS = {
    "": "It begins in a moment",
    "reading": "Reading",
    "writing": "Writing",
    "gathering": "Gathering",
    "erasing": "Erasing",
    "reassigning": "Working out",
}
MENDING_WORDS = {
    "internal": "The worker's log says more. Nothing is lost: start it again, and what is in already changes nothing.",
    "not_found": "What it was about is not there any more. Look whether the person or the file still exists.",
    "faulty": "Mend the lines that are named, then send the file again.",
    "invalid": "Compare what you sent with what is said here, then start it again.",
}
"""How to mend a failure, by its code; what the failure itself says of it stands beside."""
