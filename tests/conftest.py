"""What holds for all tests: no engine is found that this machine's user has set up, and none is downloaded."""

import os

from hypothesis import HealthCheck, settings

from navtalk_widget.testing import leftovers

pytest_plugins = ["navtalk_widget.testing.fixtures", "pytester"]

for _name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_MODEL", "NAVTALK_LICENSE", "JUPYTERHUB_SERVICE_PREFIX"):
    os.environ.pop(_name, None)
os.environ.update(
    HF_HUB_OFFLINE="1",
    HF_HUB_CACHE=os.path.join(os.path.dirname(__file__), "no-models-here"),
    OLLAMA_HOST="127.0.0.1:9",  # the port of a service that nobody runs
)

# How fast a machine is shows no fault: it may be slow, and have much else to do.
settings.register_profile("patient", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")
leftovers.SETTLING = 30.0
