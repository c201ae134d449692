/** Giving the person a file. */

/** Browsers read what is downloaded some time after the click. */
const READ_MS = 60_000;

export function download(file: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), READ_MS);
}

/** "Leo (AI avatar) 2026-11-22 18.05.12.png": sorts by time, and is a file's name everywhere. */
export function fileName(name: string, label: string, extension: string, at = new Date()): string {
  const two = (number: number) => String(number).padStart(2, "0");
  const date = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join("-");
  const time = [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(".");
  return `${name.replace(/[^\p{L}\p{N} ._-]/gu, "_")} (${label}) ${date} ${time}.${extension}`;
}
