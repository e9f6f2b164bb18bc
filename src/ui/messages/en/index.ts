import { common } from "./common.ts";
import { connect } from "./connect.ts";

export const en = { ...common, ...connect } as const;
