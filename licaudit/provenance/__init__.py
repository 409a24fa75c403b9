"""The provenance graph: built here, walked here; the only importer of networkx."""
