//! Proxies in front of the program, each by the configuration that `packaging/proxies` has for it:
//! nginx, Caddy, HAProxy. curl is who visits. What a machine does not have is skipped.

use std::{
    fs,
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};
use tempfile::TempDir;

use crate::{
    faults::Program,
    harness::{PASSWORD, PROGRAM, in_project},
};

/// A proxy with the program behind it, until it is dropped.
struct Front {
    proxy: Child,
    _program: Program,
    folder: TempDir,
    url: String,
    plain_url: String,
}

impl Drop for Front {
    fn drop(&mut self) {
        let _ = self.proxy.kill();
        let _ = self.proxy.wait();
    }
}

fn free_port() -> u16 {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    free.local_addr().unwrap().port()
}

/// Returns whether this machine has a program.
fn has(program: &str) -> bool {
    let found = Command::new("sh")
        .args(["-c", &format!("PATH=$PATH:/usr/sbin command -v {program}")])
        .stdout(Stdio::null())
        .status();
    let has = found.is_ok_and(|status| status.success());
    if !has {
        println!("skipped: there is no {program}; ./setup proxies installs it");
    }
    has
}

/// A certificate for localhost, and its key.
fn make_certificate(folder: &Path) {
    let made = Command::new("openssl")
        .current_dir(folder)
        .args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
        ])
        .args(["-nodes", "-days", "2", "-subj", "/CN=localhost"])
        .args([
            "-addext",
            "subjectAltName=DNS:localhost",
            "-keyout",
            "key.pem",
            "-out",
            "cert.pem",
        ])
        .stderr(Stdio::null())
        .status();
    assert!(made.unwrap().success());
    let both = [
        fs::read(folder.join("cert.pem")).unwrap(),
        fs::read(folder.join("key.pem")).unwrap(),
    ];
    fs::write(folder.join("both.pem"), both.concat()).unwrap();
}

/// The configuration of a proxy, with the places of this test in it.
fn configuration(file: &str, folder: &Path, ports: [u16; 2], site: &str) -> String {
    let path = in_project("packaging/proxies").join(file);
    let mut text = fs::read_to_string(path).unwrap();
    let [plain, encrypted] = ports;
    let folder = folder.display();
    for (from, to) in [
        (
            "/etc/ssl/example.org.both.pem",
            format!("{folder}/both.pem"),
        ),
        ("/etc/ssl/example.org.pem", format!("{folder}/cert.pem")),
        ("/etc/ssl/example.org.key", format!("{folder}/key.pem")),
        ("127.0.0.1:3000", site.to_owned()),
        ("listen 80;", format!("listen {plain};")),
        ("listen 443 ", format!("listen {encrypted} ")),
        ("bind :80\n", format!("bind :{plain}\n")),
        ("bind :443 ", format!("bind :{encrypted} ")),
        ("example.org", "localhost".to_owned()),
    ] {
        text = text.replace(from, &to);
    }
    text
}

/// The proxy of that name, started on these ports.
fn start(proxy: &str, folder: &Path, ports: [u16; 2], site: &str) -> Child {
    let at = folder.display();
    let (file, text) = match proxy {
        "nginx" => {
            let site = configuration("nginx.conf", folder, ports, site);
            let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
                .map(|what| format!("{what}_temp_path {at}/{what};"))
                .concat();
            let text = format!(
                "daemon off; master_process off; pid {at}/pid; events {{}} http {{ access_log off; {temporary} {site} }}"
            );
            ("nginx.conf", text)
        }
        "caddy" => {
            let [plain, encrypted] = ports;
            let site = configuration("Caddyfile", folder, ports, site);
            let text =
                format!("{{\n admin off\n http_port {plain}\n https_port {encrypted}\n}}\n{site}");
            ("Caddyfile", text)
        }
        _ => (
            "haproxy.cfg",
            configuration("haproxy.cfg", folder, ports, site),
        ),
    };
    fs::write(folder.join(file), text).unwrap();
    let mut command = Command::new(proxy);
    match proxy {
        "nginx" => command.args(["-c", &format!("{at}/{file}"), "-e", &format!("{at}/errors")]),
        "caddy" => command.args(["run", "--adapter", "caddyfile", "--config", file]),
        _ => command.args(["-f", file]),
    };
    let path = format!("{}:/usr/sbin", std::env::var("PATH").unwrap());
    command
        .current_dir(folder)
        .env("PATH", path)
        .env("XDG_DATA_HOME", folder)
        .env("XDG_CONFIG_HOME", folder)
        .stdout(Stdio::null())
        .stderr(fs::File::create(folder.join("proxy.log")).unwrap())
        .spawn()
        .unwrap()
}

