/** The value below which a share of the values lies; 0 of none. `values` need no order. */
export const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((left, right) => left - right)[
    Math.min(values.length - 1, Math.floor(values.length * share))
  ] ?? 0;

export const median = (values: readonly number[]): number => quantile(values, 0.5);
