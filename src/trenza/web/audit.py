"""The audit: who did what, when. The last first, ids only."""

from litestar import Controller, Response, get

from trenza.access import Vault, list_keys, list_users, read_audit
from trenza.kernel import Instant
from trenza.web.paging import PER_PAGE, part_of, place_of
from trenza.web.render import Here, Viewing

ACTION_WORDS = {
    "signed in": "signed in",
    "signed out": "signed out",
    "sign-in refused": "was refused at the door",
    "password set": "set a password",
    "user added": "invited somebody",
    "role changed": "changed somebody's role",
    "user removed": "took an account away",
    "link renewed": "renewed an invitation",
    "key added": "made an API key",
    "key revoked": "revoked an API key",
    "POST /sources": "added a source",
    "POST /sources/{source}": "changed a source",
    "POST /settings/users": "invited somebody",
    "POST /settings/users/link": "renewed an invitation",
    "POST /settings/users/role": "changed somebody's role",
    "POST /settings/users/remove": "took an account away",
    "POST /settings/keys": "made an API key",
    "POST /settings/keys/{key}/revoke": "revoked an API key",
    "POST /people/export": "asked for an export of everybody",
    "POST /people/{person}/notes": "wrote a note",
    "POST /people/{person}/tasks": "added a task",
    "POST /people/{person}/tasks/{task}/done": "finished a task",
    "POST /people/{person}/consents": "wrote a consent down",
    "POST /people/{person}/journeys": "asked for an entry into a journey",
    "POST /people/{person}/links/{link}/cut": "cut a link between identifiers",
    "POST /people/{person}/links/{link}/restore": "restored a link between identifiers",
    "POST /people/{person}/export": "asked for an export of a person",
    "POST /people/{person}/erase": "asked for an erasure",
    "POST /people/work/{job}/cancel": "cancelled an export or an erasure",
    "POST /settings/instance": "changed settings of the instance",
    "POST /settings/channels": "tried a channel",
    "POST /settings/identifiers": "had everybody worked out anew",
    "POST /settings/identifiers/{name}": "changed limits of identifiers",
    "POST /documents/new/{kind}": "saved a new document",
    "POST /documents/{kind}/{key}": "saved a document",
    "POST /documents/{kind}/{key}/remove": "took a document out of force",
    "POST /settings/data/erase": "asked for an erasure",
    "POST /settings/data/proof": "proved a receipt of an erasure",
    "POST /jobs/import": "began an import",
    "POST /jobs/export": "began an export",
    "POST /jobs/{job}/cancel": "cancelled long work",
    "POST /api/jobs/uploads": "sent a file to be imported",
    "POST /segments/new": "saved a new segment",
    "POST /segments/{key}/edit": "saved a segment",
    "POST /segments/{key}/remove": "removed a segment",
    "POST /api/users": "invited somebody",
    "POST /api/users/link": "renewed an invitation",
    "POST /api/users/remove": "took an account away",
    "POST /api/keys": "made an API key",
    "DELETE /api/keys/{key}": "revoked an API key",
    "POST /api/people/{name}/consents": "wrote a consent down",
    "DELETE /api/people/{name}": "asked for an erasure",
    "POST /api/identity/cut": "cut a link between identifiers",
    "POST /api/identity/restore": "restored a link between identifiers",
    "POST /api/identity/candidates/{candidate}/accept": "took two people for one",
    "POST /api/identity/candidates/{candidate}/reject": "kept two people apart",
    "PUT /api/definitions/{kind}/{key}": "put a document in force",
    "DELETE /api/definitions/{kind}/{key}": "took a document out of force",
    "POST /api/journeys/{key}/enter": "asked for an entry into a journey",
    "POST /api/tasks/{task}/done": "finished a task",
    "POST /api/jobs": "began long work",
    "POST /api/jobs/{job}/cancel": "cancelled long work",
    "POST /live/failed": "tried failed events again",
    "POST /live/failed/{failed}": "tried a failed event again",
    "POST /tasks/{task}/done": "finished a task",
    "POST /demo/clock": "moved the demo's clock",
    "POST /sign-out": "signed out",
    "POST /journeys/new": "made a journey",
    "POST /journeys/{key}/edit": "changed a journey",
    "POST /journeys/{key}/remove": "removed a journey",
    "POST /journeys/begin/{ready}": "took over what a ready journey needs",
    "POST /templates/new": "wrote a message text",
    "POST /templates/{key}": "changed a message text",
    "POST /templates/{key}/remove": "removed a message text",
    "POST /theme": "chose light or dark",
    "POST /first-steps": "put the first steps away",
}
"""What every write is called: those of `access` by their name, those of routes by method and path."""

SHELL_WORDS = "the command line"


class AuditPageController(Controller):
    """`/audit`."""

    include_in_schema = False

    @get("/audit", opt={"right": "admin"}, sync_to_thread=True)
    def list(self, view: Viewing, instance: Here) -> Response[str]:
        """A page of it."""
        place = place_of(view, "audit")
        before: tuple[Instant, str] | None = (int(place[0]), str(place[1])) if place else None
        found = read_audit(instance.database, before, PER_PAGE + 1)
        part = part_of(view, "audit", found, lambda entry: [entry.at, entry.id])
        vault = Vault(instance.database, instance.secret)
        names = {f"user:{user.id}": user.email for user in list_users(vault)}
        names |= {f"key:{key.id}": key.name for key in list_keys(vault)}
        named = {who.partition(":")[2]: name for who, name in names.items()}
        names["cli"] = view.say(SHELL_WORDS)
        words = {action: view.say(text) for action, text in ACTION_WORDS.items()}
        return view.page("audit/list.html", {"part": part, "names": names, "named": named, "words": words})
