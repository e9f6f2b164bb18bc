import type { FC } from "hono/jsx";
import type { Series } from "../monitoring/index.ts";

const WIDTH = 640;
const HEIGHT = 150;
/** Outcomes that are drawn apart; the others share one colour. */
const SHADES = 6;

const GOOD = ["applied", "success", "200", "healthy", "complete", "sent", "done", "under 1 s"];
const BAD = [
  "set_aside",
  "refused_signature",
  "refused_timestamp",
  "revoked",
  "error",
  "failed",
  "dead",
  "over 60 s",
  "429",
  "invalid_grant",
  "500",
  "401",
];

function shadeOf(outcome: string, place: number): string {
  if (GOOD.includes(outcome)) return "good";
  if (BAD.includes(outcome)) return "bad";
  return `s${place % SHADES}`;
}

const label = (slot: number): string => new Date(slot).toISOString().slice(5, 16).replace("T", " ");
const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

/** Bars of counters over time, stacked by outcome; the same in words for who cannot see them. */
export const OutcomeChart: FC<{ title: string; series: Series; empty: string }> = ({
  title,
  series,
  empty,
}) => {
  const totals = series.outcomes.map((outcome) => ({ outcome, total: sum(series.counts[outcome] ?? []) }));
  const words = totals.map(({ outcome, total }) => `${outcome} ${total}`).join(", ");
  return (
    <figure class="chart card">
      <figcaption>
        <strong>{title}</strong>
      </figcaption>
      {totals.length === 0 ? (
        <p class="muted">{empty}</p>
      ) : (
        <Bars title={title} words={words} series={series} />
      )}
      <ul class="legend">
        {totals.map(({ outcome, total }, place) => (
          <li>
            <svg class="key" viewBox="0 0 10 10" aria-hidden="true">
              <rect class={shadeOf(outcome, place)} width="10" height="10" />
            </svg>
            {outcome} <strong>{total}</strong>
          </li>
        ))}
      </ul>
    </figure>
  );
};

interface Bar {
  readonly x: number;
  readonly low: number;
  readonly high: number;
}

/** One layer of bars an outcome, each standing on the layers before it. */
function layersOf({ slots, outcomes, counts }: Series): readonly { outcome: string; bars: readonly Bar[] }[] {
  const heights = slots.map(() => 0);
  return outcomes.map((outcome) => ({
    outcome,
    bars: slots.map((_, at) => {
      const low = heights[at] ?? 0;
      const high = low + (counts[outcome]?.[at] ?? 0);
      heights[at] = high;
      return { x: at, low, high };
    }),
  }));
}

/** The share of a bar's place that stays free. */
const GAP = 0.15;
const TOP_MARGIN = 4;
const round = (value: number): number => Math.round(value * 10) / 10;

const Bars: FC<{ title: string; words: string; series: Series }> = ({ title, words, series }) => {
  const layers = layersOf(series);
  const top = Math.max(1, ...layers.flatMap(({ bars }) => bars.map(({ high }) => high)));
  const step = WIDTH / Math.max(1, series.slots.length);
  const y = (count: number): number => HEIGHT - (count / top) * (HEIGHT - TOP_MARGIN);
  return (
    <>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={`${title}: ${words}. At most ${top} in one step.`}
      >
        {layers.map(({ outcome, bars }, place) =>
          bars
            .filter(({ low, high }) => high > low)
            .map(({ x, low, high }) => (
              <rect
                class={shadeOf(outcome, place)}
                x={round((x + GAP / 2) * step)}
                width={round((1 - GAP) * step)}
                y={round(y(high))}
                height={round(Math.max(0.5, y(low) - y(high)))}
              />
            )),
        )}
      </svg>
      <div class="row between small muted">
        <span>{label(series.slots[0] ?? 0)}</span>
        <span>at most {top}</span>
        <span>{label(series.slots.at(-1) ?? 0)} UTC</span>
      </div>
    </>
  );
};
