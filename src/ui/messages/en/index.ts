import { attendance } from "./attendance.ts";
import { common } from "./common.ts";
import { connect } from "./connect.ts";

export const en = { ...common, ...connect, ...attendance } as const;
