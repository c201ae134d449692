/** Why a browser takes this page for insecure, by the way it was opened: what to change depends on it. */

/** A hub over plain HTTP, a machine of the local network, any other over HTTP, or a frame in a page that is. */
export type Insecurity = "hub" | "lan" | "http" | "framed";

type Address = Pick<Location, "protocol" | "hostname" | "pathname">;

export function insecurityOf({ protocol, hostname, pathname }: Address): Insecurity {
  if (protocol === "https:") return "framed";
  if (/\/(user|hub)\//.test(pathname)) return "hub";
  const local = /^[^.]+$|\.(local|lan|home|internal)$|^[\d.]+$|^\[/;
  return local.test(hostname) ? "lan" : "http";
}

/** Put the page's address into words with `{host}` and `{port}`. */
export function withAddress(words: string, { hostname, port }: Pick<Location, "hostname" | "port">): string {
  return words.replaceAll("{host}", () => hostname).replaceAll("{port}", () => port || "80");
}
