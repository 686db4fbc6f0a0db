"""Trenza: events of every channel go in, one profile per person and the next best message come out.

The rooms stand in the order of the data; imports point only upstream (towards `kernel`):

    kernel  settings  storage  definitions  events  identity  profiles  segments  content  journeys  channels
    pipeline.py  the hallway, one page          app.py  the composition root
    api  web  worker  demo  the doors, blind to each other          cli  the command line
"""

__version__ = "0.1.0"
