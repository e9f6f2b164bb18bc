import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** A request on its way to the integration; a defect may change it, or answer in its place. */
export interface Passing {
  readonly method: string;
  readonly path: string;
  headers: Record<string, string>;
  body: Buffer;
}

export interface Answering {
  status: number;
  headers: [string, string][];
  body: string;
}

/** Something that is wrong with an integration, put in front of one that is right. */
export interface Defect {
  readonly before?: (passing: Passing) => Promise<Answering | undefined> | Answering | undefined;
  readonly after?: (answering: Answering, passing: Passing) => void;
}

export interface FaultyProxy {
  readonly url: string;
  /** Plants a defect, or, with none, takes it away. */
  plant(defect: Defect | null): void;
  stop(): Promise<void>;
}

const HOP = ["connection", "content-length", "transfer-encoding", "host", "keep-alive", "content-encoding"];

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function headersOf(request: IncomingMessage): Record<string, string> {
  const entries = Object.entries(request.headers).filter(([name]) => !HOP.includes(name));
  return Object.fromEntries(entries.map(([name, value]) => [name, [value].flat().join(", ")]));
}

async function forward(target: string, passing: Passing): Promise<Answering> {
  const hasBody = !["GET", "HEAD"].includes(passing.method);
  const response = await fetch(`${target}${passing.path}`, {
    method: passing.method,
    headers: passing.headers,
    redirect: "manual",
    ...(hasBody ? { body: new Uint8Array(passing.body) } : {}),
  });
  const body = await response.text();
  return {
    status: response.status,
    headers: [...response.headers].filter(([name]) => !HOP.includes(name)),
    body,
  };
}

/** Replaces a header of an answer; null takes it away. */
export function setHeader(answering: Answering, name: string, value: string | null): void {
  answering.headers = answering.headers.filter(([each]) => each !== name);
  if (value !== null) answering.headers.push([name, value]);
}

/** The integration under another address, as if it were its public one; and with whatever defect is planted. */
export async function startProxy(target: string): Promise<FaultyProxy> {
  let defect: Defect | null = null;
  let own = "";
  const asOwn = (text: string): string =>
    text.replaceAll(target, own).replaceAll(encodeURIComponent(target), encodeURIComponent(own));
  const server = createServer((request, response) => {
    const answer = async (): Promise<Answering> => {
      const passing: Passing = {
        method: request.method ?? "GET",
        path: request.url ?? "/",
        headers: headersOf(request),
        body: await readBody(request),
      };
      const instead = await defect?.before?.(passing);
      const answering = instead ?? (await forward(target, passing));
      answering.headers = answering.headers.map(([name, value]) => [name, asOwn(value)]);
      answering.body = asOwn(answering.body);
      defect?.after?.(answering, passing);
      return answering;
    };
    answer().then(
      ({ status, headers, body }) => {
        for (const [name, value] of headers) response.appendHeader(name, value);
        response.writeHead(status).end(status === 204 || status === 304 ? undefined : body);
      },
      (error: unknown) => response.writeHead(502).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  own = `http://localhost:${(server.address() as AddressInfo).port}`;
  return {
    url: own,
    plant(next) {
      defect = next;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
