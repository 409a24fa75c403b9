"""Texts that libraries take out of hostile formats, in processes with little time and memory."""
