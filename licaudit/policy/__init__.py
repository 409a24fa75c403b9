"""Packs and rules, intents, propagation, obligations and waivers: from facts to a verdict."""
