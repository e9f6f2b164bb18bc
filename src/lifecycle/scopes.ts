import type { Connection } from "../connections/index.ts";
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
  const isGranted = (scope: string) => connection.grantedScopes.includes(scope);
  const isAsked = (scope: string) => connection.askedScopes.includes(scope);
  return {
    missing: [
      ...required.filter((scope) => !isGranted(scope)),
      ...optional.filter((scope) => !isGranted(scope) && !isAsked(scope)),
    ],
    declined: optional.filter((scope) => !isGranted(scope) && isAsked(scope)),
  };
}

/** The one guard in front of every feature that needs a scope. */
export const hasScope = (connection: Pick<Connection, "grantedScopes">, scope: string): boolean =>
  connection.grantedScopes.includes(scope);

/** The connection itself where it may be worked for, else why not. */
export function requireActive(connection: Connection | null): Result<Connection> {
  if (connection === null) return fail({ kind: "not_found", what: "connection" });
  if (connection.status === "active") return ok(connection);
  return fail({ kind: "not_connected", status: connection.status, reason: connection.reason });
}

/** As `requireActive`, and the scope was granted. */
export function requireScope(connection: Connection | null, scope: string): Result<Connection> {
  const active = requireActive(connection);
  if (!active.ok || hasScope(active.value, scope)) return active;
  return fail({ kind: "missing_scope", scope });
}
