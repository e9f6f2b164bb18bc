/** The headers of a delivery (contract section 5). Only the timestamp is signed. */
export interface DeliveryHeaders {
  readonly eventName: string;
  readonly deliveryId: string;
  /** As it came: the signature covers these characters. */
  readonly timestamp: string;
  /** Lower or upper case hex, without `sha256=`. */
  readonly signature: string;
  readonly requestId: string | null;
}

/** Longer than any id that Revento is known to send; what is unsigned must not fill the queue. */
const MAX_LENGTH = 200;

const isPresent = (value: string): boolean => value !== "" && value.length <= MAX_LENGTH;

/** The four headers that every delivery has, or null where one is missing or cannot be one. */
export function readHeaders(headers: Headers): DeliveryHeaders | null {
  const eventName = headers.get("X-Revento-Event") ?? "";
  const deliveryId = headers.get("X-Revento-Delivery-Id") ?? "";
  const timestamp = headers.get("X-Revento-Timestamp") ?? "";
  const signature = /^sha256=([0-9a-f]+)$/i.exec(headers.get("X-Revento-Signature") ?? "")?.[1] ?? "";
  const requestId = headers.get("X-Revento-Request-Id") ?? "";
  if (![eventName, deliveryId, signature].every(isPresent) || !/^\d{1,12}$/.test(timestamp)) return null;
  return { eventName, deliveryId, timestamp, signature, requestId: isPresent(requestId) ? requestId : null };
}
