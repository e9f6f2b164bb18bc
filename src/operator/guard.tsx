import type { MiddlewareHandler } from "hono";
import { authenticateOps, isFromOwnPage } from "../access/index.ts";
import type { AppContext, AppEnv } from "../app-env.ts";
import { type Connection, findConnection } from "../connections/index.ts";
import { failureResponse } from "../ui/index.ts";
import { signInPage } from "./sign-in.tsx";

/** Lets signed-in operators through; everybody else gets the sign-in page, and learns nothing. */
export const requireOps: MiddlewareHandler<AppEnv> = async (c, next) => {
  const operator = await authenticateOps(c);
  if (operator === null) return signInPage(c, { status: 401 });
  if (!isFromOwnPage(c, operator)) {
    return failureResponse(c, { kind: "forbidden", message: "This form came from another site." });
  }
  c.set("operator", operator.name);
  await next();
  return undefined;
};

export const operatorOf = (c: AppContext): string => c.get("operator") ?? "operator";

type Handler = (c: AppContext, connection: Connection) => Response | Promise<Response>;

export const onConnection =
  (handle: Handler) =>
  async (c: AppContext): Promise<Response> => {
    const connection = await findConnection(c.get("world"), {
      eventId: c.req.param("event_id") ?? "",
      organizationId: c.req.param("organization_id") ?? "",
    });
    if (connection === null) return failureResponse(c, { kind: "not_found", what: "connection" });
    return handle(c, connection);
  };
