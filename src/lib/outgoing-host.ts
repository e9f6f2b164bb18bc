/** Whether a URL may be called: https to a public host; loopback only where that is allowed, then http too. */
export function isAllowedTarget(url: URL, isLoopbackAllowed: boolean): boolean {
  // A dot at the end names the same host.
  const host = url.hostname.toLowerCase().replace(/\.$/, "");
  if (isLoopbackHost(host)) return isLoopbackAllowed && /^https?:$/.test(url.protocol);
  return url.protocol === "https:" && url.username === "" && !isPrivateHost(host);
}

/** `URL` has made every spelling of an IPv4 address (`0x7f.1`, `2130706433`) dotted already. */
export function isLoopbackHost(host: string): boolean {
  return (
    host === "localhost" ||
    host.endsWith(".localhost") ||
    host === "[::1]" ||
    /^127\.\d+\.\d+\.\d+$/.test(host)
  );
}

/** Names of the inside, and every address that is not a public one (RFC 6890). */
function isPrivateHost(host: string): boolean {
  if (host.startsWith("[")) return !isGlobalV6(host.slice(1, -1));
  const v4 = /^(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(host);
  if (v4 !== null) return !isGlobalV4(v4.slice(1).map(Number));
  return !host.includes(".") || /\.(local|internal|intranet|lan|home|corp|arpa)\.?$/.test(host);
}

function isGlobalV4([a = 0, b = 0, c = 0]: readonly number[]): boolean {
  if (a === 0 || a === 10 || a === 127 || a >= 224) return false;
  if (a === 100 && b >= 64 && b < 128) return false;
  if (a === 169 && b === 254) return false;
  if (a === 172 && b >= 16 && b < 32) return false;
  if (a === 192 && (b === 168 || (b === 0 && (c === 0 || c === 2)))) return false;
  if (a === 198 && (b === 18 || b === 19 || (b === 51 && c === 100))) return false;
  return !(a === 203 && b === 0 && c === 113);
}

/** Global unicast is 2000::/3; addresses that carry an IPv4 address inside (6to4, Teredo) are left out. */
function isGlobalV6(address: string): boolean {
  return /^[23]/.test(address) && !/^(2002|2001:0?:|2001::|2001:db8)/.test(address);
}
