/** What a publisher's `handlers.ts` registered. Filled once when the Worker starts, read by the webhook consumer. */
export interface Subscription {
  readonly name: string;
  /** An event type, or a prefix such as `activity.*`. */
  readonly pattern: string;
}

const subscriptions: Subscription[] = [];

export function subscribe(subscription: Subscription): void {
  subscriptions.push(subscription);
}

export const matchesType = (pattern: string, type: string): boolean =>
  pattern.endsWith(".*") ? type.startsWith(pattern.slice(0, -1)) : pattern === type;

/** Names of the handlers that want events of a type, in the order of their registration. */
export function subscribersOf(type: string): readonly string[] {
  return subscriptions.filter(({ pattern }) => matchesType(pattern, type)).map(({ name }) => name);
}
