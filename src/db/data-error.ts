/**
 * What D1 says when the data of a statement is at fault. Everything else, also what nobody has seen yet, counts as the
 * infrastructure's: it is tried again, and nothing is lost by it.
 */
const DATA_ERRORS = [
  /SQLITE_CONSTRAINT/,
  /SQLITE_TOOBIG/,
  /SQLITE_MISMATCH/,
  /SQLITE_RANGE/,
  /constraint failed/i,
  /malformed JSON/i,
  /string or blob too big/i,
  /datatype mismatch/i,
  /JSON cannot hold/i,
  /integer overflow/i,
];

export const isDataError = (error: unknown): boolean =>
  DATA_ERRORS.some((pattern) => pattern.test(String(error)));
