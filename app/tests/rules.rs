//! The specification of `Kind::parse`, as a table. It runs natively and in wasm
//! (`make test` does both), so a rule that differs between the browser and the
//! server fails one of the two.

use app::profile::rules::{
    date::Date,
    kind::{Kind, SelectOption},
    picture::Picture,
    schema::Field,
    value::{Phone, Value, WebUrl},
    violation::Violation,
};

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

type Parsed = Result<Option<Value>, Violation>;

fn today() -> Date {
    Date::new(2026, 11, 22).expect("a day")
}

fn check(kind: &Kind, cases: &[(&str, Parsed)]) {
    for (typed, expected) in cases {
        let parsed = kind.parse(typed, today());
        assert_eq!(&parsed, expected, "{kind:?} of {typed:?}");
        if let Ok(Some(value)) = parsed {
            assert_eq!(
                kind.parse(&value.print(), today()),
                Ok(Some(value.clone())),
                "printed and read again"
            );
            assert_eq!(
                Value::from_json(kind, &value.to_json()),
                Some(value),
                "stored and read again"
            );
        }
    }
}

fn text(text: &str) -> Parsed {
    Ok(Some(Value::Text(text.to_owned())))
}

fn date(year: i32, month: u8, day: u8) -> Parsed {
    Ok(Some(Value::Date(
        Date::new(year, month, day).expect("a day"),
    )))
}

fn phone(e164: &str, typed: &str) -> Parsed {
    Ok(Some(Value::Phone(Phone {
        e164: e164.to_owned(),
        extension: None,
        typed: typed.to_owned(),
    })))
}

fn with_extension(e164: &str, extension: &str, typed: &str) -> Parsed {
    Ok(Some(Value::Phone(Phone {
        e164: e164.to_owned(),
        extension: Some(extension.to_owned()),
        typed: typed.to_owned(),
    })))
}

fn url(url: &str) -> Parsed {
    Ok(Some(Value::Url(WebUrl::parse(url).expect("a URL"))))
}

fn email(address: &str) -> Parsed {
    Ok(Some(Value::Email(address.to_owned())))
}

fn options() -> Vec<SelectOption> {
    ["red", "green", "blue"]
        .map(|key| SelectOption {
            key: key.to_owned(),
            label: key.to_owned(),
        })
        .to_vec()
}

const FAMILY: &str = "👨‍👩‍👧‍👦";

#[test]
fn a_text_is_one_line_counted_as_a_person_counts() {
    let five_families = FAMILY.repeat(5);
    let six_families = FAMILY.repeat(6);
    let marks = format!("a{}", "\u{301}".repeat(100_000));
    check(
        &Kind::Text { max: 5 },
        &[
            ("", Ok(None)),
            (" \t ", Ok(None)),
            ("Ann", text("Ann")),
            ("  Ann  ", text("Ann")),
            ("a", text("a")),
            ("O’Šea", text("O’Šea")),
            ("Анна", text("Анна")),
            ("نور", text("نور")),
            ("12345", text("12345")),
            ("123456", Err(Violation::TooLong(5))),
            (
                "e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}",
                text("e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}"),
            ),
            (&five_families, text(&five_families)),
            (&six_families, Err(Violation::TooLong(5))),
            (&marks, Err(Violation::TooHeavy)),
            ("a\nb", Err(Violation::ControlCharacter('\n'))),
            ("a\u{7}b", Err(Violation::ControlCharacter('\u{7}'))),
            ("a\u{1b}[1m", Err(Violation::ControlCharacter('\u{1b}'))),
            ("a\u{200B}b", text("ab")),
            ("\u{202E}ab", text("ab")),
            ("\u{FEFF}", Ok(None)),
            ("\u{3164}", Ok(None)),
            ("\u{2800} \u{200D}", Ok(None)),
            ("\u{115F}a\u{E0041}", text("a")),
            ("a\u{2028}b\tc", text("a b c")),
            ("❤\u{FE0F}", text("❤\u{FE0F}")),
            ("<b>", text("<b>")),
        ],
    );
}

