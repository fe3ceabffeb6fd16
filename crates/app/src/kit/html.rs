//! The page for a browser: no script, no link, nothing fetched.

use std::fmt::Write as _;

use zeroize::Zeroizing;

use super::page::{HINT, LEAD, Page, STEPS, TITLE};

const STYLE: &str = "@page{size:A4;margin:18mm}body{font:12pt/1.5 system-ui,sans-serif;color:#000;background:#fff;max-width:44rem;margin:2rem auto;padding:0 1rem}\
h1{font-size:20pt}.code{display:flex;gap:2rem;align-items:center;border:1px solid #000;border-radius:8px;padding:1rem 1.5rem}\
ol.groups{columns:2;column-gap:3rem;font:600 17pt/1.9 ui-monospace,monospace;letter-spacing:.1em;margin:0;padding-left:2rem}\
svg{width:36mm;height:36mm;flex:none}dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1.5rem}dd{margin:0;overflow-wrap:anywhere}\
.line{border-bottom:1px solid #000;height:2.2rem}";

pub fn write(page: &Page) -> Zeroizing<Vec<u8>> {
    // Large enough that it never moves: a copy left behind by growing would not be wiped.
    let mut html = Zeroizing::new(String::with_capacity(256 << 10));
    html.push_str("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>");
    html.push_str(TITLE);
    html.push_str("</title><style>");
    html.push_str(STYLE);
    html.push_str("</style></head><body>\n<h1>");
    html.push_str(TITLE);
    html.push_str("</h1>\n<p>");
    html.push_str(&LEAD.join(" "));
    html.push_str("</p>\n<div class=\"code\"><ol class=\"groups\">");
    for group in page.groups.iter() {
        // Groups are Crockford's letters and digits: nothing to escape.
        let _ = write!(html, "<li>{group}</li>");
    }
    html.push_str("</ol>");
    picture(&mut html, page);
    html.push_str("</div>\n<dl>");
    for (name, value) in &page.facts {
        let _ = write!(html, "<dt>{name}</dt><dd>{}</dd>", escaped(value));
    }
    let _ = write!(html, "</dl>\n<p>{HINT}</p><div class=\"line\"></div>\n<h2>To open your vault with it</h2>\n<ol>");
    for step in STEPS {
        let _ = write!(html, "<li>{step}</li>");
    }
    html.push_str("</ol>\n</body></html>\n");
    Zeroizing::new(html.as_bytes().to_vec())
}

fn picture(html: &mut String, page: &Page) {
    // Four modules of quiet around it, as the QR standard asks.
    let side = page.qr.len() + 8;
    let _ = write!(html, "<svg viewBox=\"0 0 {side} {side}\" role=\"img\" aria-label=\"The code as a QR picture\"><path d=\"");
    for (y, row) in page.qr.iter().enumerate() {
        for (x, _) in row.iter().enumerate().filter(|(_, dark)| **dark) {
            let _ = write!(html, "M{} {}h1v1h-1z", x + 4, y + 4);
        }
    }
    html.push_str("\"/></svg>");
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_name_cannot_become_markup() {
        let page = Page {
            groups: Zeroizing::new(vec!["ABCD".into()]),
            qr: Zeroizing::new(vec![vec![true]]),
            facts: vec![("Folder", "/home/<script>alert(1)</script>&".into())],
        };
        let html = String::from_utf8(write(&page).to_vec()).expect("UTF-8");
        assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;&amp;"));
        assert!(html.contains("<li>ABCD</li>") && !html.contains("<script"));
        assert!(html.len() < 256 << 10);
    }
}
