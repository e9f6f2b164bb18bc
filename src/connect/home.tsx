import type { AppContext } from "../app-env.ts";
import { findSessions } from "../sessions/index.ts";
import { Card, page, wordsOf } from "../ui/index.ts";

/** `GET /`: what this is, and the two ways in. */
export async function showHome(c: AppContext): Promise<Response> {
  const words = wordsOf(c);
  const { t, language } = words;
  const { manifest } = c.get("world");
  const organizers = await findSessions(c, "organizer");
  return page(
    c,
    { title: t("home.title") },
    <>
      <div class="stack">
        <h1>{t("home.title")}</h1>
        <p class="lead">{manifest.description[language]}</p>
      </div>
      <div class="grid">
        <Card title={t("home.organizer")}>
          <p>{t("home.organizer.text")}</p>
          {organizers.map(({ subject }) => (
            <a class="button big" href={`/organizations/${encodeURIComponent(subject)}`}>
              {t("connected.next")}
            </a>
          ))}
          <a class={organizers.length > 0 ? "button quiet" : "button big"} href="/connect">
            {t("home.organizer.action")}
          </a>
        </Card>
        <Card title={t("home.participant")}>
          <p>{t("home.participant.text")}</p>
          <a class="button big quiet" href="/me">
            {t("home.participant.action")}
          </a>
        </Card>
      </div>
    </>,
  );
}
