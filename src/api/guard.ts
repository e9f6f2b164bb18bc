import type { MiddlewareHandler } from "hono";
import { authenticateApi, isFromOwnPage } from "../access/index.ts";
import type { AppContext, AppEnv } from "../app-env.ts";
import { type Connection, findConnection } from "../connections/index.ts";
import { refuse } from "./answer.ts";

/** Lets operators through, and what a browser was made to send by another site not. Nothing of `/api` is cached. */
export const requireOperator: MiddlewareHandler<AppEnv> = async (c, next) => {
  c.header("cache-control", "no-store");
  c.header("x-request-id", c.get("requestId"));
  const operator = await authenticateApi(c);
  if (operator === null) {
    c.header("www-authenticate", 'Bearer realm="operator"');
    const message = "Send the operator token: Authorization: Bearer OPERATOR_TOKEN.";
    return refuse(c, { kind: "unauthorized", message });
  }
  if (!isFromOwnPage(c, operator)) {
    const message = "This came from another site. Call the API from here, or with the operator token.";
    return refuse(c, { kind: "forbidden", message });
  }
  c.set("operator", operator.name);
  await next();
  return undefined;
};

export const operatorOf = (c: AppContext): string => c.get("operator") ?? "operator";

type ConnectionHandler = (c: AppContext, connection: Connection) => Response | Promise<Response>;

/** A route below `C`: finds the connection that the path names, or answers 404. */
export const onConnection =
  (handle: ConnectionHandler) =>
  async (c: AppContext): Promise<Response> => {
    const connection = await findConnection(c.get("world"), {
      eventId: c.req.param("event_id") ?? "",
      organizationId: c.req.param("organization_id") ?? "",
    });
    if (connection === null) return refuse(c, { kind: "not_found", what: "connection" });
    return handle(c, connection);
  };
