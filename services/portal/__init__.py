"""The pages: what people do in a browser, by the services' own APIs."""
