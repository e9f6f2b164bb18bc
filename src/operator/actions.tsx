import type { AppContext } from "../app-env.ts";
import { appendAudit, type Connection } from "../connections/index.ts";
import { eraseConnection, requireActive } from "../lifecycle/index.ts";
import { confirmReconcile } from "../mirror/index.ts";
import { openJob } from "../records/index.ts";
import { Banner, Card, Field, failureResponse } from "../ui/index.ts";
import { connectionPath, opsPage } from "./frame.tsx";
import { operatorOf } from "./guard.tsx";

const back = (c: AppContext, connection: Connection, done: string): Response =>
  c.redirect(`${connectionPath(connection.eventId, connection.organizationId)}?done=${done}`, 303);

/** `POST …/probe`, `…/sync`, `…/reconcile`: nothing that could not be undone. */
export const start =
  (action: "probe" | "sync" | "reconcile") => async (c: AppContext, connection: Connection) => {
    const active = requireActive(connection);
    if (!active.ok) return failureResponse(c, active.failure);
    const world = c.get("world");
    const { id: connectionId, eventId, organizationId, generation } = connection;
    const life = { connectionId, eventId, organizationId, generation };
    const jobId = await openJob(world, connectionId, action);
    if (action === "probe") await world.env.SYNC.send({ kind: "health.probe", life, jobId });
    else {
      const run = action === "sync" ? "initial" : "reconcile";
      await world.env.SYNC.send({ kind: "sync.start", life, run, jobId });
    }
    await appendAudit(world, {
      connectionId,
      actor: operatorOf(c),
      action: `${action}.requested`,
      subject: jobId,
    });
    return back(c, connection, action);
  };

/** `GET …/erase`: says what will be gone, and asks for the event's id. */
export const askErase = (c: AppContext, connection: Connection, problem?: string) => {
  const path = connectionPath(connection.eventId, connection.organizationId);
  return opsPage(
    c,
    `Erase ${connection.eventName ?? connection.eventId}`,
    <Card>
      <Banner tone="bad">
        This ends the connection, destroys its tokens and erases every participant, arrival and record of it,
        now. It cannot be undone. The organizer has to connect again.
      </Banner>
      <form class="stack" method="post" action={`${path}/erase`}>
        <Field
          name="event_id"
          label={`To confirm, type ${connection.eventId}`}
          required
          {...(problem === undefined ? {} : { problem })}
        />
        <div class="row">
          <button class="button danger" type="submit">
            Erase for good
          </button>
          <a class="button quiet" href={path}>
            Keep it
          </a>
        </div>
      </form>
    </Card>,
    problem === undefined ? 200 : 400,
  );
};

export async function erase(c: AppContext, connection: Connection): Promise<Response> {
  const form = await c.req.formData().catch(() => new FormData());
  if (form.get("event_id") !== connection.eventId) {
    return askErase(c, connection, "This is not the id of this event. Nothing was erased.");
  }
  await eraseConnection(c.get("world"), connection, operatorOf(c));
  return back(c, connection, "erasure");
}

/** `GET …/confirm`: before a frozen reconcile is released. */
export const askConfirm = (c: AppContext, connection: Connection) => {
  const path = connectionPath(connection.eventId, connection.organizationId);
  return opsPage(
    c,
    "Confirm a reconcile",
    <Card>
      <Banner tone="warn">
        The last complete walk missed so many people that it was stopped: a reset of the sandbox looks like
        this. If they are really gone, confirm: a second walk begins, and cancels who is missing there too.
        They are restored if they appear again.
      </Banner>
      <form class="row" method="post" action={`${path}/confirm`}>
        <button class="button danger" type="submit">
          They are gone
        </button>
        <a class="button quiet" href={path}>
          Keep them
        </a>
      </form>
    </Card>,
  );
};

export async function confirm(c: AppContext, connection: Connection): Promise<Response> {
  const world = c.get("world");
  const confirmed = await confirmReconcile(world, connection, operatorOf(c));
  if (!confirmed.ok) return failureResponse(c, confirmed.failure);
  return back(c, connection, "confirmation");
}
