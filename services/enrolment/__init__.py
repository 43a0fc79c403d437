"""Programmes, cohorts, places, registers and the reach of it all."""
