"""What stands in the addresses of people's pages: ids only, never anything personal."""

from typing import Annotated

from litestar.params import PathParameter

PersonId = Annotated[str, PathParameter(max_length=40)]
"""`per_…`."""
LinkId = Annotated[str, PathParameter(max_length=40)]
"""`lnk_…`."""
TaskId = Annotated[str, PathParameter(max_length=64)]
JobId = Annotated[str, PathParameter(max_length=60)]
"""`job_…`."""
