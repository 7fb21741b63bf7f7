"""How examples are drawn: by meaning, not by how busy the machine is."""

from hypothesis import HealthCheck, settings

settings.register_profile("branchbox", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("branchbox")
