/** What a publisher's `handlers.ts` registered. Filled once when the Worker starts, read by the webhook consumer. */
export interface Subscription {
  readonly name: string;
  /** An event type, a prefix such as `activity.*`, or a lifecycle hook. */
  readonly pattern: string;
}

const subscriptions: Subscription[] = [];

/** Adds a subscription. A name stands for one handler: its rows wait under it, also across deploys. */
export function subscribe(subscription: Subscription): void {
  if (subscriptions.some(({ name }) => name === subscription.name)) {
    throw new Error(`two handlers are named "${subscription.name}": give one of them a name of its own`);
  }
  subscriptions.push(subscription);
}

export const listSubscriptions = (): readonly Subscription[] => subscriptions;

/** Whether a pattern (`activity.*`, or a plain type) covers a type. */
export const matchesType = (pattern: string, type: string): boolean =>
  pattern.endsWith(".*") ? type.startsWith(pattern.slice(0, -1)) : pattern === type;

/** Names of the handlers that want events of a type, in the order of their registration. */
export function subscribersOf(type: string): readonly string[] {
  return subscriptions.filter(({ pattern }) => matchesType(pattern, type)).map(({ name }) => name);
}
