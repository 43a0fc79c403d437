from services.portal.pages.accessibility.routes import router as router
