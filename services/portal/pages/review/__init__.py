from services.portal.pages.review.routes import router as router
