from services.portal.pages.developers.routes import router as router
