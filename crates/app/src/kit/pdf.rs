//! The page as a PDF: one A4 sheet that leaves room for Letter, the fonts every reader has, the QR picture as squares.

use pdf_writer::{Content, Finish as _, Name, Pdf, Rect, Ref, Str};
use zeroize::Zeroizing;

use super::page::{HINT, LEAD, Page, STEPS, TITLE};

const WIDTH: f32 = 595.0;
const HEIGHT: f32 = 842.0;
const LEFT: f32 = 56.0;
const PLAIN: Name<'static> = Name(b"F1");
const BOLD: Name<'static> = Name(b"F2");
const CODE: Name<'static> = Name(b"F3");
/// Points per module of the QR picture.
const MODULE: f32 = 3.6;

pub fn write(page: &Page) -> Zeroizing<Vec<u8>> {
    let [catalog, pages, sheet, content, plain, bold, code, info] = [1, 2, 3, 4, 5, 6, 7, 8].map(Ref::new);
    let mut pdf = Pdf::new();
    pdf.catalog(catalog).pages(pages);
    pdf.pages(pages).kids([sheet]).count(1);
    let mut one = pdf.page(sheet);
    one.media_box(Rect::new(0.0, 0.0, WIDTH, HEIGHT)).parent(pages).contents(content);
    one.resources().fonts().pair(PLAIN, plain).pair(BOLD, bold).pair(CODE, code);
    one.finish();
    for (font, name) in [(plain, &b"Helvetica"[..]), (bold, b"Helvetica-Bold"), (code, b"Courier-Bold")] {
        pdf.type1_font(font).base_font(Name(name)).encoding_predefined(Name(b"WinAnsiEncoding"));
    }
    pdf.document_info(info).title(pdf_writer::TextStr(TITLE));
    let drawn = Zeroizing::new(draw(page).to_vec());
    pdf.stream(content, &drawn);
    Zeroizing::new(pdf.finish())
}

fn draw(page: &Page) -> Zeroizing<Vec<u8>> {
    let mut sheet = Sheet { content: Content::new(), y: 770.0 };
    sheet.line(BOLD, 22.0, TITLE, 16.0);
    for line in LEAD {
        sheet.line(PLAIN, 11.0, line, 5.0);
    }
    sheet.code(page);
    for (name, value) in &page.facts {
        sheet.at(BOLD, 10.5, LEFT, name);
        for part in pieces(&printable(value), 70) {
            sheet.at(PLAIN, 10.5, LEFT + 90.0, &part);
            sheet.y -= 15.5;
        }
    }
    sheet.y -= 16.0;
    sheet.line(PLAIN, 11.0, HINT, 24.0);
    sheet.content.move_to(LEFT, sheet.y).line_to(WIDTH - LEFT, sheet.y).stroke();
    sheet.y -= 34.0;
    sheet.line(BOLD, 14.0, "To open your vault with it", 8.0);
    for (n, step) in STEPS.iter().enumerate() {
        sheet.at(BOLD, 11.0, LEFT, &format!("{}.", n + 1));
        for part in pieces(step, 82) {
            sheet.at(PLAIN, 11.0, LEFT + 18.0, &part);
            sheet.y -= 15.5;
        }
        sheet.y -= 3.0;
    }
    Zeroizing::new(sheet.content.finish().to_vec())
}

struct Sheet {
    content: Content,
    /// Baseline of the next line, in points from the bottom.
    y: f32,
}

impl Sheet {
    fn at(&mut self, font: Name<'_>, size: f32, x: f32, text: &str) {
        let bytes = Zeroizing::new(win_ansi(text));
        self.content.begin_text().set_font(font, size).next_line(x, self.y).show(Str(&bytes)).end_text();
    }

    fn line(&mut self, font: Name<'_>, size: f32, text: &str, gap: f32) {
        self.at(font, size, LEFT, text);
        self.y -= size + gap;
    }

    /// The framed code: the groups in two columns, read downward, and the picture beside them.
    fn code(&mut self, page: &Page) {
        let side = page.qr.len() as f32 * MODULE;
        let height = side + 48.0;
        let top = self.y;
        self.content.rect(LEFT, top - height, WIDTH - 2.0 * LEFT, height).stroke();
        let rows = page.groups.len().div_ceil(2);
        for (i, group) in page.groups.iter().enumerate() {
            let x = LEFT + 24.0 + (i / rows) as f32 * 140.0;
            self.y = top - 44.0 - (i % rows) as f32 * 31.0;
            self.at(PLAIN, 9.0, x, &format!("{}", i + 1));
            self.at(CODE, 22.0, x + 20.0, group);
        }
        let left = WIDTH - LEFT - side - 24.0;
        for (y, row) in page.qr.iter().enumerate() {
            for (x, _) in row.iter().enumerate().filter(|(_, dark)| **dark) {
                let (x, y) = (left + x as f32 * MODULE, top - 24.0 - (y + 1) as f32 * MODULE);
                self.content.rect(x, y, MODULE, MODULE);
            }
        }
        self.content.fill_nonzero();
        self.y = top - height - 30.0;
    }
}

/// The bytes of the encoding that the standard fonts have. The page's own words are in it; see [`printable`].
fn win_ansi(text: &str) -> Vec<u8> {
    text.chars()
        .map(|c| match c {
            '“' => 0x93,
            '”' => 0x94,
            c => u8::try_from(u32::from(c)).unwrap_or(b'?'),
        })
        .collect()
}

/// A folder's name may be in any script, which the standard fonts lack: then the page says where to look instead of printing something wrong.
fn printable(text: &str) -> String {
    let known = |c: char| matches!(u32::from(c), 0x20..=0x7e | 0xa0..=0xff);
    if text.chars().all(known) {
        text.to_owned()
    } else {
        "Its name cannot be printed here; write it down by hand: ____________________".to_owned()
    }
}

/// Cuts a text into lines of at most `width` characters, at spaces where there are any.
fn pieces(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_inclusive(' ') {
        let letters: Vec<char> = word.chars().collect();
        for chunk in letters.chunks(width) {
            let last = lines.len() - 1;
            if lines[last].chars().count() + chunk.len() > width {
                lines.push(String::new());
            }
            let last = lines.len() - 1;
            lines[last].extend(chunk);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_cut_and_nothing_of_them_is_lost() {
        let path = format!("/home/somebody with a name/{}", "x".repeat(200));
        let lines = pieces(&path, 70);
        assert!(lines.iter().all(|line| line.chars().count() <= 70));
        assert_eq!(lines.concat(), path);
    }

    #[test]
    fn what_the_fonts_lack_is_never_printed_as_something_else() {
        assert_eq!(printable("/home/åsa/vault"), "/home/åsa/vault");
        assert!(printable("/home/愛/vault").contains("by hand"));
    }
}