#[test]
fn a_long_text_keeps_its_lines() {
    check(
        &Kind::LongText { max: 12 },
        &[
            ("one\r\ntwo\r3", text("one\ntwo\n3")),
            ("one\r\ntwo", text("one\ntwo")),
            ("one\rtwo", text("one\ntwo")),
            ("\n\none\n\n", text("one")),
            ("a\tb", text("a\tb")),
            ("1\u{B}2\u{C}3\u{85}4", text("1\n2\n3\n4")),
            ("1\u{2028}2\u{2029}3", text("1\n2\n3")),
            ("a\u{7}b", Err(Violation::ControlCharacter('\u{7}'))),
            ("\u{2800}\n\u{2800}", Ok(None)),
            ("\u{2800}\u{28FF}", text("\u{2800}\u{28FF}")),
            ("\u{200F}PHP אב", text("\u{200F}PHP אב")),
            ("a\u{0}b", Err(Violation::ControlCharacter('\0'))),
            ("</textarea>", text("</textarea>")),
            ("123456789012", text("123456789012")),
            ("1234567890123", Err(Violation::TooLong(12))),
        ],
    );
}

#[test]
fn a_date_is_a_day_of_the_calendar_however_it_is_spelt() {
    let earliest = Date::new(1896, 11, 22).expect("a day");
    check(
        &Kind::Date {
            past: true,
            years: Some(130),
        },
        &[
            ("", Ok(None)),
            ("1990-02-03", date(1990, 2, 3)),
            ("3 2 1990", date(1990, 2, 3)),
            ("03.02.1990", date(1990, 2, 3)),
            ("3/2/1990", date(1990, 2, 3)),
            ("3 February 1990", date(1990, 2, 3)),
            ("3 feb 1990", date(1990, 2, 3)),
            ("3. März 1990", date(1990, 3, 3)),
            ("3 MÄRZ 1990", date(1990, 3, 3)),
            ("3 Dez 1990", date(1990, 12, 3)),
            ("٣ فبراير ١٩٩٠", date(1990, 2, 3)),
            ("٣ أغسطس ١٩٩٠", date(1990, 8, 3)),
            ("٣ اغسطس ١٩٩٠", date(1990, 8, 3)),
            ("۳/۲/۱۹۹۰", date(1990, 2, 3)),
            ("３／２／１９９０", date(1990, 2, 3)),
            ("３ 2 १९९०", date(1990, 2, 3)),
            ("๓/๒/๑๙๙๐", date(1990, 2, 3)),
            ("1990–02–03", date(1990, 2, 3)),
            ("3\u{200B}.2.1990\u{200E}", date(1990, 2, 3)),
            // The years of Thailand, of Iran, and of the moon.
            ("๓/๒/๒๕๓๓", Err(Violation::OtherCalendar(Some(1990)))),
            ("3 2 2569", Err(Violation::OtherCalendar(Some(2026)))),
            ("3 2 2570", Err(Violation::InFuture)),
            ("3 2 2030", Err(Violation::InFuture)),
            ("3 2 1369", Err(Violation::OtherCalendar(None))),
            ("2000-02-29", date(2000, 2, 29)),
            ("1900-02-29", Err(Violation::NoSuchDay)),
            ("1990-02-30", Err(Violation::NoSuchDay)),
            ("1990-13-01", Err(Violation::NoSuchDay)),
            ("1990-00-01", Err(Violation::NoSuchDay)),
            ("3 2 90", Err(Violation::NotADate)),
            ("3 2", Err(Violation::NotADate)),
            ("3 2 1990 4", Err(Violation::NotADate)),
            ("yesterday", Err(Violation::NotADate)),
            ("3 fe 1990", Err(Violation::NotADate)),
            ("3 é 1990", Err(Violation::NotADate)),
            ("-1 2 1990", date(1990, 2, 1)),
            ("0x3 2 1990", Err(Violation::NotADate)),
            ("2026-11-22", date(2026, 11, 22)),
            ("2026-11-23", Err(Violation::InFuture)),
            ("9999-12-31", Err(Violation::InFuture)),
            ("1896-11-22", date(1896, 11, 22)),
            ("1896-11-21", Err(Violation::Before(earliest))),
            ("0001-01-01", Err(Violation::Before(earliest))),
        ],
    );
    check(
        &Kind::Date {
            past: false,
            years: None,
        },
        &[
            ("2030-01-01", date(2030, 1, 1)),
            ("0001-01-01", date(1, 1, 1)),
        ],
    );
}

