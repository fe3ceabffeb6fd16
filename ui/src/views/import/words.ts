/** What a preview says in words instead of figures. */
import type { FileOutcome } from '../../api/generated/FileOutcome';
import type { VerdictsView } from '../../api/generated/VerdictsView';
import type { Tone } from '../../text/outcome';

export function confidence(value: number): string {
  if (value >= 0.95) return 'Recognised for certain';
  if (value >= 0.8) return 'Recognised, almost certain';
  if (value >= 0.6) return 'Probably this';
  return 'A guess: please check';
}

/** The last part of a path, on any system. */
export function baseName(path: string): string {
  return path.split(/[\\/]/).at(-1) || path;
}

export interface Verdict {
  key: keyof VerdictsView;
  label: string;
  hint: string;
}

export const VERDICTS: Verdict[] = [
  { key: 'new', label: 'New', hint: 'come into your vault' },
  { key: 'already_here', label: 'Already here', hint: 'are left alone' },
  { key: 'changed', label: 'Changed', hint: 'update what you have; the earlier form is kept' },
  { key: 'similar', label: 'Similar', hint: 'come in, and you decide later' },
  { key: 'not_understood', label: 'Not understood', hint: 'are kept aside with their text' },
];

export const OUTCOME: Record<FileOutcome, { label: string; tone: Tone }> = {
  ready: { label: 'Ready', tone: 'brand' },
  question: { label: 'One question first', tone: 'wait' },
  unknown: { label: 'Not recognised', tone: 'bad' },
  ignored: { label: 'Nothing to import', tone: 'plain' },
  failed: { label: 'Could not be read', tone: 'bad' },
};

/** What to do about a file that cannot be imported. */
export const ADVICE: Partial<Record<FileOutcome, string>> = {
  unknown: 'Check in “Get my data” that this is the file the vendor calls its export. Other files of the same kind can be imported all the same.',
  failed: 'Download the file again if it may be incomplete, or open it where it came from to check it. Nothing was stored, and nothing is lost.',
};
