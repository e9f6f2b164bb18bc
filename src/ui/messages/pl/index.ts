import { attendance } from "./attendance.ts";
import { common } from "./common.ts";
import { connect } from "./connect.ts";
import { organizer } from "./organizer.ts";
import { participant } from "./participant.ts";

export const pl = { ...common, ...connect, ...organizer, ...attendance, ...participant } as const;
