import type { Config } from "../options.ts";
import { idFor, Random } from "../random.ts";
import { addParticipant, type Store } from "../state/store.ts";
import type { Account, ApplicationStatus, EventRecord, Participant } from "../state/types.ts";
import { ARRIVAL_DAYS, DIETS, TRACKS } from "./texts.ts";

const HOUR_MS = 3_600_000;
/** Every third participant of an event also takes part in the next one. */
const SHARED = 3;

/** The mix of the sandbox: in twelve applications six approved, three pending, and the rest. */
const MIX: readonly ApplicationStatus[] = [
  "approved",
  "pending",
  "approved",
  "rejected",
  "approved",
  "pending",
  "approved",
  "revision_requested",
  "approved",
  "pending",
  "approved",
  "approved",
];

interface People {
  count: number;
  add(index: number): Account;
}

/** Fills an event with applications in all four statuses, by people of whom some are in other events too. */
export function seedParticipants(
  config: Config,
  store: Store,
  event: EventRecord,
  people: People,
  seededAt: number,
): void {
  const index = store.events.size - 1;
  const random = new Random(`${config.seed}/participants/${index}`);
  const shared = index === 0 ? [] : sharedPeople(store);
  const reviewer = [...store.accounts.values()].find((account) => account.kind === "organizer");
  for (let number = 0; number < config.participants; number++) {
    const returning = number % SHARED === 1 ? shared.shift() : undefined;
    const userId = returning ?? people.add(people.count++).id;
    const participant = application(config, event, { number, index, userId, random, seededAt });
    participant.role_id = store.roles[number % 9 === 4 ? 1 : number % 7 === 5 ? 2 : 0]?.id ?? "";
    review(participant, MIX[number % MIX.length] ?? "pending", event, reviewer?.id ?? null);
    signUp(participant, event, random);
    addParticipant(store, event, participant);
  }
}

function sharedPeople(store: Store): string[] {
  const first = store.events.values().next().value;
  return (first?.participants.all() ?? []).filter((_, at) => at % SHARED === 0).map((row) => row.user_id);
}

interface Applicant {
  number: number;
  index: number;
  userId: string;
  random: Random;
  seededAt: number;
}

function application(config: Config, event: EventRecord, applicant: Applicant): Participant {
  const { number, index, userId, random, seededAt } = applicant;
  const label = `${index}/${number}`;
  const submitted = new Date(seededAt - (config.participants - number) * 1000 - 72 * HOUR_MS).toISOString();
  return {
    id: idFor(config.seed, "ptp", label),
    seq: number + 1,
    event_id: event.id,
    user_id: userId,
    application_id: idFor(config.seed, "app", label),
    role_id: "",
    status: "pending",
    custom_form_fields: customFields(random),
    submitted_at: submitted,
    approved_at: null,
    rejected_at: null,
    revision_requested_at: null,
    registered_at: null,
    last_reviewed_at: null,
    last_reviewer_id: null,
    last_review_action: null,
    cancelled_at: null,
    activity_ids: [],
    updated_at: submitted,
  };
}

/** The three fields of the sandbox's application form. */
export function customFields(random: Random): Record<string, unknown> {
  return {
    favorite_track: random.pick(TRACKS),
    dietary_notes: random.pick(DIETS),
    arrival_day: random.pick(ARRIVAL_DAYS),
  };
}

function review(
  participant: Participant,
  status: ApplicationStatus,
  event: EventRecord,
  by: string | null,
): void {
  if (status === "pending") return;
  const at = new Date(Date.parse(participant.submitted_at) + 24 * HOUR_MS).toISOString();
  participant.status = status;
  participant.last_reviewed_at = at;
  participant.last_reviewer_id = by;
  participant.last_review_action = status;
  participant.updated_at = at;
  if (status === "approved") participant.approved_at = at;
  if (status === "rejected") participant.rejected_at = at;
  if (status === "revision_requested") participant.revision_requested_at = at;
  // Where a fee is due, one in three of the approved has not paid yet.
  const hasPaid = !event.payment_required || participant.seq % 3 !== 0;
  if (status === "approved" && hasPaid) participant.registered_at = at;
}

function signUp(participant: Participant, event: EventRecord, random: Random): void {
  const activities = event.activities.all();
  if (participant.registered_at === null || activities.length === 0) return;
  for (let count = 0; count < 4; count++) {
    const activity = activities[random.int(activities.length)];
    if (!activity || activity.signed_up_count >= activity.capacity) continue;
    if (participant.activity_ids.includes(activity.id)) continue;
    activity.signed_up_count++;
    participant.activity_ids.push(activity.id);
  }
}
