// The reference page: draws the description that this Worker serves. Tokens typed here stay in this tab.
window.SwaggerUIBundle?.({
  url: "/api/openapi.json",
  dom_id: "#reference",
  deepLinking: true,
  persistAuthorization: false,
});
