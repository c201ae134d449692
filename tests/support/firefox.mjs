/**
 * A Firefox that does what it is told: one line of JSON in, one line of JSON out, until standard input ends.
 *
 * Playwright's own Firefox is another browser than the one people have, and theirs it does not understand.
 */

import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const installed = createRequire(new URL("../../js/package.json", import.meta.url));
const { default: puppeteer } = await import(installed.resolve("puppeteer-core"));

const { executable, preferences, limit_ms: timeout, prelude } = JSON.parse(process.argv[2]);
const browser = await puppeteer.launch({
  browser: "firefox",
  executablePath: executable,
  headless: true,
  extraPrefsFirefox: preferences,
});
const page = await browser.newPage();
page.setDefaultTimeout(timeout);
await page.setViewport({ width: 1200, height: 1000 });
await page.evaluateOnNewDocument(prelude);

const commands = {
  async open({ address }) {
    await page.goto(address);
  },
  click: ({ selector }) => page.locator(selector).click(),
  async press({ keys }) {
    for (const key of keys) await page.keyboard.down(key);
    for (const key of keys.toReversed()) await page.keyboard.up(key);
  },
  type: ({ text }) => page.keyboard.type(text),
  evaluate: ({ expression }) => page.evaluate(expression),
  async wait({ expression }) {
    await page.waitForFunction(expression, { polling: 100 });
  },
  async screenshot({ path }) {
    await page.screenshot({ path });
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { command, ...details } = JSON.parse(line);
  let answer;
  try {
    answer = { result: (await commands[command](details)) ?? null };
  } catch (error) {
    answer = { error: String(error) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
await browser.close();
