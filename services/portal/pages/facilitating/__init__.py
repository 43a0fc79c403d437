"""What whoever runs sessions does: their cohorts, and the way to each register."""

from services.portal.pages.facilitating.routes import router as router
