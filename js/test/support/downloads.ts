/** What the page gives the person to keep, kept for a test instead. */

import { vi } from "vitest";

export interface Saved {
  name: string;
  file: Blob;
}

/** Collect what is downloaded from now on; `vi.restoreAllMocks` ends it. */
export function savedFiles(): Saved[] {
  const saved: Saved[] = [];
  const blobs = new Map<string, Blob>();
  const create = URL.createObjectURL.bind(URL);
  vi.spyOn(URL, "createObjectURL").mockImplementation((blob) => {
    const url = create(blob);
    if (blob instanceof Blob) blobs.set(url, blob);
    return url;
  });
  const click = HTMLAnchorElement.prototype.click;
  vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (this: HTMLAnchorElement) {
    const file = blobs.get(this.href);
    if (file === undefined) click.call(this);
    else saved.push({ name: this.download, file });
  });
  return saved;
}
