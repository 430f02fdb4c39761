//! What may go wrong, as clients tell it apart: one list of codes, their statuses and their sentences.

use http::StatusCode;

/// What went wrong, as clients tell it apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// The body is no JSON.
    InvalidJson,
    /// No session, or no operator's token.
    Unauthorized,
    /// A session that was good once; the client makes a new token and tries again.
    TokenExpired,
    /// A token that is not to be believed.
    InvalidToken,
    /// A session that may not do this; the same where there is nothing.
    Forbidden,
    /// The organization of the path is not the one of the header.
    OrgMismatch,
    /// The organization is suspended or closed.
    OrganizationInactive,
    /// A header that is needed is missing.
    MissingHeader,
    /// In the clear, from somebody who may not.
    HttpsRequired,
    /// Nothing is there, for this caller.
    NotFound,
    /// A webhook that is not signed as it must be.
    InvalidSignature,
    /// The path exists, with other methods.
    MethodNotAllowed,
    /// The body did not arrive in time.
    RequestTimeout,
    /// The state of things does not allow it now.
    Conflict,
    /// The body is too large.
    PayloadTooLarge,
    /// The body is of a kind nobody reads here.
    UnsupportedMediaType,
    /// Fields are wrong; the details name each.
    ValidationError,
    /// The organization's id is none.
    InvalidOrgId,
    /// Too many attempts.
    RateLimited,
    /// A defect of ours.
    InternalError,
    /// The database refuses what we sent: a defect of ours.
    DatabaseError,
    /// Something this answer needs is not there now.
    ServiceUnavailable,
}

/// Status, code, category, message, and whether the same request may succeed later.
pub(super) struct Meaning(pub StatusCode, pub &'static str, pub &'static str, pub &'static str, pub bool);

impl Code {
    /// Every code.
    pub const ALL: [Self; 22] = [
        Self::InvalidJson,
        Self::Unauthorized,
        Self::TokenExpired,
        Self::InvalidToken,
        Self::Forbidden,
        Self::OrgMismatch,
        Self::OrganizationInactive,
        Self::MissingHeader,
        Self::HttpsRequired,
        Self::NotFound,
        Self::InvalidSignature,
        Self::MethodNotAllowed,
        Self::RequestTimeout,
        Self::Conflict,
        Self::PayloadTooLarge,
        Self::UnsupportedMediaType,
        Self::ValidationError,
        Self::InvalidOrgId,
        Self::RateLimited,
        Self::InternalError,
        Self::DatabaseError,
        Self::ServiceUnavailable,
    ];

    /// Status, code, category, message, and whether the same request may succeed later.
    pub(super) const fn meaning(self) -> Meaning {
        use StatusCode as S;
        match self {
            Self::InvalidJson => {
                Meaning(S::BAD_REQUEST, "INVALID_JSON", "request", "The body is not valid JSON", false)
            }
            Self::Unauthorized => {
                Meaning(S::UNAUTHORIZED, "UNAUTHORIZED", "authentication", "Sign in first", false)
            }
            Self::TokenExpired => Meaning(
                S::UNAUTHORIZED,
                "TOKEN_EXPIRED",
                "authentication",
                "The session token has expired",
                false,
            ),
            Self::InvalidToken => {
                Meaning(S::UNAUTHORIZED, "INVALID_TOKEN", "authentication", "The token is not valid", false)
            }
            Self::OrgMismatch => Meaning(
                S::FORBIDDEN,
                "ORG_MISMATCH",
                "authorization",
                "The organization of the address and of x-organization-id differ",
                false,
            ),
            Self::OrganizationInactive => Meaning(
                S::FORBIDDEN,
                "ORGANIZATION_INACTIVE",
                "authorization",
                "The organization is not active",
                false,
            ),
            Self::MissingHeader => Meaning(
                S::BAD_REQUEST,
                "MISSING_HEADER",
                "request",
                "The header x-organization-id is missing",
                false,
            ),
            Self::Forbidden => {
                Meaning(S::FORBIDDEN, "FORBIDDEN", "authorization", "This is not allowed", false)
            }
            Self::InvalidSignature => Meaning(
                S::FORBIDDEN,
                "INVALID_SIGNATURE",
                "authentication",
                "The signature does not match",
                false,
            ),
            Self::HttpsRequired => {
                Meaning(S::FORBIDDEN, "HTTPS_REQUIRED", "request", "This is answered over https only", false)
            }
            Self::NotFound => Meaning(S::NOT_FOUND, "NOT_FOUND", "request", "There is nothing here", false),
            Self::MethodNotAllowed => Meaning(
                S::METHOD_NOT_ALLOWED,
                "METHOD_NOT_ALLOWED",
                "request",
                "This address does not take that method",
                false,
            ),
            Self::RequestTimeout => Meaning(
                S::REQUEST_TIMEOUT,
                "REQUEST_TIMEOUT",
                "request",
                "The body did not arrive in time",
                true,
            ),
            Self::Conflict => {
                Meaning(S::CONFLICT, "CONFLICT", "state", "The present state does not allow this", false)
            }
            Self::PayloadTooLarge => {
                Meaning(S::PAYLOAD_TOO_LARGE, "PAYLOAD_TOO_LARGE", "request", "The body is too large", false)
            }
            Self::UnsupportedMediaType => Meaning(
                S::UNSUPPORTED_MEDIA_TYPE,
                "UNSUPPORTED_MEDIA_TYPE",
                "request",
                "The body must be application/json",
                false,
            ),
            Self::ValidationError => Meaning(
                S::UNPROCESSABLE_ENTITY,
                "VALIDATION_ERROR",
                "validation",
                "Some fields are not as they must be",
                false,
            ),
            Self::InvalidOrgId => Meaning(
                S::UNPROCESSABLE_ENTITY,
                "INVALID_ORG_ID",
                "validation",
                "The organization's id is neither a UUID nor a Clerk id",
                false,
            ),
            Self::RateLimited => Meaning(
                S::TOO_MANY_REQUESTS,
                "RATE_LIMITED",
                "rate_limit",
                "Too many attempts; wait before the next",
                true,
            ),
            Self::InternalError => Meaning(
                S::INTERNAL_SERVER_ERROR,
                "INTERNAL_ERROR",
                "internal",
                "Something went wrong on our side",
                false,
            ),
            Self::DatabaseError => Meaning(
                S::INTERNAL_SERVER_ERROR,
                "DATABASE_ERROR",
                "internal",
                "The database could not do this",
                false,
            ),
            Self::ServiceUnavailable => Meaning(
                S::SERVICE_UNAVAILABLE,
                "SERVICE_UNAVAILABLE",
                "availability",
                "This cannot be answered now; try again shortly",
                true,
            ),
        }
    }

    /// Whether it says that somebody may not come in.
    pub(super) fn is_refusal(self) -> bool {
        matches!(self.status(), StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN)
    }

    /// Its name in bodies.
    pub fn name(self) -> &'static str {
        self.meaning().1
    }

    /// Its HTTP status.
    pub fn status(self) -> StatusCode {
        self.meaning().0
    }
}
