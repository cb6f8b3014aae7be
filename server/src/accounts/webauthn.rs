//! Passkeys (WebAuthn Level 3): the options for the browser, and verification of its responses.
//! Without I/O, a clock or a database.
//!
//! No attestation is requested or verified: any authenticator is accepted that has the private key.
//! Signatures are verified by `ring`.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use ciborium::Value as Cbor;
use ring::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents,
    UnparsedPublicKey,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::Url;

/// The time limit for the user's response, and the lifetime of challenges other than for login, in
/// milliseconds: ten minutes.
pub const TIMEOUT_MS: i64 = 10 * 60 * 1000;

/// The maximum length of a credential id, in bytes (WebAuthn Level 3 §4).
const MAX_ID: usize = 1023;

/// The maximum size of a response, in bytes. Actual ones have a few kilobytes at most.
const MAX_ANSWER: usize = 16 * 1024;

/// The accepted signature algorithms, by their numbers (IANA COSE Algorithms), best first.
const ED_DSA: i64 = -8;
const ES_256: i64 = -7;
const RS_256: i64 = -257;
const ALGORITHMS: [i64; 3] = [ED_DSA, ES_256, RS_256];

/// The relying party: a site, identified by its name and its origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelyingParty {
    name: String,
    /// The origin in the spelling of browsers, without a trailing slash.
    origin: String,
    /// The domain.
    id: String,
}

/// The public key of a passkey, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicKey {
    algorithm: i64,
    /// In base64url: a point, or for RSA the modulus followed by the exponent.
    parts: Vec<String>,
    counter: u32,
    /// True if the passkey can be on several devices.
    is_synced: bool,
    /// The transports, as reported by the browser, which gets them back.
    transports: Vec<String>,
}

/// A new passkey.
#[derive(Debug, PartialEq, Eq)]
pub struct NewCredential {
    pub id: Vec<u8>,
    pub key: PublicKey,
    /// True if the passkey has verified its user (PIN, fingerprint or face), and the browser does
    /// not report it as not discoverable, so that it can log in without a username.
    pub logs_in: bool,
}

/// A verified assertion of a passkey.
#[derive(Debug, PartialEq, Eq)]
pub struct Shown {
    pub counter: u32,
    pub is_synced: bool,
    pub verified: bool,
}

/// The reason why a response is rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("it is not a passkey's answer")]
    Malformed,
    #[error("it answers another question")]
    OtherQuestion,
    #[error("it was made for another site")]
    OtherSite,
    #[error("the user was not present")]
    NobodyThere,
    #[error("its kind of key is not accepted")]
    OtherAlgorithm,
    #[error("its signature is wrong")]
    WrongSignature,
    #[error("its counter went back: it may have been copied")]
    CounterWentBack,
}

