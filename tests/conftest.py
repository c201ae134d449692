"""What holds for all tests: no engine is found that this machine's user has set up, and none is downloaded."""

import os

pytest_plugins = ["navtalk_widget.testing.fixtures", "pytester"]

for _name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_MODEL", "NAVTALK_LICENSE"):
    os.environ.pop(_name, None)
os.environ.update(
    HF_HUB_OFFLINE="1",
    HF_HUB_CACHE=os.path.join(os.path.dirname(__file__), "no-models-here"),
    OLLAMA_HOST="127.0.0.1:9",  # the port of a service that nobody runs
)
