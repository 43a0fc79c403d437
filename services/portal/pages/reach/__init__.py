"""The reach report: headline, figures, breakdowns, and the same numbers as CSV."""

from services.portal.pages.reach.routes import router as router
