// First in the body, before anything is drawn: what needs JavaScript shows only where there is some.
document.body.className += " js-enabled" + ("noModule" in HTMLScriptElement.prototype ? " nhsuk-frontend-supported" : "");
