import type { Config } from "./config.ts";

/**
 * The one place that makes Durable Object ids, in the jurisdiction of the settings: an id made outside of it would be
 * another object, with data in another place.
 */
export function objectNamed<T extends Rpc.DurableObjectBranded | undefined>(
  config: Config,
  namespace: DurableObjectNamespace<T>,
  name: string,
): DurableObjectStub<T> {
  const home = config.jurisdiction === null ? namespace : namespace.jurisdiction(config.jurisdiction);
  return home.get(home.idFromName(name));
}
