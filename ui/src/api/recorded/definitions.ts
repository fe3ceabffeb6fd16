/** A layout that the sample person explained, and what would be written of it. */
import type { DefinitionFiles } from '../generated/DefinitionFiles';
import type { DefinitionView } from '../generated/DefinitionView';

export const DEFINITIONS: DefinitionView[] = [
  {
    definition_id: '4f0c92ab17de',
    file_name: 'Umsatz_2026-10.csv',
    at: '2026-11-02T08:12:00Z',
    imports: 3,
    columns: [
      { heading: 'tag', role: 'date' },
      { heading: 'wofür', role: 'text' },
      { heading: 'anderes', role: 'unknown' },
      { heading: 'soviel', role: 'amount' },
    ],
    answers: [{ id: 'sign', value: 'account' }],
  },
];

export function written(vendor: string): DefinitionFiles {
  const folder = vendor.toLowerCase().replaceAll(' ', '-');
  return {
    files: [
      { path: `${folder}/vendor.toml`, text: `name = "${vendor}"\n# Still to be said: the countries (ISO 3166), the address, where to write about one's data, and how a person gets the export.\ncountries = []\n` },
      {
        path: `${folder}/account/export.toml`,
        text: 'name = "Account"\norder = "dmy"\ndecimal = "comma"\nstatement = true\ncolumns = [\n    ["moment", "tag"],\n    ["title", "wofür"],\n    ["-", "anderes"],\n    ["amount", "soviel"],\n]\n',
      },
      { path: `${folder}/account/sample.csv`, text: 'tag;wofür;anderes;soviel\n04.03.2025;Corner Bakery;;-12,50\n18.03.2025;Salary ACME Ltd;;1234,00\n' },
    ],
    left_out: [],
  };
}
