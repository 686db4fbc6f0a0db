// htmx, where pages' own scripts find it.
import htmx from 'htmx.org'

window.htmx = htmx
