"""Tests of licaudit/licenses."""