/// The object that `PublicKeyCredential.toJSON()` returns (WebAuthn Level 3 §5.1).
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Answer {
    raw_id: String,
    response: Response,
    #[serde(default)]
    client_extension_results: Extensions,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Extensions {
    #[serde(default)]
    cred_props: CredentialProperties,
}

/// The credential properties extension (WebAuthn Level 3 §10.1.3).
#[derive(Debug, Default, Deserialize)]
struct CredentialProperties {
    /// True if the credential is discoverable, so that no username is needed.
    rk: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Response {
    #[serde(rename = "clientDataJSON")]
    client_data: String,
    attestation_object: Option<String>,
    authenticator_data: Option<String>,
    signature: Option<String>,
    #[serde(default)]
    transports: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ClientData {
    #[serde(rename = "type")]
    kind: String,
    challenge: String,
    origin: String,
    #[serde(default)]
    cross_origin: bool,
    /// The origin of the page that contains the frame.
    top_origin: Option<String>,
}

impl RelyingParty {
    /// Returns the party of a site; `None` for one at an IP address: passkeys belong to a domain.
    pub fn of(name: &str, url: &str) -> Option<RelyingParty> {
        let url: Url = url.parse().ok()?;
        Some(RelyingParty {
            name: name.to_owned(),
            id: url.domain()?.to_owned(),
            origin: url.origin().ascii_serialization(),
        })
    }

    /// Returns the options for a new passkey, for
    /// `PublicKeyCredential.parseCreationOptionsFromJSON`.
    pub fn creation(
        &self,
        challenge: &str,
        user_handle: &[u8],
        username: &str,
        known: &[(Vec<u8>, PublicKey)],
    ) -> Value {
        let algorithms = ALGORITHMS.map(|alg| json!({ "type": "public-key", "alg": alg }));
        json!({
            "challenge": challenge,
            "rp": { "id": self.id, "name": self.name },
            "user": {
                "id": BASE64.encode(user_handle),
                "name": username,
                "displayName": username,
            },
            "pubKeyCredParams": algorithms,
            "excludeCredentials": descriptors(known),
            // A discoverable credential can log in without a username.
            "authenticatorSelection": {
                "residentKey": "preferred",
                "userVerification": "preferred",
            },
            "extensions": { "credProps": true },
            "timeout": TIMEOUT_MS,
        })
    }

    /// Returns the options to request one of these passkeys, or any passkey if there are none, for
    /// `PublicKeyCredential.parseRequestOptionsFromJSON`.
    pub fn request(
        &self,
        challenge: &str,
        known: &[(Vec<u8>, PublicKey)],
        verification: &str,
    ) -> Value {
        if known.is_empty() {
            // This is on every login page, so leave out what browsers fill in.
            return json!({ "challenge": challenge, "userVerification": verification });
        }
        json!({
            "challenge": challenge,
            "rpId": self.id,
            "allowCredentials": descriptors(known),
            "userVerification": verification,
            "timeout": TIMEOUT_MS,
        })
    }

    /// Verifies the registration of a passkey (WebAuthn Level 3 §7.1).
    pub fn register(&self, answer: &Answer, challenge: &str) -> Result<NewCredential, Refused> {
        self.check_client_data(answer, "webauthn.create", challenge)?;
        let object = decode(answer.response.attestation_object.as_deref())?;
        let data = authenticator_data(&object).ok_or(Refused::Malformed)?;
        let data = self.check_authenticator_data(&data)?;
        let (id, key) = data.credential.ok_or(Refused::Malformed)?;
        if id.is_empty() || id.len() > MAX_ID || decode(Some(&answer.raw_id))? != id {
            return Err(Refused::Malformed);
        }
        let (algorithm, parts) = public_key(key)?;
        let transports = answer.response.transports.iter().take(8);
        let transports = transports.filter(|way| way.len() <= 32);
        Ok(NewCredential {
            id: id.to_owned(),
            // A credential that the site has to name cannot log in without a username.
            logs_in: data.verified && answer.client_extension_results.cred_props.rk != Some(false),
            key: PublicKey {
                algorithm,
                parts: parts.iter().map(|part| BASE64.encode(part)).collect(),
                counter: data.counter,
                is_synced: data.is_synced,
                transports: transports.cloned().collect(),
            },
        })
    }

    /// Verifies an assertion of a passkey (WebAuthn Level 3 §7.2).
    pub fn authenticate(
        &self,
        answer: &Answer,
        challenge: &str,
        key: &PublicKey,
    ) -> Result<Shown, Refused> {
        let client_data = self.check_client_data(answer, "webauthn.get", challenge)?;
        let data = decode(answer.response.authenticator_data.as_deref())?;
        let signature = decode(answer.response.signature.as_deref())?;
        let signed = [&data[..], &Sha256::digest(&client_data)].concat();
        let data = self.check_authenticator_data(&data)?;
        key.verify(&signed, &signature)?;
        // Counters of synced passkeys stay 0. Any other that does not grow indicates a copy.
        if (data.counter > 0 || key.counter > 0) && data.counter <= key.counter {
            return Err(Refused::CounterWentBack);
        }
        Ok(Shown {
            counter: data.counter,
            is_synced: data.is_synced,
            verified: data.verified,
        })
    }

    /// Verifies the client data, and returns its bytes.
    fn check_client_data(
        &self,
        answer: &Answer,
        kind: &str,
        challenge: &str,
    ) -> Result<Vec<u8>, Refused> {
        let bytes = decode(Some(&answer.response.client_data))?;
        let data: ClientData = serde_json::from_slice(&bytes).map_err(|_| Refused::Malformed)?;
        if data.kind != kind || data.challenge != challenge {
            return Err(Refused::OtherQuestion);
        }
        if data.origin != self.origin || data.cross_origin || data.top_origin.is_some() {
            return Err(Refused::OtherSite);
        }
        Ok(bytes)
    }

    fn check_authenticator_data<'a>(
        &self,
        bytes: &'a [u8],
    ) -> Result<AuthenticatorData<'a>, Refused> {
        let data = AuthenticatorData::read(bytes).ok_or(Refused::Malformed)?;
        if data.site != &Sha256::digest(&self.id)[..] {
            return Err(Refused::OtherSite);
        }
        match data.present {
            true => Ok(data),
            false => Err(Refused::NobodyThere),
        }
    }
}

impl Answer {
    /// Parses a response of a browser. Returns `None` if it is malformed.
    pub fn read(text: &str) -> Option<Answer> {
        (text.len() <= MAX_ANSWER).then_some(())?;
        serde_json::from_str(text).ok()
    }

    /// Returns the id of the credential, as the response states it.
    pub fn credential_id(&self) -> Option<Vec<u8>> {
        decode(Some(&self.raw_id)).ok()
    }
}

impl PublicKey {
    /// Returns the key as it is stored after an assertion.
    #[must_use]
    pub fn after(self, shown: &Shown) -> PublicKey {
        PublicKey {
            counter: shown.counter,
            is_synced: shown.is_synced,
            ..self
        }
    }

    fn verify(&self, signed: &[u8], signature: &[u8]) -> Result<(), Refused> {
        let parts = self.parts.iter().map(|part| decode(Some(part)));
        let parts = parts.collect::<Result<Vec<_>, _>>()?;
        let verified = match (self.algorithm, &parts[..]) {
            (ES_256, [point]) => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point).verify(signed, signature)
            }
            (ED_DSA, [point]) => UnparsedPublicKey::new(&ED25519, point).verify(signed, signature),
            (RS_256, [n, e]) => {
                let key = RsaPublicKeyComponents { n, e };
                key.verify(&RSA_PKCS1_2048_8192_SHA256, signed, signature)
            }
            _ => return Err(Refused::OtherAlgorithm),
        };
        verified.map_err(|_| Refused::WrongSignature)
    }
}

