type Fields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** One JSON object a line. Callers pass ids and outcomes: never a token, a secret, a body or a name of a person. */
export interface Logger {
  info(event: string, fields?: Fields): void;
  warn(event: string, fields?: Fields): void;
  error(event: string, fields?: Fields): void;
}

export function createLogger(write: (line: string) => void = console.log): Logger {
  const at =
    (level: string) =>
    (event: string, fields: Fields = {}) =>
      write(JSON.stringify({ level, event, ...fields }));
  return { info: at("info"), warn: at("warn"), error: at("error") };
}

/** The most that may ever be shown of a token or secret (seed `000`, Security). */
export function maskSecret(secret: string): string {
  return `…${secret.slice(-4)} (${secret.length})`;
}
