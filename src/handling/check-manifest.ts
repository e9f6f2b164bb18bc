import { INSTALLATION_SCOPES, type Manifest, USER_SCOPES } from "../manifest-shape.ts";
import { HOOK_TYPES, matchesType } from "../outbox/index.ts";

/** Event types that Revento has (contract, section 5). Of threads and locations it names only the family. */
const KNOWN_TYPES = [
  "application.submitted",
  "application.approved",
  "application.rejected",
  "application.revision_requested",
  "participant.registered",
  "participant.profile_updated",
  "activity.updated",
  "activity.capacity_state_changed",
  "thread.*",
  "location.*",
  "event.published",
  "event.unpublished",
  "event.updated",
  "data.deletion_required",
  "user.revoked_access",
  "integration.suspended",
  "integration.unpublished",
];

/** What the base itself must hear of, whatever the handlers do. */
const INDISPENSABLE = [
  "data.deletion_required",
  "user.revoked_access",
  "integration.suspended",
  "integration.unpublished",
];

/** What the mirror uses, by the scope that fills it. */
const MIRRORED: readonly (readonly [scope: string, patterns: readonly string[]])[] = [
  ["event.read", ["event.*"]],
  ["participants.read", ["application.*", "participant.*"]],
  ["program.read", ["activity.*", "thread.*", "location.*"]],
];

const ENDPOINT_SCOPES: Readonly<Record<string, string>> = {
  event: "event.read",
  participants: "participants.read",
  program: "program.read",
  activities: "program.read",
  threads: "program.read",
  locations: "program.read",
  registrationWaves: "program.read",
};

export interface Usage {
  readonly handlers: readonly { readonly name: string; readonly pattern: string }[];
  /** Source text in which calls such as `revento.participants(` are looked for. */
  readonly source: string;
  /** Types that alert rules want. */
  readonly alertTypes?: readonly string[];
}

export interface ManifestReport {
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
}

const overlaps = (left: string, right: string): boolean =>
  matchesType(left, right) || matchesType(right, left) || left === right;

/** Whether the manifest and what uses it agree. Errors keep the Worker from starting. */
export function checkManifest(manifest: Manifest, usage: Usage): ManifestReport {
  const scopes: readonly string[] = [...manifest.installation.required, ...manifest.installation.optional];
  const userScopes: readonly string[] = [...manifest.user.required, ...manifest.user.optional];
  const declared = manifest.eventTypes;
  const wanted = usage.handlers.filter(({ pattern }) => !(HOOK_TYPES as readonly string[]).includes(pattern));
  const isDeclared = (type: string): boolean => declared.some((known) => overlaps(known, type));
  const used = [
    ...INDISPENSABLE,
    ...MIRRORED.flatMap(([scope, patterns]) => (scopes.includes(scope) ? patterns : [])),
    ...wanted.map(({ pattern }) => pattern),
    ...(usage.alertTypes ?? []),
  ];
  const unused = declared.filter((type) => !used.some((pattern) => overlaps(pattern, type)));
  return {
    errors: [
      ...strangers(scopes, INSTALLATION_SCOPES).map((scope) => `unknown installation scope ${scope}`),
      ...strangers(userScopes, USER_SCOPES).map((scope) => `unknown user scope ${scope}`),
      ...repeats([...scopes, ...userScopes]).map((scope) => `scope ${scope} is declared twice`),
      ...declared
        .filter((type) => !KNOWN_TYPES.some((known) => overlaps(known, type)))
        .map((type) => `unknown event type ${type}`),
      ...repeats(declared).map((type) => `event type ${type} is declared twice`),
      ...INDISPENSABLE.filter((type) => !isDeclared(type)).map(
        (type) => `event type ${type} has to be declared`,
      ),
      ...wanted
        .filter(({ pattern }) => !isDeclared(pattern))
        .map(
          ({ name, pattern }) => `handler ${name} waits for ${pattern}, which eventTypes does not declare`,
        ),
      ...(usage.alertTypes ?? [])
        .filter((type) => !isDeclared(type))
        .map((type) => `an alert rule waits for ${type}, which eventTypes does not declare`),
      ...endpointsWithoutScope(usage.source, scopes),
    ],
    warnings:
      unused.length === 0
        ? []
        : [
            `nothing uses ${unused.join(", ")}: subscribe only to what you use (eventTypes in src/manifest.ts)`,
          ],
  };
}

const strangers = (values: readonly string[], known: readonly string[]): string[] =>
  values.filter((value) => !known.includes(value));

const repeats = (values: readonly string[]): string[] => [
  ...new Set(values.filter((value, index) => values.indexOf(value) !== index)),
];

function endpointsWithoutScope(source: string, scopes: readonly string[]): string[] {
  const calls = Array.from(
    source.matchAll(/\brevento\s*\??\.\s*(\w+)\s*\(/g),
    ([, endpoint = ""]) => endpoint,
  );
  return [...new Set(calls)]
    .filter((endpoint) => Object.hasOwn(ENDPOINT_SCOPES, endpoint))
    .filter((endpoint) => !scopes.includes(ENDPOINT_SCOPES[endpoint] ?? ""))
    .map((endpoint) => `revento.${endpoint}() is used without its scope ${ENDPOINT_SCOPES[endpoint]}`);
}