/// Authenticator data (WebAuthn Level 3 §6.1).
struct AuthenticatorData<'a> {
    /// SHA-256 of the domain.
    site: &'a [u8],
    present: bool,
    verified: bool,
    is_synced: bool,
    counter: u32,
    /// The id of a new credential, and its public key in COSE format.
    credential: Option<(&'a [u8], &'a [u8])>,
}

impl AuthenticatorData<'_> {
    fn read(bytes: &[u8]) -> Option<AuthenticatorData<'_>> {
        let (site, rest) = bytes.split_at_checked(32)?;
        let (&flags, rest) = rest.split_first()?;
        let (counter, rest) = rest.split_first_chunk::<4>()?;
        let has = |bit: u8| flags & (1 << bit) != 0;
        let (may_be_synced, is_synced) = (has(3), has(4));
        if is_synced && !may_be_synced {
            return None;
        }
        let credential = match has(6) {
            true => {
                // Follows the AAGUID, which means nothing without attestation.
                let (_, rest) = rest.split_at_checked(16)?;
                let (length, rest) = rest.split_first_chunk::<2>()?;
                Some(rest.split_at_checked(u16::from_be_bytes(*length).into())?)
            }
            false => None,
        };
        Some(AuthenticatorData {
            site,
            present: has(0),
            verified: has(2),
            is_synced: may_be_synced,
            counter: u32::from_be_bytes(*counter),
            credential,
        })
    }
}

/// Returns the authenticator data in an attestation object (WebAuthn Level 3 §6.5).
fn authenticator_data(object: &[u8]) -> Option<Vec<u8>> {
    let members = map(object)?;
    let of = |(name, value): (Cbor, Cbor)| {
        (name.as_text() == Some("authData")).then(|| value.into_bytes().ok())?
    };
    members.into_iter().find_map(of)
}

