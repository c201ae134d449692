/** Where the gateway may be reached from this page: on the machine's loopback, or through the notebook server. */

/** Whether the page itself comes from this machine; only then is the kernel likely to be on it too. */
export function onLoopback(location: Location = window.location): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\]|.+\.localhost)$/.test(location.hostname);
}

/**
 * The WebSocket address of a path below the notebook server, or null where the page does not say where that is.
 *
 * JupyterLab 4, Notebook 7 and Voilà have it in their page's configuration, on a hub too; older notebooks on the body.
 */
export function serverAddress(path: string): string | null {
  const base = configuredBase() ?? document.body.dataset.baseUrl;
  if (!base) return null;
  const { href } = new URL(path, new URL(base.replace(/\/?$/, "/"), window.location.href));
  return /^https?:/.test(href) ? href.replace("http", "ws") : null;
}

function configuredBase(): string | undefined {
  try {
    const text = document.getElementById("jupyter-config-data")?.textContent ?? "";
    const { baseUrl } = JSON.parse(text) as { baseUrl?: unknown };
    return typeof baseUrl === "string" ? baseUrl : undefined;
  } catch {
    return undefined;
  }
}
