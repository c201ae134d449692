/** Which of the browser's own errors something is. */

/**
 * The name of a DOMException, such as "NotAllowedError"; empty for what has no name.
 *
 * Not by instanceof: JupyterLab puts another DOMException in the place of the browser's own.
 */
export function domErrorName(error: unknown): string {
  return error instanceof Object && "name" in error ? String(error.name) : "";
}
