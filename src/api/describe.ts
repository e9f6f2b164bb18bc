import * as z from "zod/mini";
import * as schemas from "./schemas.ts";

/** One call of the API, for the OpenAPI document. */
interface Operation {
  readonly method: "get" | "post" | "put" | "delete";
  readonly path: string;
  readonly summary: string;
  readonly answer: z.ZodMiniType;
  readonly status?: number;
  /** A second way to succeed, with the same answer. */
  readonly also?: { readonly status: number; readonly summary: string };
  readonly isList?: true;
  readonly query?: readonly string[];
  readonly body?: z.ZodMiniType;
}

const C = "/connections/{event_id}/{organization_id}";
const list = (
  path: string,
  summary: string,
  answer: z.ZodMiniType,
  query: readonly string[] = [],
): Operation => ({
  method: "get",
  path,
  summary,
  answer,
  isList: true,
  query,
});
const get = (
  path: string,
  summary: string,
  answer: z.ZodMiniType,
  query: readonly string[] = [],
): Operation => ({
  method: "get",
  path,
  summary,
  answer,
  query,
});
const start = (path: string, summary: string): Operation => ({
  method: "post",
  path,
  summary,
  answer: schemas.accepted,
  status: 202,
});

export const OPERATIONS: readonly Operation[] = [
  list("/connections", "Connections, in the order of event and organization", schemas.connection, [
    "organization_id",
    "event_id",
    "status",
  ]),
  get(C, "One connection", schemas.connection),
  list(`${C}/participants`, "Mirrored participants", schemas.participant, [
    "application_status",
    "state",
    "q",
  ]),
  get(`${C}/participants/{id}`, "One participant", schemas.participant),
  list(`${C}/activities`, "Mirrored activities", schemas.resource),
  list(`${C}/threads`, "Mirrored threads", schemas.resource),
  list(`${C}/locations`, "Mirrored locations", schemas.resource),
  list(`${C}/registration-waves`, "Mirrored registration waves", schemas.resource),
  get(`${C}/event`, "The mirrored event", schemas.resource),
  start(`${C}/sync`, "Begins a sync of everything"),
  start(`${C}/reconcile`, "Begins a reconcile"),
  start(`${C}/reconcile/confirm`, "Releases a frozen reconcile"),
  start(`${C}/probe`, "Probes the connection now"),
  start(`${C}/erase`, "Ends the connection and erases its data now"),
  list(`${C}/timeline`, "Calls, deliveries, jobs and audit entries, newest first", schemas.timelineEntry),
  {
    method: "post",
    path: `${C}/check-ins`,
    summary: "Records an arrival",
    answer: schemas.checkIn,
    status: 201,
    also: { status: 200, summary: "It was recorded before" },
    body: schemas.arrival,
  },
  {
    method: "delete",
    path: `${C}/check-ins/{participant_id}`,
    summary: "Takes an arrival back",
    answer: schemas.checkIn,
  },
  get(`${C}/attendance`, "Who is here", schemas.attendance),
  get("/participants/{id}/trace", "Everything known about a participant id", schemas.trace),
  list("/deliveries", "Webhooks received, newest first", schemas.delivery, ["status"]),
  get("/trace/{id}", "Everything known under a request id, delivery id, job id or connection", schemas.trace),
  list("/dead-letters", "Messages set aside", schemas.deadLetter, ["queue", "reason"]),
  {
    ...start("/dead-letters/replay", "Replays all, or those of a queue or reason"),
    query: ["queue", "reason"],
  },
  start("/dead-letters/{id}/replay", "Replays one message"),
  {
    method: "delete",
    path: "/dead-letters/{id}",
    summary: "Discards one message",
    answer: schemas.anything,
    status: 204,
  },
  list("/erasures", "The erasure ledger, newest first", schemas.erasure),
  start("/erasures/apply", "Applies the ledger again, after a database restore"),
  list("/seals", "How many seals use which key id", schemas.seal),
  get("/metrics", "Counters since the installation", schemas.metrics, ["format"]),
  get("/self-test", "What only the inside can see, checked", schemas.anything),
  start("/self-test", "Sends a canary through every queue"),
  {
    method: "put",
    path: "/self-test/report",
    summary: "Keeps a report",
    answer: schemas.anything,
    status: 204,
    body: schemas.anything,
  },
  {
    method: "delete",
    path: "/self-test/deliveries",
    summary: "Forgets the test's deliveries",
    answer: schemas.anything,
  },
];

const jsonSchema = (schema: z.ZodMiniType): unknown => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: "output" }) as Record<string, unknown>;
  return rest;
};
const json = (schema: z.ZodMiniType) => ({ "application/json": { schema: jsonSchema(schema) } });

function parametersOf({ path, query = [], isList }: Operation): unknown[] {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
  const asked = query.map((name) => ({ name, in: "query", schema: { type: "string" } }));
  const paging = [
    { name: "limit", in: "query", schema: { type: "integer", minimum: 1, maximum: 100, default: 25 } },
    {
      name: "cursor",
      in: "query",
      schema: { type: "string" },
      description: "`next_cursor` of the page before",
    },
  ];
  return [...inPath, ...asked, ...(isList === true ? paging : [])];
}

const REFUSALS: Readonly<Record<string, string>> = {
  "400": "The limit, the cursor, a filter or the body is not well-formed",
  "401": "No operator",
  "404": "There is no such thing",
  "409": "The state of the connection does not allow it",
  "503": "A setting is missing or malformed, or the storage does not answer",
};

function operationOf(operation: Operation): unknown {
  const { answer, status = 200, also, isList, summary, body } = operation;
  const shape = isList === true ? schemas.listOf(answer) : answer;
  const refusals = Object.entries(REFUSALS).map(([code, description]) => [
    code,
    { description, content: json(schemas.failure) },
  ]);
  return {
    summary,
    parameters: parametersOf(operation),
    ...(body === undefined ? {} : { requestBody: { required: true, content: json(body) } }),
    responses: {
      [String(status)]: { description: summary, ...(status === 204 ? {} : { content: json(shape) }) },
      ...(also === undefined
        ? {}
        : { [String(also.status)]: { description: also.summary, content: json(shape) } }),
      ...Object.fromEntries(refusals),
    },
  };
}

/** The OpenAPI document, made of the schemas that answers are tested against. */
export function describeApi(version: string): unknown {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const operation of OPERATIONS) {
    const path = `/api${operation.path}`;
    paths[path] = { ...paths[path], [operation.method]: operationOf(operation) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Revento integration: operator's API",
      version,
      description:
        "Lists answer data, next_cursor and has_more; errors answer error, message and request_id.",
    },
    security: [{ operator: [] }],
    components: {
      securitySchemes: { operator: { type: "http", scheme: "bearer", description: "OPERATOR_TOKEN" } },
    },
    paths,
  };
}
