import type { Participant } from "../state/types.ts";
import { statusOf } from "./data.ts";
import { act, type Html } from "./parts.ts";

/** What can be done to a participant now; nothing that would be refused. */
export function participantButtons(participant: Participant, small = true): Html[] {
  const { id, event_id, registered_at } = participant;
  const status = statusOf(participant);
  const body = { event_id, participant_id: id };
  if (status === "cancelled") {
    const anew = { event_id, account: participant.user_id };
    return [
      act("reinstate", body, "Take back", { small, done: "The withdrawal was taken back; no webhook" }),
      act("apply", anew, "Apply anew", { small, done: "A new application of the same person" }),
    ];
  }
  const buttons: Html[] = [];
  if (status !== "approved")
    buttons.push(act("approve", body, "Approve", { small, look: "main", done: "Approved" }));
  if (status === "approved" && registered_at === null) {
    buttons.push(
      act("register", body, "Register", { small, look: "main", done: "The fee is paid: registered" }),
    );
  }
  if (status !== "rejected") buttons.push(act("reject", body, "Reject", { small, done: "Rejected" }));
  if (status !== "revision_requested") {
    buttons.push(
      act("request-revision", body, "Ask for revision", { small, done: "A revision was asked for" }),
    );
  }
  if (status === "revision_requested" || status === "rejected") {
    buttons.push(act("resubmit", body, "Submit again", { small, done: "Submitted again" }));
  }
  buttons.push(
    act("cancel", body, "Cancel", { small, look: "danger", done: "Cancelled. No webhook tells of it" }),
  );
  return buttons;
}
