import { expect, it } from 'vitest';
import { clip, foreign, visible } from './foreign';

it.each([
  ['a\u202Egpj.exe', 'a[U+202E]gpj.exe'],
  ['zero\u200Bwidth', 'zero[U+200B]width'],
  ['nul\u0000', 'nul␀'],
  ['line\nbreak', 'line␊break'],
  ['soft\u00ADhyphen', 'soft[U+00AD]hyphen'],
  ['iso\u2066late\u2069', 'iso[U+2066]late[U+2069]'],
])('shows what would be hidden in %j', (text, shown) => expect(visible(text)).toBe(shown));

it('keeps line breaks where lines are wanted', () => expect(visible('a\r\nb\tc\u0007', true)).toBe('a\nb\tc␇'));
it('leaves accents, other scripts and emoji alone', () => expect(visible('Zoë 東京 👩‍🚀')).toBe('Zoë 東京 👩‍🚀'));
it('never cuts a character in two', () => {
  expect(clip('👍👍👍👍', 4)).not.toMatch(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])/);
  expect(clip('short', 10)).toBe('short');
  expect(clip('a'.repeat(50), 10)).toBe('aaaaaaaaa…');
});
it('clips before it explains', () => expect(foreign('\u202E'.repeat(5000), 10).length).toBeLessThan(100));
