export type HelpSection = 'keys' | 'rules' | 'formats' | 'licences' | 'diagnostics';

/** The sections of the help, as its tabs and the command palette name them. */
export const helpSections: { section: HelpSection; tab: string; title: string; detail: string }[] = [
  { section: 'keys', tab: 'Keyboard', title: 'Keyboard', detail: 'all keys' },
  { section: 'rules', tab: 'Rules', title: 'Help: rule language', detail: 'and what AWS does not accept' },
  { section: 'formats', tab: 'Log formats', title: 'Help: log formats', detail: 'what can be read' },
  { section: 'licences', tab: 'Licences', title: 'Licences', detail: 'of the app and what is in it' },
  { section: 'diagnostics', tab: 'Diagnostics', title: 'Diagnostics', detail: 'versions and counts, to copy' },
];

/** The help: whether it is shown, and where it is open. */
export class Help {
  isOpen = $state(false);
  section = $state<HelpSection>('keys');

  /** Opens the help, at a section or where it was left. */
  show(section: HelpSection = this.section): void {
    this.section = section;
    this.isOpen = true;
  }
}
