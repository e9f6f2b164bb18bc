import type { AppContext } from "../app-env.ts";
import { Name, page } from "../ui/index.ts";
import { countAttendance } from "./counts.ts";
import { type Desk, queryOf, wordsAt } from "./desk.tsx";
import { DeskView } from "./desk-view.tsx";
import { searchGuests } from "./people.ts";

/** `GET /door/{key}`: check-in, and nothing else of the event. */
export async function showDoor(c: AppContext, desk: Desk): Promise<Response> {
  const { connection, base, label } = desk;
  const words = wordsAt(c, desk);
  const [numbers, found] = await Promise.all([
    countAttendance(c.get("world"), connection.id),
    searchGuests(c.get("world"), connection.id, queryOf(c)),
  ]);
  return page(
    c,
    { title: words.t("door.title"), scripts: ["/desk.js"] },
    <>
      <div class="stack tight">
        <h1>
          <Name name={connection.eventName ?? words.t("door.title")} isInline />
        </h1>
        <p class="muted">
          {words.t("door.at")} <bdi>{label}</bdi>
        </p>
      </div>
      <DeskView words={words} base={base} found={found} numbers={numbers} />
    </>,
  );
}
