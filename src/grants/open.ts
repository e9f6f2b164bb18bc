import { type OpenedConnection, openConnection } from "../connections/index.ts";
import { type Failure, fail, ok, type Result } from "../failure.ts";
import { openGate } from "./create.ts";
import { type Custody, ringOf, save, scheduleAlarm } from "./custody.ts";
import { stopTime, WAITER_MS } from "./decide.ts";
import type { GrantIdentity } from "./identity.ts";
import { issuePair } from "./issue.ts";
import { recordOf } from "./outcomes.ts";
import { persist } from "./persist.ts";
import type { InstallRequest } from "./protocol.ts";
import { recordStatements } from "./records.ts";
import { noteUserKey } from "./seals.ts";
import { EMPTY, type HeldGrant } from "./state.ts";

const LOST: Failure = { kind: "storage_unavailable", detail: "the tokens could not be stored" };

/**
 * Installs the tokens of a consent: one installation at a time, and after an open refresh has settled, which no
 * person waits for longer than 8 s: what it brings later belongs to an earlier life, and changes nothing.
 */
export function openGrant(custody: Custody, request: InstallRequest): Promise<Result<OpenedConnection>> {
  return oneAtATime(custody, async () => {
    const { identity, tokens, askedScopes } = request;
    if (identity.kind !== "installation") throw new Error("a user's grant opens no connection");
    await settleFlight(custody);
    const { eventId, organizationId } = identity;
    const grantedScopes = tokens.scopes ?? askedScopes;
    const leastGeneration = knownGeneration(custody) + 1;
    const opened = await openConnection(custody.world, {
      ...{ eventId, organizationId, grantedScopes, askedScopes, leastGeneration },
      connectedAt: tokens.date,
    });
    const before = custody.state.held;
    const lifeStartedAt = opened.kind === "signed_in" && before !== null ? before.lifeStartedAt : tokens.date;
    const { connectionId, generation } = opened;
    const held = await firstPair(custody, request, { connectionId, generation, lifeStartedAt });
    const isDurable = await persist(custody, held, firstRecord(custody, held, request));
    return isDurable ? ok(opened) : fail(LOST);
  });
}

/** The last life that this object knows of; 0: none. */
const knownGeneration = ({ state }: Custody): number =>
  Math.max(state.held?.generation ?? 0, state.ended?.generation ?? 0);

/** The same for a person's grant: no connection, no copy. */
export function openUserGrant(custody: Custody, request: InstallRequest): Promise<Result<null>> {
  return oneAtATime(custody, async () => {
    await settleFlight(custody);
    custody.gate = openGate(() => custody.world, custody.store, "user");
    const generation = Math.max(custody.state.held?.generation ?? 0, custody.lastEnded) + 1;
    const connectionId = request.connectionId ?? "";
    const lifeStartedAt = request.tokens.date;
    const held = await firstPair(custody, request, { connectionId, generation, lifeStartedAt });
    await save(custody, { ...EMPTY, held });
    await scheduleAlarm(custody);
    custody.waitUntil(noteUserKey(custody.world, held));
    return ok(null);
  });
}

async function oneAtATime<T>(custody: Custody, work: () => Promise<Result<T>>): Promise<Result<T>> {
  custody.installations += 1;
  const turn = custody.installing.then(work).catch((error): Result<T> => {
    custody.world.log.error("grant.install_broke", { error: String(error) });
    return fail(LOST);
  });
  custody.installing = turn;
  try {
    return await turn;
  } finally {
    custody.installations -= 1;
  }
}

async function settleFlight(custody: Custody): Promise<void> {
  if (custody.flight === null) return;
  await Promise.race([custody.flight, new Promise((resolve) => setTimeout(resolve, WAITER_MS))]);
}

function firstPair(
  custody: Custody,
  { identity, tokens, askedScopes }: InstallRequest & { identity: GrantIdentity },
  life: Pick<HeldGrant, "connectionId" | "generation" | "lifeStartedAt">,
): Promise<HeldGrant> {
  const now = custody.world.now();
  const grantedScopes = tokens.scopes ?? askedScopes;
  const first = {
    ...life,
    identity,
    rotation: 1,
    grantedScopes,
    askedScopes,
    endsAt: stopTime(now),
    connectedAt: tokens.date,
  };
  return issuePair(ringOf(custody), first, tokens, "", { now, random: Math.random() });
}

/** The code exchange was made before there was a connection to record it under. */
function firstRecord(custody: Custody, held: HeldGrant, { tokens }: InstallRequest): D1PreparedStatement[] {
  const at = custody.world.now() - tokens.durationMs;
  const record = recordOf({ kind: "granted", tokens }, at);
  return recordStatements(custody.world, held.connectionId, [record]);
}
