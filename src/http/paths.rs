//! Which route a path means.

use http::Method;

use super::{
    errors::{ApiError, Code},
    router::Route,
};

/// The named parts of a path.
pub(super) type Parts = Vec<(&'static str, String)>;

/// The route of a method and path; a slash at the end means nothing.
pub(super) fn find<'a>(
    routes: &'a [Route],
    method: &Method,
    path: &str,
) -> Result<(&'a Route, Parts), ApiError> {
    let path = if path.len() > 1 { path.strip_suffix('/').unwrap_or(path) } else { path };
    let wanted = if method == Method::HEAD { &Method::GET } else { method };
    let mut others: Vec<&str> = Vec::new();
    for route in routes {
        let Some(parts) = parts(route.path, path) else { continue };
        if route.method == *wanted {
            return Ok((route, parts));
        }
        others.push(route.method.as_str());
        if route.method == Method::GET {
            others.push("HEAD");
        }
    }
    if others.is_empty() {
        return Err(Code::NotFound.into());
    }
    others.sort_unstable();
    others.dedup();
    Err(ApiError::from(Code::MethodNotAllowed).allowing(others.join(", ")))
}

/// What stands in `path` where `pattern` says `{name}`.
fn parts(pattern: &'static str, path: &str) -> Option<Parts> {
    let mut parts = Parts::new();
    let mut given = path.split('/');
    for wanted in pattern.split('/') {
        let given = given.next()?;
        match wanted.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
            Some(name) if !given.is_empty() => parts.push((name, given.to_owned())),
            None if wanted == given => {}
            _ => return None,
        }
    }
    given.next().is_none().then_some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::router::{Access, get, post};

    fn routes() -> Vec<Route> {
        let none = |_, _| async { Err(Code::NotFound.into()) };
        vec![
            get("/", Access::Open, none),
            get("/a/{x}/b", Access::Open, none),
            post("/a/{x}/b", Access::Operator, none),
            get("/a/c/{y}", Access::Open, none),
        ]
    }

    fn found(method: Method, path: &str) -> Result<(Method, &'static str, Parts), Code> {
        let routes = routes();
        let found = find(&routes, &method, path);
        found.map(|(route, parts)| (route.method.clone(), route.path, parts)).map_err(|error| error.code())
    }

    #[test]
    fn a_path_is_found_by_all_its_parts() {
        let x = vec![("x", "1".to_owned())];
        assert_eq!(found(Method::GET, "/a/1/b"), Ok((Method::GET, "/a/{x}/b", x.clone())));
        assert_eq!(found(Method::POST, "/a/1/b/"), Ok((Method::POST, "/a/{x}/b", x.clone())));
        assert_eq!(found(Method::HEAD, "/a/1/b"), Ok((Method::GET, "/a/{x}/b", x)));
        assert_eq!(found(Method::GET, "/"), Ok((Method::GET, "/", vec![])));
        for none in ["", "/a", "/a//b", "/a/1/b/c", "/a/1/B", "/a/1/b//"] {
            assert_eq!(found(Method::GET, none), Err(Code::NotFound), "{none}");
        }
        assert_eq!(found(Method::DELETE, "/a/1/b"), Err(Code::MethodNotAllowed));
    }

    #[test]
    fn webhooks_and_probes_are_never_refused_for_their_number() {
        for route in crate::http::routes() {
            let free = route.path.contains("webhook")
                || route.path.starts_with("/health")
                || route.path.starts_with("/assets/");
            if free && route.access == Access::Open {
                assert!(!route.is_counted(), "{} must be .unlimited()", route.path);
            }
        }
    }
}
