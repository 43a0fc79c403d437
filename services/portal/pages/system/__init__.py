"""What a system lead sees: who of the own system is on what."""

from services.portal.pages.system.routes import router as router
