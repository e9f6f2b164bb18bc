import type { Core } from "../core.ts";
import { applicationOf } from "../state/store.ts";
import type { Account } from "../state/types.ts";
import type { Candidates } from "./pages.ts";
import type { AuthorizationRequest } from "./request.ts";

/** How many accounts a sign-in page offers; the rest are found by searching. */
const SHOWN = 60;

/** The accounts to choose from: the likely ones first, then those that will be refused. */
export function candidatesFor(core: Core, request: AuthorizationRequest, query: string): Candidates {
  const wanted = query.trim().toLowerCase();
  const matches = ({ display_name, email, id }: Account) =>
    `${display_name} ${email} ${id}`.toLowerCase().includes(wanted);
  const likely: Candidates["accounts"] = [];
  const others: Candidates["accounts"] = [];
  for (const account of core.store.accounts.values()) {
    if (wanted !== "" && !matches(account)) continue;
    const application = applicationOf(core.store, account.id, request.event_id);
    const note = account.kind === "organizer" ? "organizer" : (application?.status ?? "none");
    const isLikely =
      request.kind === "installation" ? account.kind === "organizer" : application !== undefined;
    (isLikely ? likely : others).push({ account, note });
  }
  // Somebody who will be refused is always on the page, so that this can be tried too.
  const few = others.slice(0, Math.max(2, SHOWN - likely.length));
  const accounts = [...likely.slice(0, SHOWN - 2), ...few].slice(0, SHOWN);
  return { accounts, query, isCut: likely.length + others.length > accounts.length };
}