#[test]
fn a_date_typed_into_three_inputs_is_the_same_date() {
    let kind = Kind::Date {
        past: true,
        years: None,
    };
    let field = Field::new("born", kind);
    let read = |day: &str, month: &str, year: &str| {
        let form = [
            ("born.day", day),
            ("born.month", month),
            ("born.year", year),
        ]
        .into_iter()
        .collect();
        field.read(&form, today())
    };
    assert_eq!(read("3", "2", "1990"), date(1990, 2, 3).map(Some));
    assert_eq!(read(" 03 ", "February", "1990"), date(1990, 2, 3).map(Some));
    assert_eq!(read("3.", "Feb.", "1990"), date(1990, 2, 3).map(Some));
    assert_eq!(read("３", "2\u{200B}", "๑๙๙๐"), date(1990, 2, 3).map(Some));
    assert_eq!(read("", "", ""), Ok(Some(None)));
    assert_eq!(read("3", "", "1990"), Err(Violation::IncompleteDate));
    assert_eq!(read("31", "2", "1990"), Err(Violation::NoSuchDay));
    assert_eq!(read("3-2", "1990", "x"), Err(Violation::NotADate));
    assert_eq!(read("300", "2", "1990"), Err(Violation::NoSuchDay));
    let both = [("born", "1990-02-03"), ("born.day", "4")]
        .into_iter()
        .collect();
    assert_eq!(field.read(&both, today()), Err(Violation::Repeated));
}

#[test]
fn a_phone_number_is_compared_by_its_digits_and_shown_as_typed() {
    check(
        &Kind::Phone,
        &[
            ("", Ok(None)),
            ("+49 30 901820", phone("+4930901820", "+49 30 901820")),
            (
                "+49 (0)30 / 90-18.20",
                phone("+4930901820", "+49 (0)30 / 90-18.20"),
            ),
            ("0049 30 901820", phone("+4930901820", "0049 30 901820")),
            (
                "+1 (415) 555‐2671",
                phone("+14155552671", "+1 (415) 555‐2671"),
            ),
            ("+290 22222", phone("+29022222", "+290 22222")),
            (
                "+123456789012345",
                phone("+123456789012345", "+123456789012345"),
            ),
            ("+1234567890123456", Err(Violation::NotAPhoneNumber)),
            ("+43 1 4000", phone("+4314000", "+43 1 4000")),
            ("+12345", Err(Violation::NotAPhoneNumber)),
            ("+0123456789", Err(Violation::NotAPhoneNumber)),
            ("030 901820", Err(Violation::NoCountryCode)),
            ("call me", Err(Violation::NotAPhoneNumber)),
            ("()", Err(Violation::NotAPhoneNumber)),
            ("+49 30 9018xx", Err(Violation::NotAPhoneNumber)),
            ("+49 30 90 or +49 30 91", Err(Violation::NotAPhoneNumber)),
            ("++49 30 901820", Err(Violation::NotAPhoneNumber)),
            ("+", Err(Violation::NotAPhoneNumber)),
            ("+٤٩٣٠٩٠١٨٢٠", phone("+4930901820", "+٤٩٣٠٩٠١٨٢٠")),
            ("+४९३०९०१८२०", phone("+4930901820", "+४९३०९०१८२०")),
            (
                "＋４９（０）３０－９０１８２０",
                phone("+4930901820", "＋４９（０）３０－９０１８２０"),
            ),
            (
                "+81 3ー5555ー0123",
                phone("+81355550123", "+81 3ー5555ー0123"),
            ),
            (
                "+1\u{2011}415\u{A0}555\u{2212}2671",
                phone("+14155552671", "+1\u{2011}415\u{A0}555\u{2212}2671"),
            ),
            (
                "tel:+1-415-555-2671",
                phone("+14155552671", "+1-415-555-2671"),
            ),
            (
                "TEL: 0049 30 901820",
                phone("+4930901820", "0049 30 901820"),
            ),
            (
                "\u{202A}+49\u{200E} 30 901820\u{202C}",
                phone("+4930901820", "+49 30 901820"),
            ),
        ],
    );
}

