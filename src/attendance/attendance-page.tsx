import type { FC } from "hono/jsx";
import type { AppContext } from "../app-env.ts";
import { isSuspensionSuspected } from "../monitoring/index.ts";
import { Banner, Card, Chart, Name, page, Stats, SuspendedBanner, type Words } from "../ui/index.ts";
import { type Attendance, countAttendance } from "./counts.ts";
import { arrivalsCurve, type CurvePoint } from "./curve.ts";
import { type Desk, queryOf, wordsAt } from "./desk.tsx";
import { DeskView, FlagBadge } from "./desk-view.tsx";
import { type DoorLink, listDoorLinks } from "./door-links.ts";
import { type Guest, listConflicts, searchGuests } from "./people.ts";

/** `GET …/attendance`: who is here now, check-in, and the doors. */
export async function showAttendance(c: AppContext, desk: Desk, newKey?: string): Promise<Response> {
  const { connection, base } = desk;
  const world = c.get("world");
  const words = wordsAt(c, desk);
  const [numbers, curve, conflicts, doors, found, isSuspected] = await Promise.all([
    countAttendance(world, connection.id),
    arrivalsCurve(world, connection.id),
    listConflicts(world, connection.id),
    listDoorLinks(world, connection.id),
    searchGuests(world, connection.id, queryOf(c)),
    isSuspensionSuspected(world),
  ]);
  const organization = `/organizations/${encodeURIComponent(connection.organizationId)}`;
  return page(
    c,
    {
      title: words.t("attendance.title"),
      nav: [{ href: organization, label: words.t("dashboard.nav") }],
      scripts: ["/desk.js"],
      wide: true,
    },
    <>
      <div class="stack tight">
        <h1>
          <Name name={connection.eventName ?? connection.eventId} isInline />
        </h1>
        <p class="lead">{words.t("attendance.title")}</p>
      </div>
      <SuspendedBanner
        words={words}
        manifest={world.manifest}
        isSuspended={connection.status === "suspended"}
        isSuspected={isSuspected}
      />
      {connection.status === "reconnect_required" && (
        <Banner tone="warn">
          <span>{words.t("attendance.stale")}</span>
          <a href={`/connect?event_id=${encodeURIComponent(connection.eventId)}`}>
            {words.t("reconnect.action")}
          </a>
        </Banner>
      )}
      {newKey !== undefined && <NewDoor words={words} url={`${world.config.publicUrl}/door/${newKey}`} />}
      <div class="columns">
        <Card title={words.t("attendance.checkIn")}>
          <DeskView words={words} base={base} found={found} numbers={numbers} />
        </Card>
        <div class="stack">
          <Numbers words={words} numbers={numbers} curve={curve} base={base} />
          <Conflicts words={words} conflicts={conflicts} />
          <Doors words={words} doors={doors} base={base} />
        </div>
      </div>
    </>,
  );
}

const Numbers: FC<{
  words: Words;
  numbers: Attendance;
  curve: readonly CurvePoint[];
  base: string;
}> = ({ words, numbers, curve, base }) => (
  <Card title={words.t("attendance.now")}>
    <Stats
      items={[
        { label: words.t("attendance.here"), value: words.number(numbers.checkedIn) },
        ...(["registered", "cancelled", "conflicts"] as const).map((name) => ({
          label: words.t(`attendance.${name}`, { n: numbers[name] }),
          value: words.number(numbers[name]),
        })),
      ]}
    />
    {numbers.expected > numbers.registered && (
      <p class="small muted">
        {words.t("attendance.unregistered", { n: numbers.expected - numbers.registered })}
      </p>
    )}
    <Chart
      points={curve}
      label={words.t("attendance.curve")}
      ends={[words.dateTime(curve[0]?.x ?? 0), words.dateTime(curve.at(-1)?.x ?? 0)]}
    />
    <div class="row">
      <a class="button quiet" href={`${base}/wall`}>
        {words.t("attendance.wall")}
      </a>
      <a class="button plain" href={`${base}.csv`} download>
        {words.t("attendance.export")}
      </a>
    </div>
  </Card>
);

/** People who arrived and whose registration changed since: shown, never deleted. */
const Conflicts: FC<{ words: Words; conflicts: readonly Guest[] }> = ({ words, conflicts }) =>
  conflicts.length === 0 ? null : (
    <Card title={words.t("attendance.conflicts.title")}>
      <p class="muted">{words.t("attendance.conflicts.what")}</p>
      <ul class="list">
        {conflicts.map((guest) => (
          <li class="row between">
            <Name name={guest.name} />
            <FlagBadge t={words.t} flag={guest.flag} />
          </li>
        ))}
      </ul>
    </Card>
  );

const NewDoor: FC<{ words: Words; url: string }> = ({ words, url }) => (
  <Banner tone="ok" title={words.t("doors.new")}>
    <span>{words.t("doors.new.what")}</span>
    <input aria-label={words.t("doors.new")} value={url} readonly />
    <a href={url}>{words.t("doors.open")}</a>
  </Banner>
);

const Doors: FC<{ words: Words; doors: readonly DoorLink[]; base: string }> = ({ words, doors, base }) => (
  <Card title={words.t("doors.title")} id="doors">
    <p class="muted">{words.t("doors.what")}</p>
    <ul class="list">
      {doors.map((door) => (
        <li class="row between">
          <span class="stack tight">
            <bdi>{door.label}</bdi>
            <span class="small muted">
              {words.t("doors.until", { date: words.dateTime(door.expiresAt) })}
            </span>
          </span>
          <form method="post" action={`${base}/doors/${door.keyHash}/revoke`} class="inline">
            <button
              type="submit"
              class="danger small"
              aria-label={`${words.t("doors.revoke")}: ${door.label}`}
            >
              {words.t("doors.revoke")}
            </button>
          </form>
        </li>
      ))}
    </ul>
    <form method="post" action={`${base}/doors`}>
      <div class="field">
        <label for="label">{words.t("doors.label")}</label>
        <input id="label" name="label" required maxlength={60} placeholder={words.t("doors.label.example")} />
      </div>
      <button type="submit" class="quiet">
        {words.t("doors.create")}
      </button>
    </form>
  </Card>
);
