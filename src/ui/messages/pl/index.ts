import { attendance } from "./attendance.ts";
import { common } from "./common.ts";
import { connect } from "./connect.ts";

export const pl = { ...common, ...connect, ...attendance } as const;