impl Front {
    fn of(proxy: &str) -> Front {
        let folder = tempfile::tempdir().unwrap();
        make_certificate(folder.path());
        let ports = [free_port(), free_port()];
        let url = format!("https://localhost:{}", ports[1]);
        let mut command = Command::new(PROGRAM);
        command
            .env("SILHOUETTE_PUBLIC_URL", &url)
            .env("SILHOUETTE_TRUSTED_PROXIES", "127.0.0.1, ::1");
        let program = Program::start_by(command, folder.path());
        let proxy = start(proxy, folder.path(), ports, program.addr());
        let front = Front {
            proxy,
            _program: program,
            folder,
            url,
            plain_url: format!("http://localhost:{}", ports[0]),
        };
        for _ in 0..200 {
            if front.curl(&["/healthz"]).0 == "200" {
                return front;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        let log = fs::read_to_string(front.folder.path().join("proxy.log"));
        panic!("the proxy does not answer: {log:?}");
    }

    /// Visits a path, the first of the arguments; returns the status and the page.
    fn curl(&self, arguments: &[&str]) -> (String, String) {
        let output = Command::new("curl")
            .current_dir(&self.folder)
            .args([
                "--silent",
                "--insecure",
                "--max-time",
                "60",
                "--cookie",
                "jar",
                "--cookie-jar",
                "jar",
            ])
            .args([
                "--header",
                "Accept: text/html",
                "--header",
                "Sec-Fetch-Site: same-origin",
            ])
            .args(["--header", &format!("Origin: {}", self.url)])
            .args(["--write-out", "\n%{http_code}"])
            .args(&arguments[1..])
            .arg(format!("{}{}", self.url, arguments[0]))
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let (page, status) = text.rsplit_once('\n').unwrap();
        (status.to_owned(), page.to_owned())
    }
}

/// Everything that a site asks of a proxy.
fn works_behind(proxy: &str) {
    if !has(proxy) || !has("curl") || !has("openssl") {
        return;
    }
    let front = Front::of(proxy);
    let form = format!("username=maya&password={}", PASSWORD.replace(' ', "+"));
    assert_eq!(front.curl(&["/signup", "--data", &form]).0, "303");
    // An address that the visitor has made up is not believed.
    let spoofed = [
        "/login",
        "--data",
        &form,
        "--header",
        "X-Forwarded-For: 203.0.113.9",
    ];
    assert_eq!(front.curl(&spoofed).0, "303");
    let (_, activity) = front.curl(&["/settings/activity"]);
    assert!(
        activity.contains("127.0.0.1") || activity.contains("::1"),
        "{activity}"
    );
    assert!(!activity.contains("203.0.113.9"), "{activity}");

    let (status, page) = front.curl(&["/no/such/page"]);
    assert_eq!(status, "404");
    assert!(page.contains("<h1>Page not found"), "{page}");
    // A file of the largest size that is taken, which is no picture, and one that is larger.
    for (size, says) in [
        (16_000_000, "choose a JPEG, PNG"),
        (40_000_000, "choose a file of 16"),
    ] {
        fs::write(front.folder.path().join("large"), vec![b'x'; size]).unwrap();
        let file = "avatar=@large;filename=large.jpg;type=image/jpeg";
        let send = ["/profile/avatar", "--form", "username=maya", "--form", file];
        let (status, page) = front.curl(&send);
        assert_eq!(status, "422", "{size}");
        assert!(page.contains(says), "{size}: {page}");
    }
    // A form that is larger than any, and not so large that nobody reads it to its end.
    fs::write(front.folder.path().join("large"), vec![b'x'; 20_000_000]).unwrap();
    let (status, page) = front.curl(&["/login", "--data-binary", "@large"]);
    assert_eq!(status, "413");
    assert!(page.contains("Silhouette</title>"), "{page}");

    let plain = Command::new("curl")
        .args([
            "--silent",
            "--output",
            "/dev/null",
            "--write-out",
            "%{http_code} %{redirect_url}",
        ])
        .arg(format!("{}/login", front.plain_url))
        .output()
        .unwrap();
    let redirected = String::from_utf8_lossy(&plain.stdout).into_owned();
    assert!(
        redirected.starts_with("30") && redirected.contains(" https://localhost"),
        "{redirected}"
    );
}

#[tokio::test]
async fn the_site_works_behind_nginx() {
    works_behind("nginx");
}

#[tokio::test]
async fn the_site_works_behind_caddy() {
    works_behind("caddy");
}

#[tokio::test]
async fn the_site_works_behind_haproxy() {
    works_behind("haproxy");
}
