"""Home: what a company sees first. Its figures, its day, what was sent or not, where it stands, what is next."""

from trenza.web.home.page import HomeController

__all__ = ["HomeController"]
