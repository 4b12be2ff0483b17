"""`python -m bridge`: the bridge, as `auxsend bridge` runs it."""

import os
import sys

from bridge.daemon import run_bridge
from bridge.errors import BridgeError
from bridge.settings import user_folders

if __name__ == "__main__":
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")
    try:
        run_bridge(user_folders())
    except BridgeError as error:
        print(f"auxsend: {error.message}", file=sys.stderr)
        sys.exit(error.exit_code)
