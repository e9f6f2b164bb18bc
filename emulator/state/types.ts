import type { Rows } from "./rows.ts";

export const APPLICATION_STATUSES = ["pending", "approved", "rejected", "revision_requested"] as const;
export type ApplicationStatus = (typeof APPLICATION_STATUSES)[number];

export interface Row {
  id: string;
  /** Rank in lists: given once, growing, so that a cursor stays right while the list changes. */
  seq: number;
  updated_at: string;
}

export interface Organization {
  id: string;
  name: string;
  verified: boolean;
  formal: boolean;
}

/** A person with a Revento account. */
export interface Account {
  id: string;
  kind: "organizer" | "person";
  first_name: string;
  last_name: string;
  display_name: string;
  email: string;
  locale: "pl" | "en";
  updated_at: string;
}

export interface Participant extends Row {
  event_id: string;
  user_id: string;
  application_id: string;
  role_id: string;
  status: ApplicationStatus;
  custom_form_fields: Record<string, unknown>;
  submitted_at: string;
  approved_at: string | null;
  rejected_at: string | null;
  revision_requested_at: string | null;
  registered_at: string | null;
  last_reviewed_at: string | null;
  last_reviewer_id: string | null;
  last_review_action: string | null;
  /** Set when the application was withdrawn: the row leaves every list, and no webhook says so. */
  cancelled_at: string | null;
  activity_ids: string[];
}

export interface Thread extends Row {
  name: string;
  description: string;
}

export interface Place {
  id: string;
  name: string;
  parent_id: string | null;
}

export interface Location extends Row {
  name: string;
  kind: string;
  capacity: number;
  floor_id: string;
}

export interface Activity extends Row {
  thread_id: string;
  location_id: string;
  title: string;
  description: string;
  kind: string;
  status: string;
  day: string;
  start_at: string;
  end_at: string;
  capacity: number;
  signed_up_count: number;
}

export interface Wave extends Row {
  name: string;
  status: string;
  opens_at: string;
  closes_at: string;
  capacity: number;
  role_ids: string[];
}

export interface Role {
  id: string;
  name: string;
  description: string;
}

export interface EventRecord {
  id: string;
  organization_id: string;
  title: string;
  description: string;
  city: string;
  timezone: string;
  start_date: string;
  end_date: string;
  publish_status: "draft" | "published" | "unpublished";
  published_at: string | null;
  archived_at: string | null;
  payment_required: boolean;
  created_at: string;
  updated_at: string;
  participants: Rows<Participant>;
  activities: Rows<Activity>;
  threads: Rows<Thread>;
  locations: Rows<Location>;
  waves: Rows<Wave>;
  venues: Place[];
  buildings: Place[];
  floors: Place[];
}
