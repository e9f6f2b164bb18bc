import type { FC } from "hono/jsx";
import { Facts, type Translate } from "../ui/index.ts";

/** What the person wrote in the event's form, as it was sent: any text, in any script and length, stays text. */
export const Answers: FC<{ t: Translate; answers: Readonly<Record<string, unknown>> }> = ({ t, answers }) => {
  const items = Object.entries(answers).map(
    ([field, answer]) =>
      [<bdi>{field.replaceAll("_", " ")}</bdi>, <bdi class="answer">{written(answer)}</bdi>] as const,
  );
  return items.length === 0 ? null : (
    <details>
      <summary>{t("application.answers")}</summary>
      <Facts items={items} />
    </details>
  );
};

function written(answer: unknown): string {
  if (answer === null || answer === undefined || answer === "") return "–";
  if (Array.isArray(answer)) return answer.map(written).join(", ");
  return typeof answer === "object" ? JSON.stringify(answer) : String(answer);
}
