/** Vite puts an imported style sheet on the page. */
declare module "*.css" {}

/** The text of a file. */
declare module "*?raw" {
  const text: string;
  export default text;
}
