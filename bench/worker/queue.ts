/**
 * The queue of `bench/apart.ts`, in a process of its own: keeps what it is sent in the last calls, and answers as the
 * local broker does. Nothing consumes.
 */
const KEPT = 1_000;
const kept: ArrayBuffer[] = [];
let [calls, messages] = [0, 0];

export default {
  async fetch(request) {
    if (request.method === "GET") return Response.json({ messages, calls });
    kept[calls++ % KEPT] = await request.arrayBuffer();
    messages += Number(request.headers.get("cf-queue-batch-count") ?? 1);
    return Response.json({ metadata: { metrics: { backlogCount: messages, backlogBytes: 0 } } });
  },
} satisfies ExportedHandler;