#[test]
fn an_extension_is_dialled_behind_the_number_and_shown_as_typed() {
    let number = "+1 202-555-0123";
    for (behind, extension) in [
        (" ext. 89", "89"),
        (" ext 089", "089"),
        (" Extension: 89", "89"),
        ("x89", "89"),
        (" X 89", "89"),
        (";ext=89", "89"),
        (" #89", "89"),
        (", Durchwahl 89", "89"),
        (" DW 89", "89"),
        (" (ext. 89)", "89"),
        (" доб. 89", "89"),
        (" تحويلة ٨٩", "89"),
        (" ｘ８９", "89"),
    ] {
        let typed = format!("{number}{behind}");
        check(
            &Kind::Phone,
            &[(&typed, with_extension("+12025550123", extension, &typed))],
        );
    }
    check(
        &Kind::Phone,
        &[
            (
                "tel:+1-202-555-0123;ext=89",
                with_extension("+12025550123", "89", "+1-202-555-0123;ext=89"),
            ),
            ("+1 202-555-0123 ext.", Err(Violation::NotAPhoneNumber)),
            ("+1 202-555-0123 ext. 8a", Err(Violation::NotAPhoneNumber)),
            ("+1 202-555-0123 ask 89", Err(Violation::NotAPhoneNumber)),
            (
                "+1 202-555-0123 ext 1234567890123456",
                Err(Violation::NotAPhoneNumber),
            ),
            // Perhaps the end of a second number.
            ("+1 202-555-0123, 89", Err(Violation::NotAPhoneNumber)),
            ("202-555-0123 x89", Err(Violation::NoCountryCode)),
        ],
    );
    let with_it = Kind::Phone.parse("+1 202-555-0123 x89", today());
    let Ok(Some(Value::Phone(phone))) = with_it else {
        panic!("{with_it:?}")
    };
    assert_eq!(phone.dialled(), "+12025550123;ext=89");
}

#[test]
fn a_url_leads_to_a_page_and_nowhere_else() {
    check(
        &Kind::Url,
        &[
            ("", Ok(None)),
            ("https://example.org", url("https://example.org")),
            (
                "HTTP://example.org/a?b=c#d",
                url("http://example.org/a?b=c#d"),
            ),
            ("example.org/~ann", url("https://example.org/~ann")),
            ("https://bücher.example/ä", url("https://bücher.example/ä")),
            (
                "https://example.org:8080/",
                url("https://example.org:8080/"),
            ),
            (
                "web.example.org/save/https://example.org",
                url("https://web.example.org/save/https://example.org"),
            ),
            ("https://example.org:+80", Err(Violation::NotAUrl)),
            ("https://192.0.2.1/", url("https://192.0.2.1/")),
            ("https://example.org.", url("https://example.org")),
            ("https://example.org./a.", url("https://example.org./a.")),
            (
                "\u{200E}https://example.org\u{200B}",
                url("https://example.org"),
            ),
            (
                "ｈｔｔｐｓ：／／ｅｘａｍｐｌｅ．ｏｒｇ／ａ",
                url("https://example.org/a"),
            ),
            ("例え。example/！", url("https://例え.example/！")),
            ("https://परीक्षा.example", url("https://परीक्षा.example")),
            (
                "https://نامه\u{200C}ای.example",
                url("https://نامه\u{200C}ای.example"),
            ),
            (
                "https://example.org/❤\u{FE0F}",
                url("https://example.org/❤\u{FE0F}"),
            ),
            (
                "https://example。org＠evil.example",
                Err(Violation::NotAUrl),
            ),
            ("javascript:alert(1)", Err(Violation::NotAUrl)),
            (
                "javascript://example.org/%0aalert(1)",
                Err(Violation::NotAUrl),
            ),
            ("data:text/html,x", Err(Violation::NotAUrl)),
            ("ftp://example.org", Err(Violation::NotAUrl)),
            ("//example.org", Err(Violation::NotAUrl)),
            ("https://", Err(Violation::NotAUrl)),
            ("https://localhost", Err(Violation::NotAUrl)),
            ("https://bank.example@evil.example", Err(Violation::NotAUrl)),
            ("https://exa mple.org", Err(Violation::NotAUrl)),
            ("https://example.org/\"onclick=", Err(Violation::NotAUrl)),
            (
                "https://example.org\\@evil.example",
                Err(Violation::NotAUrl),
            ),
            ("https://example..org", Err(Violation::NotAUrl)),
            ("https://example.org:99999", Err(Violation::NotAUrl)),
            (
                &format!("https://example.org/{}", "x".repeat(2100)),
                Err(Violation::NotAUrl),
            ),
        ],
    );
}

