from services.portal.pages.catalogue.routes import router as router
