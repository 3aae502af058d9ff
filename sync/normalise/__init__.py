"""From a network's own words to ours: a value, or a finding, for everything that a page prints."""

from sync.normalise.eras import merge_eras, merge_findings
from sync.normalise.profile import normalise
from sync.normalise.readings import Normalised

__all__ = ["Normalised", "merge_eras", "merge_findings", "normalise"]
