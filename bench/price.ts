/** List prices in dollars (Workers Paid, beyond what is included). */
const PRICE = {
  request: 0.3e-6,
  cpuMs: 0.02e-6,
  queueOperation: 0.4e-6,
  rowWritten: 1e-6,
  rowRead: 1e-9,
  objectRequest: 0.15e-6,
  log: 0.6e-6,
};

export interface Counted {
  readonly rowsWritten: number;
  readonly rowsRead: number;
}

/** A message is written, read and deleted: 64 KB units, and ours are far smaller. */
const QUEUE_OPERATIONS = 3;
const BATCH = 100;
/** CPU of intake and of its share of a batch, in ms: an assumption, since workerd does not tell. */
const CPU_MS = 3;
/** The invocation log of intake, and a hundredth of the consumer's. */
const LOGS = 1 + 1 / BATCH;

/** List price of one webhook: everything counted but for CPU. */
export function pricePerWebhook({ rowsWritten, rowsRead }: Counted): number {
  return (
    PRICE.request * (1 + 1 / BATCH) +
    PRICE.cpuMs * CPU_MS +
    PRICE.queueOperation * QUEUE_OPERATIONS +
    PRICE.rowWritten * rowsWritten +
    PRICE.rowRead * rowsRead +
    PRICE.log * LOGS
  );
}

const DAYS = 30;
/** A page: its message, the call through the grant's object (which writes its budget), the call record. */
const PAGE_OBJECT_ROWS = 2;
const CALL_ROWS = 2;

/** List price of a month of one connection: webhooks, a reconcile a day, a probe every 15 minutes, hourly refreshes. */
export function pricePerMonth(connection: {
  readonly webhooks: number;
  readonly pagesPerReconcile: number;
  readonly perWebhook: number;
  readonly rowsPerPage: number;
}): number {
  const { webhooks, pagesPerReconcile, perWebhook, rowsPerPage } = connection;
  const pages = pagesPerReconcile * DAYS;
  const probes = 4 * 24 * DAYS;
  const refreshes = 24 * DAYS;
  const calls = pages + probes;
  const perCall =
    PRICE.queueOperation * QUEUE_OPERATIONS +
    PRICE.request +
    PRICE.objectRequest +
    PRICE.rowWritten * (PAGE_OBJECT_ROWS + CALL_ROWS) +
    PRICE.cpuMs * 5;
  const refresh = PRICE.rowWritten * 4 + PRICE.objectRequest;
  return (
    webhooks * perWebhook + calls * perCall + pages * rowsPerPage * PRICE.rowWritten + refreshes * refresh
  );
}
