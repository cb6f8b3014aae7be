//! A page in a few lines, for the message of an assertion that failed.

/// The title, headings, notices, errors and form controls of an HTML page, one a line.
///
/// Any other text is returned as it is, up to [`MOST`] bytes.
pub fn summarize(page: &str) -> String {
    if !page.contains("<html") {
        return excerpt(page, 0, MOST).to_owned();
    }
    let mut lines = Vec::new();
    let mut rest = page;
    while let Some((_, at)) = rest.split_once('<') {
        let Some((tag, behind)) = at.split_once('>') else {
            break;
        };
        rest = behind;
        let name = tag.split([' ', '/']).next().unwrap_or_default();
        let class = attribute(tag, "class").unwrap_or_default();
        match name {
            "script" | "style" => {
                rest = behind
                    .split_once(&format!("</{name}>"))
                    .map_or("", |it| it.1);
            }
            "title" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                lines.push(format!("{name}: {}", text(name, behind)));
            }
            "form" => lines.push(format!(
                "form {}",
                attribute(tag, "action").unwrap_or("here")
            )),
            "input" | "button" => lines.extend(control(tag)),
            "textarea" => lines.extend(named(tag, &text(name, behind))),
            "select" => lines.extend(named(tag, selected(behind))),
            _ if class.split(' ').any(|class| class == "error") => {
                lines.push(format!("error: {}", text(name, behind)));
            }
            _ => {
                if let Some(role @ ("alert" | "status")) = attribute(tag, "role") {
                    lines.push(format!("{role}: {}", text(name, behind)));
                }
            }
        }
    }
    lines.join("\n")
}

/// Bytes that are printed of an answer that is not a page.
const MOST: usize = 2000;

/// The part of a text around `at`, up to `bytes` to each side.
pub fn excerpt(text: &str, at: usize, bytes: usize) -> &str {
    let start = text.floor_char_boundary(at.saturating_sub(bytes));
    &text[start..text.floor_char_boundary(at + bytes)]
}

/// The value of a quoted attribute of a tag.
fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, value) = tag.split_once(&format!(" {name}=\""))?;
    value.split_once('"').map(|(value, _)| value)
}

/// `name=value`, and `checked` where it is.
fn control(tag: &str) -> Option<String> {
    let mut line = named(tag, attribute(tag, "value").unwrap_or_default())?;
    if tag.contains(" checked") {
        line.push_str(" (checked)");
    }
    Some(line)
}

fn named(tag: &str, value: &str) -> Option<String> {
    attribute(tag, "name").map(|name| format!("  {name}={value}"))
}

/// The value of the selected option, where `behind` follows the start tag of a select.
fn selected(behind: &str) -> &str {
    let (options, _) = behind.split_once("</select>").unwrap_or((behind, ""));
    let mut tags = options.split("<option").skip(1);
    let tag = tags.find_map(|option| {
        option
            .split('>')
            .next()
            .filter(|tag| tag.contains(" selected"))
    });
    tag.and_then(|tag| attribute(tag, "value"))
        .unwrap_or_default()
}

/// The text of an element, where `behind` follows its start tag.
fn text(name: &str, behind: &str) -> String {
    let (open, close) = (format!("<{name}"), format!("</{name}>"));
    let mut end = 0;
    for (at, _) in behind.match_indices(&close) {
        end = at;
        // As many have begun inside of it as have ended.
        let inside = &behind[..at];
        if inside.matches(&open).count() == inside.matches(&close).count() {
            break;
        }
    }
    let parts = behind[..end].split('<').enumerate();
    let parts = parts.map(|(number, part)| match number {
        0 => part,
        _ => part.split_once('>').map_or("", |(_, text)| text),
    });
    let words: Vec<_> = parts.flat_map(str::split_whitespace).collect();
    words.join(" ")
}

#[test]
fn a_page_is_summarized_by_its_headings_notices_and_controls() {
    let page = "<!DOCTYPE html><html><head><title>Error: Edit</title><script>1 < 2</script></head>\
        <body><h1>Edit <i>your</i> profile</h1>\
        <div class=\"error-summary\" role=\"alert\"><div>There is</div> a <b>problem</b></div>\
        <p>Words</p><form method=\"post\" action=\"/profile/edit\">\
        <input type=\"hidden\" name=\"version\" value=\"2\"><p class=\"hint error\">Too long</p>\
        <textarea name=\"bio\" class=\"x\">\nHello</textarea><input type=\"radio\" name=\"a\" value=\"me\" checked>\
        <select name=\"b\"><option value=\"1\">One</option><option value=\"2\" selected>Two</option></select>\
        <button>Save</button></form></body></html>";
    let expected = "title: Error: Edit\nh1: Edit your profile\nalert: There is a problem\n\
        form /profile/edit\n  version=2\nerror: Too long\n  bio=Hello\n  a=me (checked)\n  b=2";
    assert_eq!(summarize(page), expected);
    assert_eq!(summarize("{\"Invalid\":1}"), "{\"Invalid\":1}");
}
