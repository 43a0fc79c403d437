"""Registers: who was there, told by whoever runs the session and by programme leads, on one page."""

from services.portal.pages.registers.routes import router as router
