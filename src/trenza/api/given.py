"""What the server hands to every handler, by name: `instance: Here`, `caller: Calling`."""

from litestar.di import NamedDependency
from prometheus_client import CollectorRegistry

from trenza.access import Caller
from trenza.app import Instance

Here = NamedDependency[Instance]
Calling = NamedDependency[Caller]
Registry = NamedDependency[CollectorRegistry]
