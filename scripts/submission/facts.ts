import type { Manifest } from "../../src/manifest-shape.ts";
import { connect as english } from "../../src/ui/messages/en/connect.ts";
import { connect as polish } from "../../src/ui/messages/pl/connect.ts";

/** What Revento asks for with a production request (seed `000`), and what it compares byte for byte. */
export interface Facts {
  readonly name: string;
  readonly clientId: string;
  readonly redirectUris: readonly string[];
  readonly webhookUrl: string;
  readonly scopes: readonly ScopeFact[];
  readonly eventTypes: readonly { readonly type: string; readonly use: string }[];
  readonly support: { readonly email: string; readonly url: string };
  readonly termsUrl: string;
  /** Copy for the public catalog. */
  readonly marketing: { readonly en: string; readonly pl: string };
}

interface ScopeFact {
  readonly scope: string;
  readonly of: "organizer connect" | "Login with Revento";
  readonly required: boolean;
  readonly why: { readonly en: string; readonly pl: string };
}

/** Stands where something is missing: a pack with an invented value would be worse than none. */
export const NOT_FILLED_IN = "NOT-FILLED-IN";

/** What each type is used for; a pattern stands for its whole family. */
const USES: readonly (readonly [pattern: RegExp, use: string])[] = [
  [
    /^application\./,
    "keeps the application's status in the mirror, on the participant's page and in the organizer's numbers; runs handlers and alert rules",
  ],
  [/^participant\.registered$/, "counts who is expected; the attendance page lists them"],
  [/^participant\./, "keeps the participant's name and role up to date"],
  [/^activity\./, "keeps the program and its free places up to date"],
  [/^(thread|location)\./, "keeps the program's structure and places up to date"],
  [/^event\.unpublished$/, "takes the event's pages down"],
  [/^event\./, "keeps the event's name and dates up to date"],
  [/^data\.deletion_required$/, "ends the connection, and erases its data at once"],
  [/^user\.revoked_access$/, "ends the person's sessions, and drops what is kept of them"],
  [/^integration\./, "stops all calls, and tells operators and organizers"],
];

export const useOf = (type: string): string | null =>
  USES.find(([pattern]) => pattern.test(type))?.[1] ?? null;

type Texts = Readonly<Record<string, unknown>>;
const textOf = (texts: Texts, key: string): string => {
  const text = texts[key];
  if (typeof text !== "string") throw new Error(`src/ui/messages has no text ${key}`);
  return text;
};

function scopeFacts(
  of: ScopeFact["of"],
  { required, optional }: { required: readonly string[]; optional: readonly string[] },
): readonly ScopeFact[] {
  return [...required, ...optional].map((scope) => ({
    scope,
    of,
    required: required.includes(scope),
    why: { en: textOf(english, `scope.${scope}.why`), pl: textOf(polish, `scope.${scope}.why`) },
  }));
}

export function factsOf(manifest: Manifest, publicUrl: string, clientId: string): Facts {
  return {
    name: manifest.name,
    clientId,
    redirectUris: [`${publicUrl}/connect/callback`, `${publicUrl}/login/callback`],
    webhookUrl: `${publicUrl}/webhooks/revento`,
    scopes: [
      ...scopeFacts("organizer connect", manifest.installation),
      ...scopeFacts("Login with Revento", manifest.user),
    ],
    eventTypes: manifest.eventTypes.map((type) => ({
      type,
      use: useOf(type) ?? "a handler of this integration",
    })),
    support: manifest.contact,
    termsUrl: manifest.termsUrl,
    marketing: manifest.description,
  };
}

/** The same as lines of plain text. */
export function toLines(facts: Facts): string {
  return [
    `name: ${facts.name}`,
    `client id: ${facts.clientId}`,
    ...facts.redirectUris.map((uri) => `redirect URI: ${uri}`),
    `webhook URL: ${facts.webhookUrl}`,
    ...facts.scopes.map(
      ({ scope, of, required, why }) =>
        `scope: ${scope} (${of}, ${required ? "required" : "optional"}): ${why.en}`,
    ),
    ...facts.eventTypes.map(({ type, use }) => `event type: ${type}: ${use}`),
    `support: ${facts.support.email} ${facts.support.url}`,
    `terms: ${facts.termsUrl}`,
  ].join("\n");
}
