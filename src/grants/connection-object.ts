import { DurableObject } from "cloudflare:workers";
import type { Env } from "../bindings.ts";
import type { OpenedConnection } from "../connections/index.ts";
import { fail, type Result } from "../failure.ts";
import type { GrantIdentity } from "./identity.ts";
import type { CallReply, CallRequest, InstallRequest } from "./protocol.ts";

/** The grant of one (event, organization), or of one (user, event). */
export class ConnectionObject extends DurableObject<Env> {
  async install(_request: InstallRequest): Promise<Result<OpenedConnection>> {
    return fail({ kind: "storage_unavailable", detail: "not built yet" });
  }

  async installUser(_request: InstallRequest): Promise<Result<null>> {
    return fail({ kind: "storage_unavailable", detail: "not built yet" });
  }

  async call(_request: CallRequest): Promise<CallReply> {
    const failure = { kind: "storage_unavailable", detail: "not built yet" } as const;
    return { outcome: { ok: false, failure }, records: [], connectionId: null };
  }

  async end(_request: { identity: GrantIdentity; generation: number | null }): Promise<void> {}
}
