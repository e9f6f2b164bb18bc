import type { FC } from "hono/jsx";

export interface ChartPoint {
  readonly x: number;
  readonly y: number;
}

interface ChartProps {
  /** In the order of x. */
  readonly points: readonly ChartPoint[];
  /** Says in words what the picture shows. */
  readonly label: string;
  readonly width?: number;
  readonly height?: number;
  /** Texts under the two ends. */
  readonly ends?: readonly [string, string];
}

/** A curve with the area under it, from zero; drawn here, so that it needs no script. */
export const Chart: FC<ChartProps> = ({ points, label, width = 640, height = 160, ends }) => {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined || points.length < 2) return null;
  const top = Math.max(1, ...points.map(({ y }) => y));
  const span = Math.max(1, last.x - first.x);
  const x = (point: ChartPoint): number => round(2 + ((point.x - first.x) / span) * (width - 4));
  const y = (point: ChartPoint): number => round(height - 2 - (point.y / top) * (height - 6));
  const stroke = `M${points.map((point) => `${x(point)},${y(point)}`).join("L")}`;
  const fill = `${stroke}L${x(last)},${height}L${x(first)},${height}Z`;
  return (
    <figure class="chart">
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label} preserveAspectRatio="none">
        <path class="fill" d={fill} />
        <path class="stroke" d={stroke} vector-effect="non-scaling-stroke" />
      </svg>
      {ends !== undefined && (
        <figcaption class="row between small muted">
          <span>{ends[0]}</span>
          <span>{ends[1]}</span>
        </figcaption>
      )}
    </figure>
  );
};

const round = (value: number): number => Math.round(value * 10) / 10;
