/**
 * The queue of `bench/apart.ts`, in a process of its own: keeps what it is sent, as many messages as fit, and answers as
 * the local broker does. Nothing consumes.
 */
const KEPT = 10_000;
const kept: ArrayBuffer[] = [];
let messages = 0;

export default {
  async fetch(request) {
    if (request.method === "GET") return Response.json({ messages });
    kept[messages++ % KEPT] = await request.arrayBuffer();
    return Response.json({ metadata: { metrics: { backlogCount: messages, backlogBytes: 0 } } });
  },
} satisfies ExportedHandler;
