/**
 * The one guard in front of every feature that needs a scope: whether this connection, or a grant that is held, was
 * given it. What is off for one connection is on for the next.
 */
export const hasScope = (held: { readonly grantedScopes: readonly string[] }, scope: string): boolean =>
  held.grantedScopes.includes(scope);
