from services.portal.pages.home.routes import router as router
