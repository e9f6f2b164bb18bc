import { DurableObject } from "cloudflare:workers";
import type { Env } from "../bindings.ts";
import { configOf } from "../config.ts";
import type { OpenedConnection } from "../connections/index.ts";
import type { Result } from "../failure.ts";
import { MISCONFIGURED_RETRY_S } from "../misconfigured.ts";
import { createWorld } from "../world.ts";
import { performCall } from "./call.ts";
import { createCustody } from "./create.ts";
import type { Custody } from "./custody.ts";
import { close } from "./end.ts";
import type { GrantIdentity } from "./identity.ts";
import { openGrant, openUserGrant } from "./open.ts";
import type { CallReply, CallRequest, InstallRequest } from "./protocol.ts";
import { wake } from "./wake.ts";

/**
 * The grant of one (event, organization), or of one (user, event): custody of its tokens, the one refresh at a time,
 * the budget, and every call made with it. What each method does is in the function of its name.
 */
export class ConnectionObject extends DurableObject<Env> {
  /** Null while a setting is malformed. Its fields are replaced by tests; no method of the object hands it out. */
  readonly custody: Custody | null;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const config = configOf(env);
    const kind = ctx.id.name?.startsWith("user/") === true ? "user" : "installation";
    const keep = (work: Promise<unknown>): void => ctx.waitUntil(work);
    this.custody = config.ok ? createCustody(createWorld(env, config.value), ctx.storage, keep, kind) : null;
  }

  #ensureCustody(): Custody {
    if (this.custody === null) throw new Error("misconfigured");
    return this.custody;
  }

  install(request: InstallRequest): Promise<Result<OpenedConnection>> {
    return openGrant(this.#ensureCustody(), request);
  }

  installUser(request: InstallRequest): Promise<Result<null>> {
    return openUserGrant(this.#ensureCustody(), request);
  }

  call(request: CallRequest): Promise<CallReply> {
    return performCall(this.#ensureCustody(), request);
  }

  end(request: { readonly identity: GrantIdentity; readonly generation: number | null }): Promise<void> {
    return close(this.#ensureCustody(), request.identity, request.generation);
  }

  override async alarm(): Promise<void> {
    // An alarm that throws is gone after six tries, and with it the next refresh.
    if (this.custody === null) await this.ctx.storage.setAlarm(Date.now() + MISCONFIGURED_RETRY_S * 1000);
    else await wake(this.custody);
  }
}
