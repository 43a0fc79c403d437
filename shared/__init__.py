"""Mechanism used by two or more services; no business word outside `contracts`."""
