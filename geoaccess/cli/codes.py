"""Exit codes, as docs/cli.md explains them."""

from __future__ import annotations

EXIT_RUN_ERROR = 1
EXIT_INPUT_REJECTED = 3
EXIT_LIMIT_FAILED = 4
EXIT_INTERRUPTED = 130
