//! Errors of the store, named by consequence. None carries a value of a row: PostgreSQL's own detail may quote one.

use tokio_postgres::error::SqlState;

/// Why the store could not do it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Worth another try: connection lost, server starting or stopping, deadlock, a timeout, no free connection.
    #[error("database unavailable: {0}")]
    Transient(String),
    /// Another incarnation holds the fence; nothing was written.
    #[error("another incarnation holds this actor")]
    Fenced,
    /// What is asked for is not there, in this organization.
    #[error("{0} not found")]
    NotFound(&'static str),
    /// It is there already.
    #[error("{0} exists already")]
    Exists(&'static str),
    /// It cannot be done while something else is under way.
    #[error("{0}")]
    NotNow(&'static str),
    /// A secret cannot be opened or sealed.
    #[error(transparent)]
    Seal(#[from] crate::domain::seal::SealError),
    /// A defect: a statement or a constraint refuses what we sent.
    #[error("database refuses: {0}")]
    Refused(String),
}

impl From<tokio_postgres::Error> for StoreError {
    fn from(error: tokio_postgres::Error) -> Self {
        let Some(db) = error.as_db_error() else {
            return if error.is_closed()
                || std::error::Error::source(&error).is_some_and(|source| source.is::<std::io::Error>())
            {
                Self::Transient("connection lost".to_owned())
            } else {
                // Conversions and protocol surprises: the text names types and columns, never values.
                Self::Refused(error.to_string())
            };
        };
        let code = db.code();
        let place =
            [db.constraint(), db.table(), db.column()].into_iter().flatten().collect::<Vec<_>>().join(", ");
        let text = format!("{}{}{place}", code.code(), if place.is_empty() { "" } else { " at " });
        if transient(code) { Self::Transient(text) } else { Self::Refused(text) }
    }
}

fn transient(code: &SqlState) -> bool {
    // 08 connection, 40 rollback (deadlock, serialization), 53 resources, 57 operator intervention (shutdown, cancel,
    // statement timeout), 58 system; 25P03 idle in transaction; 55P03 lock not available.
    matches!(&code.code()[..2], "08" | "40" | "53" | "57" | "58") || matches!(code.code(), "25P03" | "55P03")
}

impl From<deadpool_postgres::PoolError> for StoreError {
    fn from(error: deadpool_postgres::PoolError) -> Self {
        match error {
            deadpool_postgres::PoolError::Backend(error) => error.into(),
            deadpool_postgres::PoolError::Timeout(_) => {
                Self::Transient("no free connection in time".to_owned())
            }
            deadpool_postgres::PoolError::Closed => Self::Transient("pool closed".to_owned()),
            other => Self::Transient(other.to_string()),
        }
    }
}
