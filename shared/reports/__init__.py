"""Figures of periods that are over: published all at once, corrected by revisions; and who read exact ones."""
