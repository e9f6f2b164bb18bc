import { createServer, type ServerResponse } from "node:http";

/** A call of the queue binding: which deliveries it carries, and how it is answered. */
export interface QueueCall {
  readonly isBatch: boolean;
  readonly deliveryIds: readonly string[];
  /** Takes the messages. */
  accept(): void;
  refuse(): void;
}

export interface QueueStub {
  readonly calls: readonly QueueCall[];
  /** Delivery ids of the messages that the queue has taken. */
  readonly taken: ReadonlySet<string>;
  /** What is done with each call; at first: taken at once. */
  onCall: (call: QueueCall) => void;
  stop(): Promise<void>;
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/;
const METRICS = JSON.stringify({ metadata: { metrics: { backlogCount: 0, backlogBytes: 0 } } });

/** The delivery id stands first in a message, and is the first UUID of its encoding. */
const idIn = (encoded: Buffer): string => UUID.exec(encoded.toString("latin1"))?.[0] ?? "";

function idsOf(isBatch: boolean, body: Buffer): string[] {
  if (!isBatch) return [idIn(body)];
  const { messages } = JSON.parse(body.toString()) as { messages: readonly { readonly body: string }[] };
  return messages.map((message) => idIn(Buffer.from(message.body, "base64")));
}

/** The queue's side of workerd's queue binding, in the hands of a test. */
export async function startQueueStub(port: number): Promise<QueueStub> {
  const calls: QueueCall[] = [];
  const taken = new Set<string>();
  const answer = (response: ServerResponse, status: number) => {
    response.writeHead(status, { "content-type": "application/json" }).end(METRICS);
  };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const isBatch = request.url === "/batch";
    const deliveryIds = idsOf(isBatch, Buffer.concat(chunks));
    const call: QueueCall = {
      isBatch,
      deliveryIds,
      accept: () => {
        for (const id of deliveryIds) taken.add(id);
        answer(response, 200);
      },
      refuse: () => answer(response, 500),
    };
    calls.push(call);
    stub.onCall(call);
  });
  const stub: QueueStub = {
    calls,
    taken,
    onCall: (call) => call.accept(),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return stub;
}
