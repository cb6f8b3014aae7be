//! What programs read of a profile: the vCard, JSON-LD, Open Graph, and whether
//! search engines may list it.

use axum::http::StatusCode;

use crate::harness::{SITE, site, site_with_schema};

#[tokio::test]
async fn a_contact_holds_what_its_reader_may_see() {
    let site = site().await;
    let ann = site.member("ann").await;
    ann.save(&[
        ("first_name", "Anna; Maria"),
        ("last_name", "Kovač"),
        ("bio", "Boats,\nand more"),
        ("location", "Kiel"),
        ("phone_number", "+49 30 901820"),
        ("birth_date", "1990-02-03"),
    ])
    .await;
    let public = site.guest().visit("/u/ann/card.vcf").await;
    assert_eq!(public.header("content-type"), "text/vcard; charset=utf-8");
    assert_eq!(
        public.header("content-disposition"),
        "attachment; filename=\"ann.vcf\""
    );
    assert_eq!(public.header("x-robots-tag"), "noindex");
    assert_eq!(
        public.text,
        format!(
            "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Anna\\; Maria Kovač\r\nN:Kovač;Anna\\; Maria;;;\r\n\
             NICKNAME:ann\r\nNOTE:Boats\\,\\nand more\r\nADR:;;;Kiel;;;\r\nURL:{SITE}/u/ann\r\n\
             END:VCARD\r\n"
        )
    );
    // The phone number is for members, the birthday for nobody else.
    let eve = site.member("eve").await;
    let members = eve.visit("/u/ann/card.vcf").await;
    members.says("TEL:+4930901820\r\n");
    members.says_not("BDAY");
    let own = ann.visit("/u/ann/card.vcf").await;
    own.says("BDAY:1990-02-03\r\n");
    // What is hidden is nobody.
    ann.save(&[("profile.audience", "me")]).await;
    let hidden = eve.visit("/u/ann/card.vcf").await;
    let nobody = eve.visit("/u/nobody/card.vcf").await;
    assert_eq!(hidden.status, StatusCode::NOT_FOUND);
    assert_eq!(hidden.text.replace("/u/ann/", "/u/nobody/"), nobody.text);
}

#[tokio::test]
async fn an_extension_is_read_as_it_was_typed_and_dialled_behind_the_number() {
    let site = site().await;
    let ann = site.member("ann").await;
    let typed = [
        ("phone_number", "+1 202-555-0123 ext. 89"),
        ("phone_number.audience", "everyone"),
    ];
    ann.save(&typed).await;
    let page = site.guest().visit("/u/ann").await;
    page.says("href=\"tel:+12025550123;ext=89\"");
    page.says("+1 202-555-0123 ext. 89</a>");
    let card = site.guest().visit("/u/ann/card.vcf").await;
    // The semicolon of the number is none of the vCard's own.
    card.says("TEL:+12025550123\\;ext=89\r\n");
    let editor = ann.visit("/profile/edit").await;
    editor.says("value=\"+1 202-555-0123 ext. 89\"");
    ann.save(&[("phone_number", "+1 202-555-0123")]).await;
    let page = site.guest().visit("/u/ann").await;
    page.says("href=\"tel:+12025550123\"");
}

/// Reads a drawing as a camera would, every square ten pixels wide.
fn scan(svg: &str) -> String {
    const PIXELS: usize = 10;
    let (_, rest) = svg.split_once("viewBox=\"0 0 ").unwrap();
    let size: usize = rest.split(' ').next().unwrap().parse().unwrap();
    let mut dark = vec![false; size * size];
    let (_, path) = svg.rsplit_once("d=\"M").unwrap();
    for run in path.split_once('"').unwrap().0.split('M') {
        let numbers = run.split(|c: char| !c.is_ascii_digit());
        let numbers: Vec<usize> = numbers.filter_map(|number| number.parse().ok()).collect();
        let at = numbers[1] * size + numbers[0];
        dark[at..at + numbers[2]].fill(true);
    }
    let side = size * PIXELS;
    let mut picture = rqrr::PreparedImage::prepare_from_greyscale(side, side, |x, y| {
        match dark[y / PIXELS * size + x / PIXELS] {
            true => 0,
            false => 255,
        }
    });
    picture.detect_grids()[0].decode().unwrap().1
}

