import { attendance } from "./attendance.ts";
import { common } from "./common.ts";
import { connect } from "./connect.ts";
import { participant } from "./participant.ts";

export const pl = { ...common, ...connect, ...attendance, ...participant } as const;
