//! Signatures: over the address and, for forms, every parameter.

use crate::hooks;

use super::world::SharedKey;

/// The address that is signed: without the fragment and without what stands before the host.
pub(super) fn bare(url: &str) -> String {
    let url = url.split('#').next().unwrap_or_default();
    match url.split_once("://") {
        Some((scheme, rest)) => {
            let (host, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
            let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
            format!("{scheme}://{host}{path}")
        }
        None => url.to_owned(),
    }
}

/// What is signed for a form: the address, then name and value of each parameter in the order of names. Of a name that
/// comes several times every distinct value counts, in order.
pub(super) fn text(url: &str, params: &[(String, String)]) -> String {
    let mut sorted: Vec<&(String, String)> = params.iter().collect();
    sorted.sort();
    sorted.dedup();
    let mut text = url.to_owned();
    for (name, value) in sorted {
        text.push_str(name);
        text.push_str(value);
    }
    text
}

/// The signature, and what the header beside it says when it is not the usual one.
pub(super) fn sign(token: &str, shared: Option<&SharedKey>, text: &str) -> (String, Option<String>) {
    match shared {
        None => (hooks::base64(&hooks::hmac_sha1(token.as_bytes(), text.as_bytes())), None),
        Some(key) => {
            let (secret, data) = (key.secret.as_bytes(), text.as_bytes());
            let (tag, name) = if key.sha256 {
                (hooks::hmac_sha256(secret, data), "HMAC_SHA256")
            } else {
                (hooks::hmac_sha1(secret, data), "HMAC_SHA1")
            };
            (hooks::base64(&tag), Some(format!("key={},algorithm={name}", key.id)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://mycompany.com/myapp.php?foo=1&bar=2";

    fn pairs(of: &[(&str, &str)]) -> Vec<(String, String)> {
        of.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    /// The helper libraries' published examples.
    #[test]
    fn published_examples_come_out() {
        let call = pairs(&[
            ("CallSid", "CA1234567890ABCDE"),
            ("Caller", "+14158675309"),
            ("Digits", "1234"),
            ("From", "+14158675309"),
            ("To", "+18005551212"),
        ]);
        let sign = |url: &str, params: &[(String, String)]| super::sign("12345", None, &text(url, params)).0;
        assert_eq!(sign(URL, &call), "RSOYDt4T1cUTdK1PDd93/VVr8B8=");
        assert_eq!(
            sign("https://mycompany.com:443/myapp.php?foo=1&bar=2", &call),
            "kvajT1Ptam85bY51eRf/AJRuM3w="
        );
        let repeated = pairs(&[
            ("Sid", "CA123"),
            ("SidAccount", "AC123"),
            ("Digits", "5678"),
            ("Digits", "1234"),
            ("Digits", "1234"),
        ]);
        assert_eq!(sign(URL, &repeated), "IK+Dwps556ElfBT0I3Rgjkr1wJU=");
        let hash = "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620";
        assert_eq!(sign(&format!("{URL}&bodySHA256={hash}"), &[]), "a9nBmqA0ju/hNViExpshrM61xv4=");
        let key = SharedKey { id: "SK1".to_owned(), secret: "12345".to_owned(), sha256: true };
        assert_eq!(
            super::sign("other", Some(&key), &text(URL, &call)),
            (
                "033hgUJA9M/hXIZsYjwkerEP/DBm35nEri5FhCYjA5s=".to_owned(),
                Some("key=SK1,algorithm=HMAC_SHA256".to_owned())
            )
        );
    }

    #[test]
    fn fragments_and_names_before_the_host_are_not_signed() {
        assert_eq!(bare("https://u:p@a.example.test:8443/x?y=1#rc=3"), "https://a.example.test:8443/x?y=1");
        assert_eq!(bare("https://a.example.test#rc=3"), "https://a.example.test");
    }
}
