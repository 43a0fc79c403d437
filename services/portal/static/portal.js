import { initAll } from "/static/nhsuk-frontend-10.6.1/nhsuk-frontend.min.js";

initAll();
document.body.addEventListener("htmx:afterSwap", (event) => initAll(event.target));

// A form that htmx gets refused is sent again without it: a page then says why. Under its key it is one act.
const sendAsPage = (event) => event.target.closest("form")?.submit();
document.body.addEventListener("htmx:responseError", sendAsPage);
document.body.addEventListener("htmx:sendError", sendAsPage);
