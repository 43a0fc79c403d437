"""What every page has: its look, its navigation, forms, dates and words for what went wrong."""
