"""licaudit: an offline license compliance auditor for AI repositories."""

__version__ = "0.1.0"
