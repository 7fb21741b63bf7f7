"""Real SIP calls with sound, for tests, benchmarks and demonstrations."""

from images.run import Failure
from images.traffic.engine import Group, Network, Traffic
from images.traffic.records import AnsweredCall, Ending, PlacedCall
from images.traffic.scenarios import Callers, Phone, Phones

__all__ = [
    "AnsweredCall",
    "Callers",
    "Ending",
    "Failure",
    "Group",
    "Network",
    "Phone",
    "Phones",
    "PlacedCall",
    "Traffic",
]
