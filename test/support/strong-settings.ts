/** 32 random bytes in base64url. For Node and for workerd alike. */
export const randomToken = (): string =>
  btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

/** Settings as `npm run secrets` makes them. */
export const strong = () => ({
  REVENTO_CLIENT_SECRET: randomToken(),
  REVENTO_WEBHOOK_SECRET: randomToken(),
  REVENTO_WEBHOOK_SECRET_PREVIOUS: "",
  TOKEN_KEYS: JSON.stringify([
    { kid: "one", key: randomToken() },
    { kid: "two", key: randomToken() },
  ]),
  SESSION_KEY: randomToken(),
  OPERATOR_TOKEN: randomToken(),
});
