/** Vite puts an imported style sheet on the page. */
declare module "*.css" {}