/// Returns the algorithm and the parameters of a COSE key (RFC 9053 §7, RFC 8230 §4). Extensions
/// may follow the key; none were requested.
fn public_key(cose: &[u8]) -> Result<(i64, Vec<Vec<u8>>), Refused> {
    let members = map(cose).ok_or(Refused::Malformed)?;
    let find = |label: i64| {
        let mut found = members
            .iter()
            .filter(|(name, _)| *name == Cbor::from(label));
        found.next().map(|(_, value)| value)
    };
    let number = |label| i64::try_from(find(label)?.as_integer()?).ok();
    let bytes = |label| find(label)?.as_bytes().map(Vec::as_slice);
    let of_curve = |label| bytes(label).filter(|bytes| bytes.len() == 32);
    let algorithm = number(3).ok_or(Refused::Malformed)?;
    let parts = match (number(1), algorithm) {
        (Some(2), ES_256) if number(-1) == Some(1) => {
            // An uncompressed point (SEC 1 §2.3.3).
            let point = of_curve(-2).zip(of_curve(-3));
            point.map(|(x, y)| vec![[&[4], x, y].concat()])
        }
        (Some(1), ED_DSA) if number(-1) == Some(6) => of_curve(-2).map(|x| vec![x.to_vec()]),
        (Some(3), RS_256) => {
            // The sizes that signatures can be verified for.
            let modulus = bytes(-1).filter(|n| (256..=1024).contains(&n.len()));
            let key = modulus.zip(bytes(-2));
            key.map(|(n, e)| vec![n.to_vec(), e.to_vec()])
        }
        _ => return Err(Refused::OtherAlgorithm),
    };
    Ok((algorithm, parts.ok_or(Refused::Malformed)?))
}

/// Returns the CBOR map at the start of the bytes (RFC 8949).
fn map(mut bytes: &[u8]) -> Option<Vec<(Cbor, Cbor)>> {
    let read: Cbor = ciborium::from_reader(&mut bytes).ok()?;
    read.into_map().ok()
}

fn descriptors(known: &[(Vec<u8>, PublicKey)]) -> Vec<Value> {
    let descriptor = |(id, key): &(Vec<u8>, PublicKey)| {
        json!({
            "type": "public-key",
            "id": BASE64.encode(id),
            "transports": key.transports,
        })
    };
    known.iter().map(descriptor).collect()
}