#[test]
fn an_email_address_has_the_shape_of_one() {
    check(
        &Kind::Email,
        &[
            ("ann@example.org", email("ann@example.org")),
            (
                "Ann.O'Shea+tag@mail.example.org",
                email("Ann.O'Shea+tag@mail.example.org"),
            ),
            ("ann@bücher.example", email("ann@bücher.example")),
            ("ann@example.org\u{200B}", email("ann@example.org")),
            ("ａｎｎ＠ｅｘａｍｐｌｅ．ｏｒｇ", email("ann@example.org")),
            ("ann@example。org.", email("ann@example.org")),
            ("abc.@docomo.example", email("abc.@docomo.example")),
            ("ann", Err(Violation::NotAnEmail)),
            ("ann@example", Err(Violation::NotAnEmail)),
            ("@example.org", Err(Violation::NotAnEmail)),
            ("ann@@example.org", Err(Violation::NotAnEmail)),
            ("a b@example.org", Err(Violation::NotAnEmail)),
            (
                "ann@example.org, bob@example.org",
                Err(Violation::NotAnEmail),
            ),
            ("<ann@example.org>", Err(Violation::NotAnEmail)),
            (
                "ann@example.org\nbcc: x",
                Err(Violation::ControlCharacter('\n')),
            ),
            (
                &format!("{}@example.org", "x".repeat(65)),
                Err(Violation::NotAnEmail),
            ),
            (
                &format!("a@{}.org", "x".repeat(320)),
                Err(Violation::NotAnEmail),
            ),
        ],
    );
}

#[test]
fn a_number_is_whole_and_within_its_limits() {
    let number = |number: i64| Ok(Some(Value::Number(number)));
    check(
        &Kind::Number { min: -5, max: 2000 },
        &[
            ("", Ok(None)),
            ("12", number(12)),
            ("+12", number(12)),
            ("١٢", number(12)),
            ("１２", number(12)),
            ("－３", number(-3)),
            ("१२", number(12)),
            ("๑\u{200B}๒", number(12)),
            ("1 200", number(1200)),
            ("−3", number(-3)),
            ("007", number(7)),
            ("2001", Err(Violation::TooLarge(2000))),
            ("-6", Err(Violation::TooSmall(-5))),
            ("99999999999999999999", Err(Violation::TooLarge(2000))),
            ("-99999999999999999999", Err(Violation::TooSmall(-5))),
            ("1.5", Err(Violation::NotANumber)),
            ("1e3", Err(Violation::NotANumber)),
            ("-", Err(Violation::NotANumber)),
            ("twelve", Err(Violation::NotANumber)),
        ],
    );
}

#[test]
fn a_choice_is_one_of_the_list() {
    check(
        &Kind::Choice { options: options() },
        &[
            ("", Ok(None)),
            ("red", Ok(Some(Value::Choice("red".to_owned())))),
            ("pink", Err(Violation::NotAChoice)),
            ("Red", Err(Violation::NotAChoice)),
        ],
    );
}

#[test]
fn choices_are_some_of_the_list_in_its_order() {
    let keys = |keys: &[&str]| {
        Ok(Some(Value::Choices(
            keys.iter().map(|key| (*key).to_owned()).collect(),
        )))
    };
    check(
        &Kind::Choices {
            options: options(),
            max: 2,
        },
        &[
            ("", Ok(None)),
            ("\n", Ok(None)),
            ("blue\nred", keys(&["red", "blue"])),
            ("\nred\nred", keys(&["red"])),
            ("red\npink", Err(Violation::NotAChoice)),
            ("red\ngreen\nblue", Err(Violation::TooManyChoices(2))),
        ],
    );
}

#[test]
fn yes_or_no_is_yes_or_no() {
    check(
        &Kind::Bool,
        &[
            ("", Ok(None)),
            ("yes", Ok(Some(Value::Bool(true)))),
            ("no", Ok(Some(Value::Bool(false)))),
            ("true", Err(Violation::NotAChoice)),
            ("perhaps", Err(Violation::NotAChoice)),
        ],
    );
}

#[test]
fn a_picture_is_a_hash_and_words() {
    let hash = "0123456789abcdef".repeat(4);
    let picture = |text: &str| {
        Ok(Some(Value::Picture(
            Picture::parse(text).expect("a picture"),
        )))
    };
    check(
        &Kind::Picture,
        &[
            ("", Ok(None)),
            (&hash, picture(&hash)),
            (
                &format!(" {hash}  At the sea "),
                picture(&format!("{hash} At the sea")),
            ),
            ("At the sea", Err(Violation::NoLongerValid)),
            (&hash.to_uppercase(), Err(Violation::NoLongerValid)),
            (&format!("../{hash}"), Err(Violation::NoLongerValid)),
            (
                &format!("{hash} two\nlines"),
                Err(Violation::ControlCharacter('\n')),
            ),
            (
                &format!("{hash} {}", "é".repeat(251)),
                Err(Violation::TooLong(250)),
            ),
        ],
    );
}
