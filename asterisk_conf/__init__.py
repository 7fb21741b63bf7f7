"""Site document -> Asterisk's files. Pure: values in, texts out.

One module per file (`pjsip.py` makes pjsip.conf; the small ones are in `system.py`, history
in `records.py`, extensions.conf in `dialplan/`); `syntax.py` alone knows how files are written;
`tree.py` lists the generators.
"""

from asterisk_conf.chan_dahdi import FILE as LINES_FILE
from asterisk_conf.explain import explain
from asterisk_conf.generator import Secrets
from asterisk_conf.modules import LINES_MODULE
from asterisk_conf.tree import RELOADS, render

__all__ = ["LINES_FILE", "LINES_MODULE", "RELOADS", "Secrets", "explain", "render"]
