"""A grocer's shop to walk through, on the web and as an app: customers for a demo instance, played by whoever likes."""

from trenza.demo.shop.catalogue import Article, Catalogue, open_catalogue, write_catalogue
from trenza.demo.shop.handlers import shop

__all__ = ["Article", "Catalogue", "open_catalogue", "shop", "write_catalogue"]
