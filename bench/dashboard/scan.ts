/** Steps that go through a whole stored table or index; what the statement itself brings along is none. */
export const isScan = (step: string): boolean =>
  /^SCAN/.test(step) && !/VIRTUAL TABLE|CONSTANT|SUBQUERY|\(subquery|^SCAN \(?\d|^SCAN (a|areas)$/.test(step);