#[tokio::test]
async fn a_qr_code_leads_to_a_profile_that_its_reader_may_see() {
    let site = site().await;
    let ann = site.member("ann").await;
    let code = site.guest().visit("/u/ann/qr.svg").await;
    assert_eq!(code.header("content-type"), "image/svg+xml; charset=utf-8");
    assert_eq!(code.header("x-robots-tag"), "noindex");
    let address = format!("{SITE}/u/ann");
    assert_eq!(scan(&code.text), address);
    assert_eq!(scan(&ann.visit("/u/ANN/qr.svg").await.text), address);
    let page = site.guest().visit("/u/ann").await;
    page.says("src=\"/u/ann/qr.svg\"");
    page.says(&format!("alt=\"QR code for {address}\""));
    ann.save(&[("profile.audience", "members")]).await;
    let hidden = site.guest().visit("/u/ann/qr.svg").await;
    let nobody = site.guest().visit("/u/nobody/qr.svg").await;
    assert_eq!(hidden.status, StatusCode::NOT_FOUND);
    assert_eq!(hidden.text.replace("/u/ann/", "/u/nobody/"), nobody.text);
    let eve = site.member("eve").await;
    assert_eq!(eve.visit("/u/ann/qr.svg").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_shared_link_says_whose_profile_it_is() {
    let site = site().await;
    let ann = site.member("ann").await;
    ann.save(&[
        ("first_name", "A</script><script>alert(1)"),
        ("bio", "I mend <boats> & \"more\".\nSecond line"),
        ("phone_number", "+49 30 901820"),
    ])
    .await;
    let page = site.guest().visit("/u/ann").await;
    page.says(&format!("<link rel=\"canonical\" href=\"{SITE}/u/ann\""));
    page.says(
        "content=\"I mend &lt;boats&gt; &amp; &quot;more&quot;.\" property=\"og:description\"",
    );
    page.says(&format!("content=\"{SITE}/u/ann\" property=\"og:url\""));
    page.says("class=\"profile h-card hue-1\"");
    let start = "<script type=\"application/ld+json\">";
    let at = page.text.find(start).unwrap() + start.len();
    let json = page.text[at..].split("</script>").next().unwrap();
    let json: serde_json::Value = serde_json::from_str(json).unwrap();
    assert_eq!(json["@type"], "ProfilePage");
    assert_eq!(json["mainEntity"]["alternateName"], "ann");
    assert_eq!(
        json["mainEntity"]["givenName"],
        "A</script><script>alert(1)"
    );
    // For members.
    assert_eq!(json["mainEntity"].get("telephone"), None);
    // When somebody joined stands on their own page only.
    page.says_not("dateCreated");
    // The canonical address is one, however it was asked for.
    let other = site.guest().visit("/u/ANN?utm=x").await;
    other.says(&format!("<link rel=\"canonical\" href=\"{SITE}/u/ann\""));
}

#[tokio::test]
async fn who_does_not_want_to_be_listed_is_not() {
    let site = site().await;
    let ann = site.member("ann").await;
    let noindex = "<meta name=\"robots\" content=\"noindex\"";
    site.guest().visit("/u/ann").await.says_not(noindex);
    ann.visit("/settings/privacy")
        .await
        .says("value=\"yes\" checked");
    let saved = ann
        .submit(
            "/settings/privacy",
            &[("username", "ann"), ("listed", "no")],
        )
        .await;
    assert_eq!(saved.location(), "/settings/privacy?saved");
    ann.visit("/settings/privacy?saved")
        .await
        .says("value=\"no\" checked");
    site.guest().visit("/u/ann").await.says(noindex);
    // Nobody else's form changes it, and no half of one.
    for fields in [
        &[("username", "eve"), ("listed", "yes")][..],
        &[("username", "ann"), ("listed", "maybe")],
        &[("username", "ann")],
    ] {
        let refused = ann.submit("/settings/privacy", fields).await;
        assert!(refused.status.is_client_error(), "{fields:?}");
    }
    site.guest().visit("/u/ann").await.says(noindex);
}

#[tokio::test]
async fn no_text_adds_a_line_to_a_contact() {
    let schema = r#"
[[group]]
key = "all"
label = "All"

[[field]]
key = "links"
group = "all"
type = "long_text"
label = "Links"
autocomplete = "url"
max = 200
"#;
    let site = site_with_schema(schema).await;
    let ann = site.member("ann").await;
    ann.save(&[("links", "https://a.example\nTEL:+1900\nEND:VCARD")])
        .await;
    let card = ann.visit("/u/ann/card.vcf").await;
    card.says("FN:ann\r\n");
    card.says_not("TEL");
    assert_eq!(card.text.matches("END:VCARD").count(), 1);
}