fn decode(text: Option<&str>) -> Result<Vec<u8>, Refused> {
    let text = text.ok_or(Refused::Malformed)?.trim_end_matches('=');
    BASE64.decode(text).map_err(|_| Refused::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ring::{
        rand::SystemRandom,
        signature::{Ed25519KeyPair, KeyPair},
    };

    fn party() -> RelyingParty {
        RelyingParty::of("Club", "https://example.org").unwrap()
    }

    fn cbor(members: Vec<(Cbor, Cbor)>) -> Vec<u8> {
        let mut bytes = Vec::new();
        ciborium::into_writer(&Cbor::Map(members), &mut bytes).unwrap();
        bytes
    }

    fn client_data(kind: &str, more: &str) -> String {
        let data = format!(
            r#"{{"type":"{kind}","challenge":"xyz","origin":"https://example.org"{more}}}"#
        );
        BASE64.encode(data)
    }

    /// Authenticator data with these flags, this counter and further bytes.
    fn data(flags: u8, counter: u32, more: &[u8]) -> Vec<u8> {
        let site = Sha256::digest("example.org");
        [&site[..], &[flags], &counter.to_be_bytes(), more].concat()
    }

    /// A registration with this COSE key, and perhaps further bytes.
    fn new(cose: &[u8], flags: u8, rk: &str) -> Result<NewCredential, Refused> {
        let credential = [&[0; 16][..], &[0, 2], b"id", cose].concat();
        let object = cbor(vec![
            ("fmt".into(), "none".into()),
            ("attStmt".into(), Cbor::Map(Vec::new())),
            ("authData".into(), data(flags | 0x41, 0, &credential).into()),
        ]);
        let text = format!(
            r#"{{"rawId":"{}","clientExtensionResults":{rk},"response":{{"clientDataJSON":"{}","attestationObject":"{}"}}}}"#,
            BASE64.encode("id"),
            client_data("webauthn.create", ""),
            BASE64.encode(object)
        );
        party().register(&Answer::read(&text).unwrap(), "xyz")
    }

    fn ed25519(key: &[u8]) -> Vec<u8> {
        cbor(vec![
            (1.into(), 1.into()),
            (3.into(), (-8).into()),
            ((-1).into(), 6.into()),
            ((-2).into(), key.to_vec().into()),
        ])
    }

    #[test]
    fn a_key_of_another_kind_works_too() {
        let pkcs8 = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        let pair = Ed25519KeyPair::from_pkcs8(pkcs8.as_ref()).unwrap();
        let made = new(&ed25519(pair.public_key().as_ref()), 0x04, "{}").unwrap();
        assert!(made.logs_in);
        let client = client_data("webauthn.get", "");
        let signed_data = data(0x05, 0, &[]);
        let hash = Sha256::digest(BASE64.decode(&client).unwrap());
        let signature = pair.sign(&[&signed_data[..], &hash].concat());
        let answer = |signature: &[u8]| {
            let text = format!(
                r#"{{"rawId":"aWQ","response":{{"clientDataJSON":"{client}","authenticatorData":"{}","signature":"{}"}}}}"#,
                BASE64.encode(&signed_data),
                BASE64.encode(signature)
            );
            party().authenticate(&Answer::read(&text).unwrap(), "xyz", &made.key)
        };
        assert!(answer(signature.as_ref()).unwrap().verified);
        assert_eq!(answer(&[0; 64]), Err(Refused::WrongSignature));
        assert_eq!(answer(b""), Err(Refused::WrongSignature));
    }

    #[test]
    fn a_credential_that_the_site_has_to_name_logs_in_nobody() {
        let cose = ed25519(&[7; 32]);
        let logs_in = |flags, rk| new(&cose, flags, rk).unwrap().logs_in;
        assert!(logs_in(0x04, r#"{"credProps":{"rk":true}}"#));
        assert!(logs_in(0x04, r#"{"credProps":{}}"#));
        assert!(!logs_in(0x04, r#"{"credProps":{"rk":false}}"#));
        assert!(!logs_in(0x00, r#"{"credProps":{"rk":true}}"#));
    }

    #[test]
    fn what_is_no_key_is_refused() {
        let with = |kind: i64, algorithm: i64, curve: i64, x: usize| {
            cbor(vec![
                (1.into(), kind.into()),
                (3.into(), algorithm.into()),
                ((-1).into(), curve.into()),
                ((-2).into(), vec![1; x].into()),
                ((-3).into(), vec![1; x].into()),
            ])
        };
        for (cose, refused) in [
            (with(2, -7, 1, 31), Refused::Malformed),
            (with(2, -7, 2, 32), Refused::OtherAlgorithm),
            (with(1, -7, 1, 32), Refused::OtherAlgorithm),
            (with(2, -257, 1, 32), Refused::OtherAlgorithm),
            (with(2, -36, 3, 66), Refused::OtherAlgorithm),
            (Vec::new(), Refused::Malformed),
            (b"\x9f".to_vec(), Refused::Malformed),
            (vec![0xBF; 4000], Refused::Malformed),
            (ed25519(&[7; 31]), Refused::Malformed),
        ] {
            assert_eq!(new(&cose, 0, "{}").err(), Some(refused));
        }
        // Too short for RSA.
        let rsa = |n: usize| {
            cbor(vec![
                (1.into(), 3.into()),
                (3.into(), (-257).into()),
                ((-1).into(), vec![1; n].into()),
                ((-2).into(), vec![1, 0, 1].into()),
            ])
        };
        assert_eq!(new(&rsa(128), 0, "{}").err(), Some(Refused::Malformed));
        assert!(new(&rsa(256), 0, "{}").is_ok());
        // Backed up, but not eligible for backup, is contradictory.
        assert_eq!(
            new(&ed25519(&[7; 32]), 0x10, "{}").err(),
            Some(Refused::Malformed)
        );
    }

    #[test]
    fn a_frame_of_another_site_is_another_site() {
        let answer = |more: &str| {
            let text = format!(
                r#"{{"rawId":"aWQ","response":{{"clientDataJSON":"{}"}}}}"#,
                client_data("webauthn.get", more)
            );
            let answer = Answer::read(&text).unwrap();
            party()
                .check_client_data(&answer, "webauthn.get", "xyz")
                .err()
        };
        assert_eq!(answer(""), None);
        assert_eq!(answer(r#","crossOrigin":true"#), Some(Refused::OtherSite));
        let framed = r#","topOrigin":"https://example.com""#;
        assert_eq!(answer(framed), Some(Refused::OtherSite));
        assert!(RelyingParty::of("Club", "http://192.0.2.1:3000").is_none());
        assert!(RelyingParty::of("Club", "http://[::1]").is_none());
        let local = RelyingParty::of("Club", "http://localhost:3000").unwrap();
        assert_eq!(local.origin, "http://localhost:3000");
    }
}
