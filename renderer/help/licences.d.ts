/** Made by scripts/licences.mjs when the app is built. */
declare module 'virtual:licences' {
  /** The project's own first. `licence` is its SPDX name, `text` the whole of it. */
  export const licences: readonly { name: string; version: string; licence: string; text: string }[];
}
