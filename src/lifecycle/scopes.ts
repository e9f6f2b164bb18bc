import { type Connection, hasScope } from "../connections/index.ts";
import { fail, ok, type Result } from "../failure.ts";
import type { Manifest } from "../manifest-shape.ts";

export interface ScopeState {
  /** Declared and never asked of this connection, or required and refused: the organizer is asked again. */
  readonly missing: readonly string[];
  /** Optional, asked for and unticked: the organizer's choice, respected. */
  readonly declined: readonly string[];
}

type Scoped = Pick<Connection, "grantedScopes" | "askedScopes">;

/** What a connection lacks of what the manifest declares (seed `000`, "adding a new scope"). */
export function scopeState(connection: Scoped, manifest: Pick<Manifest, "installation">): ScopeState {
  const { required, optional } = manifest.installation;
  const isGranted = (scope: string) => hasScope(connection, scope);
  const isAsked = (scope: string) => connection.askedScopes.includes(scope);
  return {
    missing: [
      ...required.filter((scope) => !isGranted(scope)),
      ...optional.filter((scope) => !isGranted(scope) && !isAsked(scope)),
    ],
    declined: optional.filter((scope) => !isGranted(scope) && isAsked(scope)),
  };
}

/** The connection itself where it may be worked for, else why not. */
export function requireActive(connection: Connection | null): Result<Connection> {
  if (connection === null) return fail({ kind: "not_found", what: "connection" });
  if (connection.status === "active") return ok(connection);
  return fail({ kind: "not_connected", status: connection.status, reason: connection.reason });
}
