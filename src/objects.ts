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
  const home = config.jurisdiction === null ? namespace : within(namespace, config.jurisdiction);
  return home.get(home.idFromName(name));
}

/** On a laptop there is one place only, and `workerd` says so by a throw. */
function within<T extends Rpc.DurableObjectBranded | undefined>(
  namespace: DurableObjectNamespace<T>,
  jurisdiction: DurableObjectJurisdiction,
): DurableObjectNamespace<T> {
  try {
    return namespace.jurisdiction(jurisdiction);
  } catch (error) {
    if (/not implemented in workerd/i.test(String(error))) return namespace;
    throw error;
  }
}
