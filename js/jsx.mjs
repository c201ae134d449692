/** What elements become when they are built, in every module that has some. */

export { Fragment, h } from "preact";
