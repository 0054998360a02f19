"""Campaign figures: who answers, how sure that is, and whether contacting them pays."""

from core.statistics.rates import CampaignError, Interval, wilson_interval

__all__ = ["CampaignError", "Interval", "wilson_interval"]
