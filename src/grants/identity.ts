import type { ConnectionKey } from "../connections/index.ts";

/** What a grant belongs to. It names the object, and stands in the protected header of everything that is sealed. */
export type GrantIdentity =
  | { readonly kind: "installation"; readonly eventId: string; readonly organizationId: string }
  | { readonly kind: "user"; readonly userId: string; readonly eventId: string };

export interface UserGrantKey {
  readonly userId: string;
  readonly eventId: string;
}

export const ofConnection = ({ eventId, organizationId }: ConnectionKey): GrantIdentity => ({
  kind: "installation",
  eventId,
  organizationId,
});

export const ofUser = ({ userId, eventId }: UserGrantKey): GrantIdentity => ({
  kind: "user",
  userId,
  eventId,
});

/** The name of the object. Ids are opaque strings: encoded, so that two identities never share a name. */
export function nameOf(identity: GrantIdentity): string {
  const [first, second] =
    identity.kind === "installation"
      ? [identity.eventId, identity.organizationId]
      : [identity.userId, identity.eventId];
  return `${identity.kind}/${encodeURIComponent(first)}/${encodeURIComponent(second)}`;
}
