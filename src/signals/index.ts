/** What asks for an operator, and telling it to the alerts: the one public file of this feature. */

export {
  type Condition,
  insertMoment,
  listOpenSignals,
  type Moment,
  type OpenSignal,
  raiseSignal,
  resolveSignal,
  tellMoment,
  tellUntold,
} from "./raise.ts";
