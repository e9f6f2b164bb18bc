import type { Failure } from "../failure.ts";
import type { TokenResponse } from "../revento/index.ts";
import type { GrantIdentity } from "./identity.ts";

/** Who waits for the answer: a person, a health probe, or a background walk. */
export type Priority = "interactive" | "probe" | "sync";

/** A call that the grant's object makes. */
export interface CallRequest {
  readonly identity: GrantIdentity;
  readonly priority: Priority;
  /** The life that the caller works for; null: whichever runs. */
  readonly generation: number | null;
  readonly method: "GET";
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly scope: string;
}

/** One attempt. Times are epoch ms on our clock. The path has no query. */
export interface CallRecord {
  readonly at: number;
  readonly requestId: string;
  readonly method: string;
  readonly path: string;
  /** Null where no answer came. */
  readonly status: number | null;
  readonly error: string | null;
  readonly durationMs: number;
  readonly attempt: number;
}

export interface CallReply {
  readonly outcome:
    | {
        readonly ok: true;
        readonly body: string;
        readonly date: number;
        readonly durationMs: number;
        readonly requestId: string;
      }
    | { readonly ok: false; readonly failure: Failure };
  /** Every attempt that left. The caller writes them down. */
  readonly records: readonly CallRecord[];
  /** Surrogate id of the connection that the records belong to. */
  readonly connectionId: string | null;
}

export interface InstallRequest {
  readonly identity: GrantIdentity;
  readonly tokens: TokenResponse;
  readonly askedScopes: readonly string[];
  /** For a user grant: the connection of its event. */
  readonly connectionId: string | null;
}
