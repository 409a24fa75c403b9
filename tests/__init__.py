"""Tests; a package, so that hubs on loopback are shared between its folders."""
