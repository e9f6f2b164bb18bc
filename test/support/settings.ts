/** Settings of the Worker under test. The values are plainly of no use anywhere else. */
const key = (fill: string): string => fill.repeat(43);

export const testSettings = {
  REVENTO_AUTH_URL: "http://revento.test",
  REVENTO_API_URL: "http://revento.test/api/v1",
  REVENTO_CLIENT_ID: "test-client",
  REVENTO_CLIENT_SECRET: "test-client-secret",
  REVENTO_WEBHOOK_SECRET: "test-webhook-secret",
  REVENTO_WEBHOOK_SECRET_PREVIOUS: "test-webhook-secret-previous",
  PUBLIC_URL: "https://integration.test",
  TOKEN_KEYS: JSON.stringify([
    { kid: "test-2", key: key("A") },
    { kid: "test-1", key: key("E") },
  ]),
  SESSION_KEY: key("I"),
  OPERATOR_TOKEN: "test-operator-token-of-32-characters",
};
