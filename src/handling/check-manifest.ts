import { INSTALLATION_SCOPES, type Manifest, USER_SCOPES } from "../manifest-shape.ts";
import { HOOK_TYPES, matchesType } from "../outbox/index.ts";
import { listWrongValues } from "./manifest-values.ts";

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

/** Scopes that the base itself cannot do without, and what it does with them. */
const BASE_SCOPES = [
  ["installation", "event.read", "reads the event with it, and probes every connection"],
  ["installation", "participants.read", "mirrors the participants with it"],
  ["user", "profile.read", "learns with it who has signed in; without it every sign-in fails"],
] as const;

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

/** Whether the manifest holds what it has to, and agrees with what uses it. Errors keep the Worker from starting. */
export function checkManifest(manifest: Manifest, usage: Usage): ManifestReport {
  const wrongValues = listWrongValues(manifest);
  // What is no list cannot be looked through.
  if (wrongValues.length > 0) return { errors: wrongValues, warnings: [] };
  return {
    errors: [...scopeProblems(manifest, usage.source), ...typeProblems(manifest.eventTypes, usage)],
    warnings: unusedTypes(manifest, usage),
  };
}

const scopesOf = ({ required, optional }: Manifest["installation" | "user"]): readonly string[] => [
  ...required,
  ...optional,
];

function scopeProblems(manifest: Manifest, source: string): readonly string[] {
  const scopes = scopesOf(manifest.installation);
  const userScopes = scopesOf(manifest.user);
  const unknown = (kind: string, declared: readonly string[], known: readonly string[]): readonly string[] =>
    strangers(declared, known).map(
      (scope) => `unknown ${kind} scope ${scope}; there are ${known.join(", ")}`,
    );
  const missing = BASE_SCOPES.filter(
    ([kind, scope]) => !(manifest[kind].required as readonly string[]).includes(scope),
  );
  return [
    ...unknown("installation", scopes, INSTALLATION_SCOPES),
    ...unknown("user", userScopes, USER_SCOPES),
    ...repeats([...scopes, ...userScopes]).map((scope) => `scope ${scope} is declared twice`),
    ...missing.map(
      ([kind, scope, why]) => `${kind}.required has to hold ${scope}: the base needs it, for it ${why}`,
    ),
    ...endpointsWithoutScope(source, scopes),
  ];
}

/** Types of the same family, which a misspelled one may have meant; all where there is no such family. */
function kinOf(type: string): readonly string[] {
  const kin = KNOWN_TYPES.filter((known) => known.split(".")[0] === type.split(".")[0]);
  return kin.length > 0 ? kin : KNOWN_TYPES;
}

const isHook = ({ pattern }: Usage["handlers"][number]): boolean =>
  (HOOK_TYPES as readonly string[]).includes(pattern);

function typeProblems(declared: readonly string[], { handlers, alertTypes = [] }: Usage): readonly string[] {
  const isDeclared = (type: string): boolean => declared.some((known) => overlaps(known, type));
  const undeclared = "which eventTypes does not declare: add it there, or take this out";
  return [
    ...declared
      .filter((type) => !KNOWN_TYPES.some((known) => overlaps(known, type)))
      .map((type) => `unknown event type ${type}; Revento has ${kinOf(type).join(", ")}`),
    ...repeats(declared).map((type) => `event type ${type} is declared twice`),
    ...INDISPENSABLE.filter((type) => !isDeclared(type)).map(
      (type) => `eventTypes has to hold ${type}: the base needs it, to end and to erase what has to go`,
    ),
    ...handlers
      .filter((handler) => !isHook(handler) && !isDeclared(handler.pattern))
      .map(({ name, pattern }) => `handler ${name} waits for ${pattern}, ${undeclared}`),
    ...alertTypes
      .filter((type) => !isDeclared(type))
      .map((type) => `an alert rule waits for ${type}, ${undeclared}`),
  ];
}

function unusedTypes(manifest: Manifest, { handlers, alertTypes = [] }: Usage): readonly string[] {
  const scopes = scopesOf(manifest.installation);
  const used = [
    ...INDISPENSABLE,
    ...MIRRORED.flatMap(([scope, patterns]) => (scopes.includes(scope) ? patterns : [])),
    ...handlers.filter((handler) => !isHook(handler)).map(({ pattern }) => pattern),
    ...alertTypes,
  ];
  const unused = manifest.eventTypes.filter((type) => !used.some((pattern) => overlaps(pattern, type)));
  return unused.length === 0
    ? []
    : [`nothing uses ${unused.join(", ")}: subscribe only to what you use (eventTypes in src/manifest.ts)`];
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
    .map(
      (endpoint) =>
        `revento.${endpoint}() is used without its scope ${ENDPOINT_SCOPES[endpoint]}: declare it under installation`,
    );
}
