import type { FC } from "hono/jsx";
import { Badge, Card, Time, type Words } from "../ui/index.ts";
import type { ProgramActivity, ProgramDay } from "./program.ts";

interface ProgramProps {
  readonly words: Words;
  readonly days: readonly ProgramDay[];
  /** Null where Revento does not tell what the person signed up for. */
  readonly mine: ReadonlySet<string> | null;
}

/** "My day" first where it is known, then the whole program, one fold a day. */
export const Program: FC<ProgramProps> = ({ words, days, mine }) => {
  const { t } = words;
  const own =
    mine === null ? [] : days.map((day) => pick(day, mine)).filter((day) => day.activities.length > 0);
  return (
    <>
      {mine !== null && (
        <Card title={t("program.mine")}>
          {own.length === 0 && <p class="muted">{t("program.mine.none")}</p>}
          {own.map((day) => (
            <div class="stack tight">
              <h3>{dayName(words, day)}</h3>
              <Activities words={words} activities={day.activities} mine={null} />
            </div>
          ))}
        </Card>
      )}
      <Card title={t("program.title")}>
        {days.length === 0 && <p class="muted">{t("program.none")}</p>}
        {days.map((day, index) => (
          <details open={index === 0 && mine === null}>
            <summary>
              {dayName(words, day)}{" "}
              <span class="muted">· {t("program.count", { n: day.activities.length })}</span>
            </summary>
            <Activities words={words} activities={day.activities} mine={mine} />
          </details>
        ))}
      </Card>
    </>
  );
};

const pick = (day: ProgramDay, mine: ReadonlySet<string>): ProgramDay => ({
  ...day,
  activities: day.activities.filter(({ id }) => mine.has(id)),
});

/** The day as the activities' own place has it; Revento's date where they have no times. */
function dayName(words: Words, { date, activities }: ProgramDay): string {
  const at = activities.find(({ startsAt }) => startsAt !== null)?.startsAt ?? Date.parse(date);
  return Number.isNaN(at) ? date : words.day(at);
}

const Activities: FC<{
  words: Words;
  activities: readonly ProgramActivity[];
  mine: ReadonlySet<string> | null;
}> = ({ words, activities, mine }) => (
  <ul class="list program">
    {activities.map((activity) => (
      <li class="activity">
        <span class="when">
          {activity.startsAt !== null && <Time at={activity.startsAt}>{words.time(activity.startsAt)}</Time>}
          {activity.endsAt !== null && <span class="muted">{words.time(activity.endsAt)}</span>}
        </span>
        <span class="stack tight">
          <bdi class={activity.isOff ? "off" : "what"}>{activity.title}</bdi>
          <span class="small muted">
            {[activity.place, activity.thread]
              .filter((part) => part !== null)
              .map((part) => (
                <bdi class="part">{part}</bdi>
              ))}
          </span>
          <Marks words={words} activity={activity} isMine={mine?.has(activity.id) === true} />
        </span>
      </li>
    ))}
  </ul>
);

const Marks: FC<{ words: Words; activity: ProgramActivity; isMine: boolean }> = ({
  words,
  activity,
  isMine,
}) => (
  <span class="marks">
    {isMine && <Badge tone="ok">{words.t("program.isMine")}</Badge>}
    {activity.isOff && <Badge tone="bad">{words.t("program.off")}</Badge>}
    {activity.isFull && !isMine && !activity.isOff && <Badge tone="warn">{words.t("program.full")}</Badge>}
  </span>
);
