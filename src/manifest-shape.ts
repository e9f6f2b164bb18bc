export const INSTALLATION_SCOPES = ["event.read", "participants.read", "program.read"] as const;
export const USER_SCOPES = ["profile.read", "event.attendance"] as const;
export type InstallationScope = (typeof INSTALLATION_SCOPES)[number];
export type UserScope = (typeof USER_SCOPES)[number];

/** What an integration declares about itself (contract sections 3 and 5, seed `000` "Versioning your integration"). */
export interface Manifest {
  readonly name: string;
  readonly description: { readonly en: string; readonly pl: string };
  /** Where organizers and participants turn to; shown on banners and error pages. */
  readonly contact: { readonly email: string; readonly url: string };
  readonly termsUrl: string;
  /** Scopes of organizer connect. Required ones are granted all or none, optional ones can be unticked. */
  readonly installation: {
    readonly required: readonly InstallationScope[];
    readonly optional: readonly InstallationScope[];
  };
  /** Scopes of Login with Revento. */
  readonly user: { readonly required: readonly UserScope[]; readonly optional: readonly UserScope[] };
  /** `declared_webhook_event_types`; `thread.*` stands for every type that starts with `thread.`. */
  readonly eventTypes: readonly string[];
  /** When operators are told. Counts are of the last `windowMinutes`. */
  readonly monitoring: {
    readonly windowMinutes: number;
    readonly refreshFailures: number;
    /** Set aside, or refused for their signature or timestamp. */
    readonly failedDeliveries: number;
    readonly revokedTokens: number;
    /** That many connections, and that share of all, refused as revoked: probably a suspension that nobody told of. */
    readonly suspectedSuspension: { readonly connections: number; readonly share: number };
    readonly deadLetters: number;
    /** How long work may wait before a queue counts as growing. */
    readonly waitingMinutes: number;
  };
  /** Set to stop new connections; existing ones work on until `endsOn` (ISO date). */
  readonly deprecation: { readonly endsOn: string } | null;
}
