"""`python -m tui.cli`: the `branchbox` command without its wheel."""

import sys

from tui.cli import main

sys.exit(main())
