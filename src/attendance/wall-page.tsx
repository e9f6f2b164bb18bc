import type { AppContext } from "../app-env.ts";
import { Chart, Name, page } from "../ui/index.ts";
import { countAttendance } from "./counts.ts";
import { arrivalsCurve } from "./curve.ts";
import { type Desk, wordsAt } from "./desk.tsx";

/** Asked again even while the socket is open: the curve, and whatever a broken socket missed. */
const RENEW_S = 15;

/** `GET …/attendance/wall`: one number for a room. */
export async function showWall(c: AppContext, desk: Desk): Promise<Response> {
  const { connection, base } = desk;
  const words = wordsAt(c, desk);
  const [numbers, curve] = await Promise.all([
    countAttendance(c.get("world"), connection.id),
    arrivalsCurve(c.get("world"), connection.id),
  ]);
  const ends = [words.time(curve[0]?.x ?? 0), words.time(curve.at(-1)?.x ?? 0)] as const;
  return page(
    c,
    {
      title: words.t("wall.title"),
      bare: true,
      wide: true,
      withoutNotice: true,
      live: { everyS: RENEW_S },
      scripts: ["/wall.js"],
    },
    <div class="wall" data-socket={`${base}/live`} data-language={words.language} id="wall">
      <h1>
        <Name name={connection.eventName ?? words.t("wall.title")} isInline />
      </h1>
      <p class="count" aria-live="polite">
        <strong id="count">{words.number(numbers.checkedIn)}</strong>
        <span>{words.t("wall.here")}</span>
      </p>
      <p class="lead">
        {words.t("wall.expected")} <span id="expected">{words.number(numbers.expected)}</span>
      </p>
      <div id="curve" data-live="">
        <Chart points={curve} label={words.t("attendance.curve")} ends={ends} />
      </div>
      <a class="small muted" href={base}>
        {words.t("wall.back")}
      </a>
    </div>,
  );
}
