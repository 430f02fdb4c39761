// This file was generated with `cornucopia`. Do not modify.

#[derive(Clone, Copy, Debug)]
pub struct HoldIdentityParams {
    pub organization: uuid::Uuid,
    pub now: jiff::Timestamp,
}
#[derive(Clone, Copy, Debug)]
pub struct IsAnybodyDueParams {
    pub organization: uuid::Uuid,
    pub version: i32,
}
#[derive(Clone, Copy, Debug)]
pub struct MarkEverybodyParams {
    pub organization: uuid::Uuid,
    pub version: i32,
}
#[derive(Clone, Copy, Debug)]
pub struct TakeDueParams {
    pub organization: uuid::Uuid,
    pub most: i64,
}
#[derive(Debug)]
pub struct ToldContactsParams<T1: crate::ArraySql<Item = uuid::Uuid>> {
    pub contacts: T1,
    pub organization: uuid::Uuid,
}
#[derive(Debug)]
pub struct MarkContactsParams<T1: crate::ArraySql<Item = uuid::Uuid>> {
    pub organization: uuid::Uuid,
    pub id: uuid::Uuid,
    pub contacts: T1,
}
#[derive(Debug)]
pub struct MakePersonsParams<T1: crate::ArraySql<Item = uuid::Uuid>> {
    pub organization: uuid::Uuid,
    pub now: jiff::Timestamp,
    pub contacts: T1,
}
#[derive(Debug)]
pub struct KeepFactsParams<
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::ArraySql<Item = uuid::Uuid>,
    T3: crate::ArraySql<Item = bool>,
    T4: crate::ArraySql<Item = bool>,
    T5: crate::StringSql,
    T6: crate::ArraySql<Item = T5>,
    T7: crate::StringSql,
    T8: crate::ArraySql<Item = T7>,
    T9: crate::StringSql,
    T10: crate::ArraySql<Item = T9>,
    T11: crate::StringSql,
    T12: crate::ArraySql<Item = Option<T11>>,
    T13: crate::ArraySql<Item = Option<jiff::civil::Date>>,
> {
    pub organization: uuid::Uuid,
    pub now: jiff::Timestamp,
    pub ids: T1,
    pub accounts: T2,
    pub practices: T3,
    pub gones: T4,
    pub givens: T6,
    pub formals: T8,
    pub families: T10,
    pub generations: T12,
    pub borns: T13,
}
#[derive(Debug)]
pub struct ForgetKeysParams<
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::ArraySql<Item = uuid::Uuid>,
    T3: crate::StringSql,
    T4: crate::ArraySql<Item = T3>,
    T5: crate::BytesSql,
    T6: crate::ArraySql<Item = T5>,
> {
    pub organization: uuid::Uuid,
    pub contacts: T1,
    pub ids: T2,
    pub kinds: T4,
    pub digests: T6,
}
#[derive(Debug)]
pub struct KeepKeysParams<
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::StringSql,
    T3: crate::ArraySql<Item = T2>,
    T4: crate::BytesSql,
    T5: crate::ArraySql<Item = T4>,
> {
    pub organization: uuid::Uuid,
    pub ids: T1,
    pub kinds: T3,
    pub digests: T5,
}
#[derive(Debug)]
pub struct SharedKeysParams<T1: crate::ArraySql<Item = uuid::Uuid>> {
    pub contacts: T1,
    pub organization: uuid::Uuid,
    pub most: i64,
}
#[derive(Debug)]
pub struct MembersParams<T1: crate::ArraySql<Item = uuid::Uuid>> {
    pub contacts: T1,
    pub organization: uuid::Uuid,
}
#[derive(Debug)]
pub struct RefusalsParams<T1: crate::ArraySql<Item = uuid::Uuid>> {
    pub contacts: T1,
    pub organization: uuid::Uuid,
}
#[derive(Debug)]
pub struct StandingMergesParams<T1: crate::ArraySql<Item = uuid::Uuid>> {
    pub contacts: T1,
    pub organization: uuid::Uuid,
}
#[derive(Debug)]
pub struct KeepMergesParams<
    T1: crate::StringSql,
    T2: crate::ArraySql<Item = uuid::Uuid>,
    T3: crate::ArraySql<Item = uuid::Uuid>,
    T4: crate::ArraySql<Item = uuid::Uuid>,
    T5: crate::StringSql,
    T6: crate::ArraySql<Item = T5>,
    T7: crate::StringSql,
    T8: crate::ArraySql<Item = T7>,
    T9: crate::ArraySql<Item = f64>,
> {
    pub organization: uuid::Uuid,
    pub by: T1,
    pub now: jiff::Timestamp,
    pub ids: T2,
    pub ones: T3,
    pub others: T4,
    pub rules: T6,
    pub evidences: T8,
    pub scores: T9,
}
#[derive(Debug)]
pub struct UndoMergeParams<T1: crate::StringSql> {
    pub now: jiff::Timestamp,
    pub by: T1,
    pub organization: uuid::Uuid,
    pub id: uuid::Uuid,
}
#[derive(Debug)]
pub struct MoveContactsParams<
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::ArraySql<Item = uuid::Uuid>,
> {
    pub now: jiff::Timestamp,
    pub contacts: T1,
    pub persons: T2,
    pub organization: uuid::Uuid,
}
#[derive(Debug)]
pub struct KeepPersonsParams<
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::ArraySql<Item = i32>,
    T3: crate::StringSql,
    T4: crate::ArraySql<Item = Option<T3>>,
    T5: crate::ArraySql<Item = Option<uuid::Uuid>>,
    T6: crate::StringSql,
    T7: crate::ArraySql<Item = Option<T6>>,
    T8: crate::ArraySql<Item = Option<uuid::Uuid>>,
    T9: crate::StringSql,
    T10: crate::ArraySql<Item = Option<T9>>,
    T11: crate::ArraySql<Item = Option<uuid::Uuid>>,
    T12: crate::ArraySql<Item = Option<jiff::civil::Date>>,
    T13: crate::ArraySql<Item = Option<uuid::Uuid>>,
> {
    pub organization: uuid::Uuid,
    pub now: jiff::Timestamp,
    pub ids: T1,
    pub contacts: T2,
    pub names: T4,
    pub name_contacts: T5,
    pub emails: T7,
    pub email_contacts: T8,
    pub phones: T10,
    pub phone_contacts: T11,
    pub borns: T12,
    pub born_contacts: T13,
}
#[derive(Debug)]
pub struct DropPersonsParams<T1: crate::ArraySql<Item = uuid::Uuid>> {
    pub organization: uuid::Uuid,
    pub persons: T1,
}
#[derive(Debug)]
pub struct KeepCandidatesParams<
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::ArraySql<Item = uuid::Uuid>,
    T3: crate::ArraySql<Item = uuid::Uuid>,
    T4: crate::StringSql,
    T5: crate::ArraySql<Item = T4>,
    T6: crate::ArraySql<Item = f64>,
> {
    pub organization: uuid::Uuid,
    pub now: jiff::Timestamp,
    pub ids: T1,
    pub ones: T2,
    pub others: T3,
    pub evidences: T5,
    pub scores: T6,
}
#[derive(Debug)]
pub struct DropCandidatesParams<
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::ArraySql<Item = uuid::Uuid>,
    T3: crate::ArraySql<Item = uuid::Uuid>,
> {
    pub organization: uuid::Uuid,
    pub contacts: T1,
    pub ones: T2,
    pub others: T3,
}
#[derive(Debug)]
pub struct RefusePairsParams<
    T1: crate::StringSql,
    T2: crate::StringSql,
    T3: crate::ArraySql<Item = uuid::Uuid>,
    T4: crate::ArraySql<Item = uuid::Uuid>,
    T5: crate::ArraySql<Item = uuid::Uuid>,
> {
    pub organization: uuid::Uuid,
    pub rule: Option<T1>,
    pub now: jiff::Timestamp,
    pub by: T2,
    pub ids: T3,
    pub ones: T4,
    pub others: T5,
}
#[derive(Clone, Copy, Debug)]
pub struct CandidateParams {
    pub organization: uuid::Uuid,
    pub id: uuid::Uuid,
}
#[derive(Debug)]
pub struct DecideCandidateParams<T1: crate::StringSql, T2: crate::StringSql> {
    pub status: T1,
    pub by: T2,
    pub now: jiff::Timestamp,
    pub organization: uuid::Uuid,
    pub id: uuid::Uuid,
}
#[derive(Debug)]
pub struct ConfirmPairsParams<T1: crate::StringSql, T2: crate::ArraySql<Item = uuid::Uuid>> {
    pub by: T1,
    pub now: jiff::Timestamp,
    pub organization: uuid::Uuid,
    pub contacts: T2,
}
#[derive(Debug)]
pub struct KeepConflictsParams<
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::StringSql,
    T3: crate::ArraySql<Item = T2>,
    T4: crate::ArraySql<Item = uuid::Uuid>,
    T5: crate::ArraySql<Item = uuid::Uuid>,
> {
    pub organization: uuid::Uuid,
    pub now: jiff::Timestamp,
    pub ids: T1,
    pub fields: T3,
    pub holds: T4,
    pub others: T5,
}
#[derive(Debug)]
pub struct ResolveConflictsParams<
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::StringSql,
    T3: crate::ArraySql<Item = T2>,
    T4: crate::ArraySql<Item = uuid::Uuid>,
    T5: crate::ArraySql<Item = uuid::Uuid>,
> {
    pub now: jiff::Timestamp,
    pub organization: uuid::Uuid,
    pub contacts: T1,
    pub fields: T3,
    pub holds: T4,
    pub others: T5,
}
#[derive(Clone, Copy, Debug)]
pub struct OpenCandidatesParams {
    pub organization: uuid::Uuid,
    pub most: i64,
    pub skipped: i64,
}
#[derive(Clone, Copy, Debug)]
pub struct PersonOfParams {
    pub organization: uuid::Uuid,
    pub id: uuid::Uuid,
}
#[derive(Clone, Copy, Debug)]
pub struct PersonParams {
    pub organization: uuid::Uuid,
    pub id: uuid::Uuid,
}
#[derive(Clone, Copy, Debug)]
pub struct PersonContactsParams {
    pub organization: uuid::Uuid,
    pub id: uuid::Uuid,
}
#[derive(Debug)]
pub struct MergesOfParams<T1: crate::ArraySql<Item = uuid::Uuid>> {
    pub organization: uuid::Uuid,
    pub contacts: T1,
}
#[derive(Debug)]
pub struct OpenConflictsOfParams<T1: crate::ArraySql<Item = uuid::Uuid>> {
    pub organization: uuid::Uuid,
    pub contacts: T1,
}
#[derive(Clone, Copy, Debug)]
pub struct MatchesParams {
    pub today: jiff::civil::Date,
    pub organization: uuid::Uuid,
}
#[derive(Debug, Clone, PartialEq)]
pub struct ToldContacts {
    pub id: uuid::Uuid,
    pub account_id: uuid::Uuid,
    pub platform: String,
    pub practice: bool,
    pub external_id: String,
    pub name: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub identifier: Option<String>,
    pub attributes: serde_json::Value,
    pub merged_into: Option<String>,
    pub gone: bool,
    pub first_name: Option<String>,
    pub preferred_name: Option<String>,
    pub last_name: Option<String>,
    pub date_of_birth: Option<jiff::civil::Date>,
    pub phones: Option<serde_json::Value>,
    pub address: Option<serde_json::Value>,
    pub channels: Option<Vec<String>>,
    pub source_updated_at: Option<jiff::Timestamp>,
    pub last_activity_at: Option<jiff::Timestamp>,
}
pub struct ToldContactsBorrowed<'a> {
    pub id: uuid::Uuid,
    pub account_id: uuid::Uuid,
    pub platform: &'a str,
    pub practice: bool,
    pub external_id: &'a str,
    pub name: Option<&'a str>,
    pub email: Option<&'a str>,
    pub phone: Option<&'a str>,
    pub identifier: Option<&'a str>,
    pub attributes: postgres_types::Json<&'a serde_json::value::RawValue>,
    pub merged_into: Option<&'a str>,
    pub gone: bool,
    pub first_name: Option<&'a str>,
    pub preferred_name: Option<&'a str>,
    pub last_name: Option<&'a str>,
    pub date_of_birth: Option<jiff::civil::Date>,
    pub phones: Option<postgres_types::Json<&'a serde_json::value::RawValue>>,
    pub address: Option<postgres_types::Json<&'a serde_json::value::RawValue>>,
    pub channels: Option<crate::ArrayIterator<'a, &'a str>>,
    pub source_updated_at: Option<jiff::Timestamp>,
    pub last_activity_at: Option<jiff::Timestamp>,
}
impl<'a> From<ToldContactsBorrowed<'a>> for ToldContacts {
    fn from(
        ToldContactsBorrowed {
            id,
            account_id,
            platform,
            practice,
            external_id,
            name,
            email,
            phone,
            identifier,
            attributes,
            merged_into,
            gone,
            first_name,
            preferred_name,
            last_name,
            date_of_birth,
            phones,
            address,
            channels,
            source_updated_at,
            last_activity_at,
        }: ToldContactsBorrowed<'a>,
    ) -> Self {
        Self {
            id,
            account_id,
            platform: platform.into(),
            practice,
            external_id: external_id.into(),
            name: name.map(|v| v.into()),
            email: email.map(|v| v.into()),
            phone: phone.map(|v| v.into()),
            identifier: identifier.map(|v| v.into()),
            attributes: serde_json::from_str(attributes.0.get()).unwrap(),
            merged_into: merged_into.map(|v| v.into()),
            gone,
            first_name: first_name.map(|v| v.into()),
            preferred_name: preferred_name.map(|v| v.into()),
            last_name: last_name.map(|v| v.into()),
            date_of_birth,
            phones: phones.map(|v| serde_json::from_str(v.0.get()).unwrap()),
            address: address.map(|v| serde_json::from_str(v.0.get()).unwrap()),
            channels: channels.map(|v| v.map(|v| v.into()).collect()),
            source_updated_at,
            last_activity_at,
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct SharedKeys {
    pub contact_id: uuid::Uuid,
    pub kind: String,
    pub digest: Vec<u8>,
}
pub struct SharedKeysBorrowed<'a> {
    pub contact_id: uuid::Uuid,
    pub kind: &'a str,
    pub digest: &'a [u8],
}
impl<'a> From<SharedKeysBorrowed<'a>> for SharedKeys {
    fn from(
        SharedKeysBorrowed {
            contact_id,
            kind,
            digest,
        }: SharedKeysBorrowed<'a>,
    ) -> Self {
        Self {
            contact_id,
            kind: kind.into(),
            digest: digest.into(),
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct Members {
    pub contact_id: uuid::Uuid,
    pub person_id: uuid::Uuid,
    pub account_id: uuid::Uuid,
    pub practice: bool,
    pub gone: bool,
    pub given: Vec<String>,
    pub formal: Vec<String>,
    pub family: Vec<String>,
    pub generation: Option<String>,
    pub born: Option<jiff::civil::Date>,
}
pub struct MembersBorrowed<'a> {
    pub contact_id: uuid::Uuid,
    pub person_id: uuid::Uuid,
    pub account_id: uuid::Uuid,
    pub practice: bool,
    pub gone: bool,
    pub given: crate::ArrayIterator<'a, &'a str>,
    pub formal: crate::ArrayIterator<'a, &'a str>,
    pub family: crate::ArrayIterator<'a, &'a str>,
    pub generation: Option<&'a str>,
    pub born: Option<jiff::civil::Date>,
}
impl<'a> From<MembersBorrowed<'a>> for Members {
    fn from(
        MembersBorrowed {
            contact_id,
            person_id,
            account_id,
            practice,
            gone,
            given,
            formal,
            family,
            generation,
            born,
        }: MembersBorrowed<'a>,
    ) -> Self {
        Self {
            contact_id,
            person_id,
            account_id,
            practice,
            gone,
            given: given.map(|v| v.into()).collect(),
            formal: formal.map(|v| v.into()).collect(),
            family: family.map(|v| v.into()).collect(),
            generation: generation.map(|v| v.into()),
            born,
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct Refusals {
    pub contact_id: uuid::Uuid,
    pub other_contact_id: uuid::Uuid,
    pub undone_rule: Option<String>,
}
pub struct RefusalsBorrowed<'a> {
    pub contact_id: uuid::Uuid,
    pub other_contact_id: uuid::Uuid,
    pub undone_rule: Option<&'a str>,
}
impl<'a> From<RefusalsBorrowed<'a>> for Refusals {
    fn from(
        RefusalsBorrowed {
            contact_id,
            other_contact_id,
            undone_rule,
        }: RefusalsBorrowed<'a>,
    ) -> Self {
        Self {
            contact_id,
            other_contact_id,
            undone_rule: undone_rule.map(|v| v.into()),
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct StandingMerges {
    pub id: uuid::Uuid,
    pub contact_id: uuid::Uuid,
    pub other_contact_id: uuid::Uuid,
    pub rule: String,
}
pub struct StandingMergesBorrowed<'a> {
    pub id: uuid::Uuid,
    pub contact_id: uuid::Uuid,
    pub other_contact_id: uuid::Uuid,
    pub rule: &'a str,
}
impl<'a> From<StandingMergesBorrowed<'a>> for StandingMerges {
    fn from(
        StandingMergesBorrowed {
            id,
            contact_id,
            other_contact_id,
            rule,
        }: StandingMergesBorrowed<'a>,
    ) -> Self {
        Self {
            id,
            contact_id,
            other_contact_id,
            rule: rule.into(),
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct UndoMerge {
    pub contact_id: uuid::Uuid,
    pub other_contact_id: uuid::Uuid,
    pub rule: String,
}
pub struct UndoMergeBorrowed<'a> {
    pub contact_id: uuid::Uuid,
    pub other_contact_id: uuid::Uuid,
    pub rule: &'a str,
}
impl<'a> From<UndoMergeBorrowed<'a>> for UndoMerge {
    fn from(
        UndoMergeBorrowed {
            contact_id,
            other_contact_id,
            rule,
        }: UndoMergeBorrowed<'a>,
    ) -> Self {
        Self {
            contact_id,
            other_contact_id,
            rule: rule.into(),
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    pub contact_id: uuid::Uuid,
    pub other_contact_id: uuid::Uuid,
    pub status: String,
    pub evidence: Vec<String>,
    pub score: f64,
    pub undone_rule: Option<String>,
}
pub struct CandidateBorrowed<'a> {
    pub contact_id: uuid::Uuid,
    pub other_contact_id: uuid::Uuid,
    pub status: &'a str,
    pub evidence: crate::ArrayIterator<'a, &'a str>,
    pub score: f64,
    pub undone_rule: Option<&'a str>,
}
impl<'a> From<CandidateBorrowed<'a>> for Candidate {
    fn from(
        CandidateBorrowed {
            contact_id,
            other_contact_id,
            status,
            evidence,
            score,
            undone_rule,
        }: CandidateBorrowed<'a>,
    ) -> Self {
        Self {
            contact_id,
            other_contact_id,
            status: status.into(),
            evidence: evidence.map(|v| v.into()).collect(),
            score,
            undone_rule: undone_rule.map(|v| v.into()),
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct OpenCandidates {
    pub id: uuid::Uuid,
    pub contact_id: uuid::Uuid,
    pub other_contact_id: uuid::Uuid,
    pub score: f64,
    pub evidence: Vec<String>,
    pub created_at: jiff::Timestamp,
    pub person_id: uuid::Uuid,
    pub other_person_id: uuid::Uuid,
    pub name: Option<String>,
    pub other_name: Option<String>,
    pub platform: String,
    pub other_platform: String,
}
pub struct OpenCandidatesBorrowed<'a> {
    pub id: uuid::Uuid,
    pub contact_id: uuid::Uuid,
    pub other_contact_id: uuid::Uuid,
    pub score: f64,
    pub evidence: crate::ArrayIterator<'a, &'a str>,
    pub created_at: jiff::Timestamp,
    pub person_id: uuid::Uuid,
    pub other_person_id: uuid::Uuid,
    pub name: Option<&'a str>,
    pub other_name: Option<&'a str>,
    pub platform: &'a str,
    pub other_platform: &'a str,
}
impl<'a> From<OpenCandidatesBorrowed<'a>> for OpenCandidates {
    fn from(
        OpenCandidatesBorrowed {
            id,
            contact_id,
            other_contact_id,
            score,
            evidence,
            created_at,
            person_id,
            other_person_id,
            name,
            other_name,
            platform,
            other_platform,
        }: OpenCandidatesBorrowed<'a>,
    ) -> Self {
        Self {
            id,
            contact_id,
            other_contact_id,
            score,
            evidence: evidence.map(|v| v.into()).collect(),
            created_at,
            person_id,
            other_person_id,
            name: name.map(|v| v.into()),
            other_name: other_name.map(|v| v.into()),
            platform: platform.into(),
            other_platform: other_platform.into(),
        }
    }
}
#[derive(Debug, Clone, PartialEq, Copy)]
pub struct CountPeople {
    pub connected: i64,
    pub merges: i64,
    pub candidates: i64,
}
#[derive(Debug, Clone, PartialEq)]
pub struct Person {
    pub id: uuid::Uuid,
    pub name: Option<String>,
    pub name_contact_id: Option<uuid::Uuid>,
    pub email: Option<String>,
    pub email_contact_id: Option<uuid::Uuid>,
    pub phone: Option<String>,
    pub phone_contact_id: Option<uuid::Uuid>,
    pub date_of_birth: Option<jiff::civil::Date>,
    pub date_of_birth_contact_id: Option<uuid::Uuid>,
}
pub struct PersonBorrowed<'a> {
    pub id: uuid::Uuid,
    pub name: Option<&'a str>,
    pub name_contact_id: Option<uuid::Uuid>,
    pub email: Option<&'a str>,
    pub email_contact_id: Option<uuid::Uuid>,
    pub phone: Option<&'a str>,
    pub phone_contact_id: Option<uuid::Uuid>,
    pub date_of_birth: Option<jiff::civil::Date>,
    pub date_of_birth_contact_id: Option<uuid::Uuid>,
}
impl<'a> From<PersonBorrowed<'a>> for Person {
    fn from(
        PersonBorrowed {
            id,
            name,
            name_contact_id,
            email,
            email_contact_id,
            phone,
            phone_contact_id,
            date_of_birth,
            date_of_birth_contact_id,
        }: PersonBorrowed<'a>,
    ) -> Self {
        Self {
            id,
            name: name.map(|v| v.into()),
            name_contact_id,
            email: email.map(|v| v.into()),
            email_contact_id,
            phone: phone.map(|v| v.into()),
            phone_contact_id,
            date_of_birth,
            date_of_birth_contact_id,
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct PersonContacts {
    pub id: uuid::Uuid,
    pub platform: String,
    pub account_id: uuid::Uuid,
    pub external_id: String,
    pub name: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub gone: bool,
}
pub struct PersonContactsBorrowed<'a> {
    pub id: uuid::Uuid,
    pub platform: &'a str,
    pub account_id: uuid::Uuid,
    pub external_id: &'a str,
    pub name: Option<&'a str>,
    pub email: Option<&'a str>,
    pub phone: Option<&'a str>,
    pub gone: bool,
}
impl<'a> From<PersonContactsBorrowed<'a>> for PersonContacts {
    fn from(
        PersonContactsBorrowed {
            id,
            platform,
            account_id,
            external_id,
            name,
            email,
            phone,
            gone,
        }: PersonContactsBorrowed<'a>,
    ) -> Self {
        Self {
            id,
            platform: platform.into(),
            account_id,
            external_id: external_id.into(),
            name: name.map(|v| v.into()),
            email: email.map(|v| v.into()),
            phone: phone.map(|v| v.into()),
            gone,
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct MergesOf {
    pub id: uuid::Uuid,
    pub contact_id: uuid::Uuid,
    pub other_contact_id: uuid::Uuid,
    pub rule: String,
    pub evidence: Vec<String>,
    pub score: f64,
    pub merged_by: String,
    pub merged_at: jiff::Timestamp,
    pub undone_by: Option<String>,
    pub undone_at: Option<jiff::Timestamp>,
}
pub struct MergesOfBorrowed<'a> {
    pub id: uuid::Uuid,
    pub contact_id: uuid::Uuid,
    pub other_contact_id: uuid::Uuid,
    pub rule: &'a str,
    pub evidence: crate::ArrayIterator<'a, &'a str>,
    pub score: f64,
    pub merged_by: &'a str,
    pub merged_at: jiff::Timestamp,
    pub undone_by: Option<&'a str>,
    pub undone_at: Option<jiff::Timestamp>,
}
impl<'a> From<MergesOfBorrowed<'a>> for MergesOf {
    fn from(
        MergesOfBorrowed {
            id,
            contact_id,
            other_contact_id,
            rule,
            evidence,
            score,
            merged_by,
            merged_at,
            undone_by,
            undone_at,
        }: MergesOfBorrowed<'a>,
    ) -> Self {
        Self {
            id,
            contact_id,
            other_contact_id,
            rule: rule.into(),
            evidence: evidence.map(|v| v.into()).collect(),
            score,
            merged_by: merged_by.into(),
            merged_at,
            undone_by: undone_by.map(|v| v.into()),
            undone_at,
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct OpenConflictsOf {
    pub id: uuid::Uuid,
    pub field: String,
    pub contact_id: uuid::Uuid,
    pub other_contact_id: uuid::Uuid,
    pub recorded_at: jiff::Timestamp,
}
pub struct OpenConflictsOfBorrowed<'a> {
    pub id: uuid::Uuid,
    pub field: &'a str,
    pub contact_id: uuid::Uuid,
    pub other_contact_id: uuid::Uuid,
    pub recorded_at: jiff::Timestamp,
}
impl<'a> From<OpenConflictsOfBorrowed<'a>> for OpenConflictsOf {
    fn from(
        OpenConflictsOfBorrowed {
            id,
            field,
            contact_id,
            other_contact_id,
            recorded_at,
        }: OpenConflictsOfBorrowed<'a>,
    ) -> Self {
        Self {
            id,
            field: field.into(),
            contact_id,
            other_contact_id,
            recorded_at,
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct Matches {
    pub contact_id: uuid::Uuid,
    pub other_contact_id: uuid::Uuid,
    pub rule: String,
    pub one_person: bool,
    pub ambiguous: bool,
}
pub struct MatchesBorrowed<'a> {
    pub contact_id: uuid::Uuid,
    pub other_contact_id: uuid::Uuid,
    pub rule: &'a str,
    pub one_person: bool,
    pub ambiguous: bool,
}
impl<'a> From<MatchesBorrowed<'a>> for Matches {
    fn from(
        MatchesBorrowed {
            contact_id,
            other_contact_id,
            rule,
            one_person,
            ambiguous,
        }: MatchesBorrowed<'a>,
    ) -> Self {
        Self {
            contact_id,
            other_contact_id,
            rule: rule.into(),
            one_person,
            ambiguous,
        }
    }
}
use crate::client::async_::GenericClient;
use futures::{self, StreamExt, TryStreamExt};
pub struct I32Query<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<i32, tokio_postgres::Error>,
    mapper: fn(i32) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> I32Query<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(i32) -> R) -> I32Query<'c, 'a, 's, C, R, N> {
        I32Query {
            client: self.client,
            params: self.params,
            query: self.query,
            cached: self.cached,
            extractor: self.extractor,
            mapper,
        }
    }
    pub async fn one(self) -> Result<T, tokio_postgres::Error> {
        let row =
            crate::client::async_::one(self.client, self.query, &self.params, self.cached).await?;
        Ok((self.mapper)((self.extractor)(&row)?))
    }
    pub async fn all(self) -> Result<Vec<T>, tokio_postgres::Error> {
        self.iter().await?.try_collect().await
    }
    pub async fn opt(self) -> Result<Option<T>, tokio_postgres::Error> {
        let opt_row =
            crate::client::async_::opt(self.client, self.query, &self.params, self.cached).await?;
        Ok(opt_row
            .map(|row| {
                let extracted = (self.extractor)(&row)?;
                Ok((self.mapper)(extracted))
            })
            .transpose()?)
    }
    pub async fn iter(
        self,
    ) -> Result<
        impl futures::Stream<Item = Result<T, tokio_postgres::Error>> + 'c,
        tokio_postgres::Error,
    > {
        let stream = crate::client::async_::raw(
            self.client,
            self.query,
            crate::slice_iter(&self.params),
            self.cached,
        )
        .await?;
        let mapped = stream
            .map(move |res| {
                res.and_then(|row| {
                    let extracted = (self.extractor)(&row)?;
                    Ok((self.mapper)(extracted))
                })
            })
            .into_stream();
        Ok(mapped)
    }
}
pub struct BoolQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<bool, tokio_postgres::Error>,
    mapper: fn(bool) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> BoolQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(bool) -> R) -> BoolQuery<'c, 'a, 's, C, R, N> {
        BoolQuery {
            client: self.client,
            params: self.params,
            query: self.query,
            cached: self.cached,
            extractor: self.extractor,
            mapper,
        }
    }
    pub async fn one(self) -> Result<T, tokio_postgres::Error> {
        let row =
            crate::client::async_::one(self.client, self.query, &self.params, self.cached).await?;
        Ok((self.mapper)((self.extractor)(&row)?))
    }
    pub async fn all(self) -> Result<Vec<T>, tokio_postgres::Error> {
        self.iter().await?.try_collect().await
    }
    pub async fn opt(self) -> Result<Option<T>, tokio_postgres::Error> {
        let opt_row =
            crate::client::async_::opt(self.client, self.query, &self.params, self.cached).await?;
        Ok(opt_row
            .map(|row| {
                let extracted = (self.extractor)(&row)?;
                Ok((self.mapper)(extracted))
            })
            .transpose()?)
    }
    pub async fn iter(
        self,
    ) -> Result<
        impl futures::Stream<Item = Result<T, tokio_postgres::Error>> + 'c,
        tokio_postgres::Error,
    > {
        let stream = crate::client::async_::raw(
            self.client,
            self.query,
            crate::slice_iter(&self.params),
            self.cached,
        )
        .await?;
        let mapped = stream
            .map(move |res| {
                res.and_then(|row| {
                    let extracted = (self.extractor)(&row)?;
                    Ok((self.mapper)(extracted))
                })
            })
            .into_stream();
        Ok(mapped)
    }
}
pub struct VecuuidUuidQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(
        &tokio_postgres::Row,
    ) -> Result<crate::ArrayIterator<'_, uuid::Uuid>, tokio_postgres::Error>,
    mapper: fn(crate::ArrayIterator<'_, uuid::Uuid>) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> VecuuidUuidQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(crate::ArrayIterator<'_, uuid::Uuid>) -> R,
    ) -> VecuuidUuidQuery<'c, 'a, 's, C, R, N> {
        VecuuidUuidQuery {
            client: self.client,
            params: self.params,
            query: self.query,
            cached: self.cached,
            extractor: self.extractor,
            mapper,
        }
    }
    pub async fn one(self) -> Result<T, tokio_postgres::Error> {
        let row =
            crate::client::async_::one(self.client, self.query, &self.params, self.cached).await?;
        Ok((self.mapper)((self.extractor)(&row)?))
    }
    pub async fn all(self) -> Result<Vec<T>, tokio_postgres::Error> {
        self.iter().await?.try_collect().await
    }
    pub async fn opt(self) -> Result<Option<T>, tokio_postgres::Error> {
        let opt_row =
            crate::client::async_::opt(self.client, self.query, &self.params, self.cached).await?;
        Ok(opt_row
            .map(|row| {
                let extracted = (self.extractor)(&row)?;
                Ok((self.mapper)(extracted))
            })
            .transpose()?)
    }
    pub async fn iter(
        self,
    ) -> Result<
        impl futures::Stream<Item = Result<T, tokio_postgres::Error>> + 'c,
        tokio_postgres::Error,
    > {
        let stream = crate::client::async_::raw(
            self.client,
            self.query,
            crate::slice_iter(&self.params),
            self.cached,
        )
        .await?;
        let mapped = stream
            .map(move |res| {
                res.and_then(|row| {
                    let extracted = (self.extractor)(&row)?;
                    Ok((self.mapper)(extracted))
                })
            })
            .into_stream();
        Ok(mapped)
    }
}
pub struct ToldContactsQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<ToldContactsBorrowed, tokio_postgres::Error>,
    mapper: fn(ToldContactsBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> ToldContactsQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(ToldContactsBorrowed) -> R,
    ) -> ToldContactsQuery<'c, 'a, 's, C, R, N> {
        ToldContactsQuery {
            client: self.client,
            params: self.params,
            query: self.query,
            cached: self.cached,
            extractor: self.extractor,
            mapper,
        }
    }
    pub async fn one(self) -> Result<T, tokio_postgres::Error> {
        let row =
            crate::client::async_::one(self.client, self.query, &self.params, self.cached).await?;
        Ok((self.mapper)((self.extractor)(&row)?))
    }
    pub async fn all(self) -> Result<Vec<T>, tokio_postgres::Error> {
        self.iter().await?.try_collect().await
    }
    pub async fn opt(self) -> Result<Option<T>, tokio_postgres::Error> {
        let opt_row =
            crate::client::async_::opt(self.client, self.query, &self.params, self.cached).await?;
        Ok(opt_row
            .map(|row| {
                let extracted = (self.extractor)(&row)?;
                Ok((self.mapper)(extracted))
            })
            .transpose()?)
    }
    pub async fn iter(
        self,
    ) -> Result<
        impl futures::Stream<Item = Result<T, tokio_postgres::Error>> + 'c,
        tokio_postgres::Error,
    > {
        let stream = crate::client::async_::raw(
            self.client,
            self.query,
            crate::slice_iter(&self.params),
            self.cached,
        )
        .await?;
        let mapped = stream
            .map(move |res| {
                res.and_then(|row| {
                    let extracted = (self.extractor)(&row)?;
                    Ok((self.mapper)(extracted))
                })
            })
            .into_stream();
        Ok(mapped)
    }
}
pub struct SharedKeysQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<SharedKeysBorrowed, tokio_postgres::Error>,
    mapper: fn(SharedKeysBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> SharedKeysQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(SharedKeysBorrowed) -> R,
    ) -> SharedKeysQuery<'c, 'a, 's, C, R, N> {
        SharedKeysQuery {
            client: self.client,
            params: self.params,
            query: self.query,
            cached: self.cached,
            extractor: self.extractor,
            mapper,
        }
    }
    pub async fn one(self) -> Result<T, tokio_postgres::Error> {
        let row =
            crate::client::async_::one(self.client, self.query, &self.params, self.cached).await?;
        Ok((self.mapper)((self.extractor)(&row)?))
    }
    pub async fn all(self) -> Result<Vec<T>, tokio_postgres::Error> {
        self.iter().await?.try_collect().await
    }
    pub async fn opt(self) -> Result<Option<T>, tokio_postgres::Error> {
        let opt_row =
            crate::client::async_::opt(self.client, self.query, &self.params, self.cached).await?;
        Ok(opt_row
            .map(|row| {
                let extracted = (self.extractor)(&row)?;
                Ok((self.mapper)(extracted))
            })
            .transpose()?)
    }
    pub async fn iter(
        self,
    ) -> Result<
        impl futures::Stream<Item = Result<T, tokio_postgres::Error>> + 'c,
        tokio_postgres::Error,
    > {
        let stream = crate::client::async_::raw(
            self.client,
            self.query,
            crate::slice_iter(&self.params),
            self.cached,
        )
        .await?;
        let mapped = stream
            .map(move |res| {
                res.and_then(|row| {
                    let extracted = (self.extractor)(&row)?;
                    Ok((self.mapper)(extracted))
                })
            })
            .into_stream();
        Ok(mapped)
    }
}
pub struct MembersQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<MembersBorrowed, tokio_postgres::Error>,
    mapper: fn(MembersBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> MembersQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(MembersBorrowed) -> R) -> MembersQuery<'c, 'a, 's, C, R, N> {
        MembersQuery {
            client: self.client,
            params: self.params,
            query: self.query,
            cached: self.cached,
            extractor: self.extractor,
            mapper,
        }
    }
    pub async fn one(self) -> Result<T, tokio_postgres::Error> {
        let row =
            crate::client::async_::one(self.client, self.query, &self.params, self.cached).await?;
        Ok((self.mapper)((self.extractor)(&row)?))
    }
    pub async fn all(self) -> Result<Vec<T>, tokio_postgres::Error> {
        self.iter().await?.try_collect().await
    }
    pub async fn opt(self) -> Result<Option<T>, tokio_postgres::Error> {
        let opt_row =
            crate::client::async_::opt(self.client, self.query, &self.params, self.cached).await?;
        Ok(opt_row
            .map(|row| {
                let extracted = (self.extractor)(&row)?;
                Ok((self.mapper)(extracted))
            })
            .transpose()?)
    }
    pub async fn iter(
        self,
    ) -> Result<
        impl futures::Stream<Item = Result<T, tokio_postgres::Error>> + 'c,
        tokio_postgres::Error,
    > {
        let stream = crate::client::async_::raw(
            self.client,
            self.query,
            crate::slice_iter(&self.params),
            self.cached,
        )
        .await?;
        let mapped = stream
            .map(move |res| {
                res.and_then(|row| {
                    let extracted = (self.extractor)(&row)?;
                    Ok((self.mapper)(extracted))
                })
            })
            .into_stream();
        Ok(mapped)
    }
}
pub struct RefusalsQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<RefusalsBorrowed, tokio_postgres::Error>,
    mapper: fn(RefusalsBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> RefusalsQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(RefusalsBorrowed) -> R) -> RefusalsQuery<'c, 'a, 's, C, R, N> {
        RefusalsQuery {
            client: self.client,
            params: self.params,
            query: self.query,
            cached: self.cached,
            extractor: self.extractor,
            mapper,
        }
    }
    pub async fn one(self) -> Result<T, tokio_postgres::Error> {
        let row =
            crate::client::async_::one(self.client, self.query, &self.params, self.cached).await?;
        Ok((self.mapper)((self.extractor)(&row)?))
    }
    pub async fn all(self) -> Result<Vec<T>, tokio_postgres::Error> {
        self.iter().await?.try_collect().await
    }
    pub async fn opt(self) -> Result<Option<T>, tokio_postgres::Error> {
        let opt_row =
            crate::client::async_::opt(self.client, self.query, &self.params, self.cached).await?;
        Ok(opt_row
            .map(|row| {
                let extracted = (self.extractor)(&row)?;
                Ok((self.mapper)(extracted))
            })
            .transpose()?)
    }
    pub async fn iter(
        self,
    ) -> Result<
        impl futures::Stream<Item = Result<T, tokio_postgres::Error>> + 'c,
        tokio_postgres::Error,
    > {
        let stream = crate::client::async_::raw(
            self.client,
            self.query,
            crate::slice_iter(&self.params),
            self.cached,
        )
        .await?;
        let mapped = stream
            .map(move |res| {
                res.and_then(|row| {
                    let extracted = (self.extractor)(&row)?;
                    Ok((self.mapper)(extracted))
                })
            })
            .into_stream();
        Ok(mapped)
    }
}
pub struct StandingMergesQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<StandingMergesBorrowed, tokio_postgres::Error>,
    mapper: fn(StandingMergesBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> StandingMergesQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(StandingMergesBorrowed) -> R,
    ) -> StandingMergesQuery<'c, 'a, 's, C, R, N> {
        StandingMergesQuery {
            client: self.client,
            params: self.params,
            query: self.query,
            cached: self.cached,
            extractor: self.extractor,
            mapper,
        }
    }
    pub async fn one(self) -> Result<T, tokio_postgres::Error> {
        let row =
            crate::client::async_::one(self.client, self.query, &self.params, self.cached).await?;
        Ok((self.mapper)((self.extractor)(&row)?))
    }
    pub async fn all(self) -> Result<Vec<T>, tokio_postgres::Error> {
        self.iter().await?.try_collect().await
    }
    pub async fn opt(self) -> Result<Option<T>, tokio_postgres::Error> {
        let opt_row =
            crate::client::async_::opt(self.client, self.query, &self.params, self.cached).await?;
        Ok(opt_row
            .map(|row| {
                let extracted = (self.extractor)(&row)?;
                Ok((self.mapper)(extracted))
            })
            .transpose()?)
    }
    pub async fn iter(
        self,
    ) -> Result<
        impl futures::Stream<Item = Result<T, tokio_postgres::Error>> + 'c,
        tokio_postgres::Error,
    > {
        let stream = crate::client::async_::raw(
            self.client,
            self.query,
            crate::slice_iter(&self.params),
            self.cached,
        )
        .await?;
        let mapped = stream
            .map(move |res| {
                res.and_then(|row| {
                    let extracted = (self.extractor)(&row)?;
                    Ok((self.mapper)(extracted))
                })
            })
            .into_stream();
        Ok(mapped)
    }
}
pub struct UndoMergeQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<UndoMergeBorrowed, tokio_postgres::Error>,
    mapper: fn(UndoMergeBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> UndoMergeQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(UndoMergeBorrowed) -> R) -> UndoMergeQuery<'c, 'a, 's, C, R, N> {
        UndoMergeQuery {
            client: self.client,
            params: self.params,
            query: self.query,
            cached: self.cached,
            extractor: self.extractor,
            mapper,
        }
    }
    pub async fn one(self) -> Result<T, tokio_postgres::Error> {
        let row =
            crate::client::async_::one(self.client, self.query, &self.params, self.cached).await?;
        Ok((self.mapper)((self.extractor)(&row)?))
    }
    pub async fn all(self) -> Result<Vec<T>, tokio_postgres::Error> {
        self.iter().await?.try_collect().await
    }
    pub async fn opt(self) -> Result<Option<T>, tokio_postgres::Error> {
        let opt_row =
            crate::client::async_::opt(self.client, self.query, &self.params, self.cached).await?;
        Ok(opt_row
            .map(|row| {
                let extracted = (self.extractor)(&row)?;
                Ok((self.mapper)(extracted))
            })
            .transpose()?)
    }
    pub async fn iter(
        self,
    ) -> Result<
        impl futures::Stream<Item = Result<T, tokio_postgres::Error>> + 'c,
        tokio_postgres::Error,
    > {
        let stream = crate::client::async_::raw(
            self.client,
            self.query,
            crate::slice_iter(&self.params),
            self.cached,
        )
        .await?;
        let mapped = stream
            .map(move |res| {
                res.and_then(|row| {
                    let extracted = (self.extractor)(&row)?;
                    Ok((self.mapper)(extracted))
                })
            })
            .into_stream();
        Ok(mapped)
    }
}
pub struct CandidateQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<CandidateBorrowed, tokio_postgres::Error>,
    mapper: fn(CandidateBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> CandidateQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(CandidateBorrowed) -> R) -> CandidateQuery<'c, 'a, 's, C, R, N> {
        CandidateQuery {
            client: self.client,
            params: self.params,
            query: self.query,
            cached: self.cached,
            extractor: self.extractor,
            mapper,
        }
    }
    pub async fn one(self) -> Result<T, tokio_postgres::Error> {
        let row =
            crate::client::async_::one(self.client, self.query, &self.params, self.cached).await?;
        Ok((self.mapper)((self.extractor)(&row)?))
    }
    pub async fn all(self) -> Result<Vec<T>, tokio_postgres::Error> {
        self.iter().await?.try_collect().await
    }
    pub async fn opt(self) -> Result<Option<T>, tokio_postgres::Error> {
        let opt_row =
            crate::client::async_::opt(self.client, self.query, &self.params, self.cached).await?;
        Ok(opt_row
            .map(|row| {
                let extracted = (self.extractor)(&row)?;
                Ok((self.mapper)(extracted))
            })
            .transpose()?)
    }
    pub async fn iter(
        self,
    ) -> Result<
        impl futures::Stream<Item = Result<T, tokio_postgres::Error>> + 'c,
        tokio_postgres::Error,
    > {
        let stream = crate::client::async_::raw(
            self.client,
            self.query,
            crate::slice_iter(&self.params),
            self.cached,
        )
        .await?;
        let mapped = stream
            .map(move |res| {
                res.and_then(|row| {
                    let extracted = (self.extractor)(&row)?;
                    Ok((self.mapper)(extracted))
                })
            })
            .into_stream();
        Ok(mapped)
    }
}
pub struct OpenCandidatesQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<OpenCandidatesBorrowed, tokio_postgres::Error>,
    mapper: fn(OpenCandidatesBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> OpenCandidatesQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(OpenCandidatesBorrowed) -> R,
    ) -> OpenCandidatesQuery<'c, 'a, 's, C, R, N> {
        OpenCandidatesQuery {
            client: self.client,
            params: self.params,
            query: self.query,
            cached: self.cached,
            extractor: self.extractor,
            mapper,
        }
    }
    pub async fn one(self) -> Result<T, tokio_postgres::Error> {
        let row =
            crate::client::async_::one(self.client, self.query, &self.params, self.cached).await?;
        Ok((self.mapper)((self.extractor)(&row)?))
    }
    pub async fn all(self) -> Result<Vec<T>, tokio_postgres::Error> {
        self.iter().await?.try_collect().await
    }
    pub async fn opt(self) -> Result<Option<T>, tokio_postgres::Error> {
        let opt_row =
            crate::client::async_::opt(self.client, self.query, &self.params, self.cached).await?;
        Ok(opt_row
            .map(|row| {
                let extracted = (self.extractor)(&row)?;
                Ok((self.mapper)(extracted))
            })
            .transpose()?)
    }
    pub async fn iter(
        self,
    ) -> Result<
        impl futures::Stream<Item = Result<T, tokio_postgres::Error>> + 'c,
        tokio_postgres::Error,
    > {
        let stream = crate::client::async_::raw(
            self.client,
            self.query,
            crate::slice_iter(&self.params),
            self.cached,
        )
        .await?;
        let mapped = stream
            .map(move |res| {
                res.and_then(|row| {
                    let extracted = (self.extractor)(&row)?;
                    Ok((self.mapper)(extracted))
                })
            })
            .into_stream();
        Ok(mapped)
    }
}
pub struct CountPeopleQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<CountPeople, tokio_postgres::Error>,
    mapper: fn(CountPeople) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> CountPeopleQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(CountPeople) -> R) -> CountPeopleQuery<'c, 'a, 's, C, R, N> {
        CountPeopleQuery {
            client: self.client,
            params: self.params,
            query: self.query,
            cached: self.cached,
            extractor: self.extractor,
            mapper,
        }
    }
    pub async fn one(self) -> Result<T, tokio_postgres::Error> {
        let row =
            crate::client::async_::one(self.client, self.query, &self.params, self.cached).await?;
        Ok((self.mapper)((self.extractor)(&row)?))
    }
    pub async fn all(self) -> Result<Vec<T>, tokio_postgres::Error> {
        self.iter().await?.try_collect().await
    }
    pub async fn opt(self) -> Result<Option<T>, tokio_postgres::Error> {
        let opt_row =
            crate::client::async_::opt(self.client, self.query, &self.params, self.cached).await?;
        Ok(opt_row
            .map(|row| {
                let extracted = (self.extractor)(&row)?;
                Ok((self.mapper)(extracted))
            })
            .transpose()?)
    }
    pub async fn iter(
        self,
    ) -> Result<
        impl futures::Stream<Item = Result<T, tokio_postgres::Error>> + 'c,
        tokio_postgres::Error,
    > {
        let stream = crate::client::async_::raw(
            self.client,
            self.query,
            crate::slice_iter(&self.params),
            self.cached,
        )
        .await?;
        let mapped = stream
            .map(move |res| {
                res.and_then(|row| {
                    let extracted = (self.extractor)(&row)?;
                    Ok((self.mapper)(extracted))
                })
            })
            .into_stream();
        Ok(mapped)
    }
}
pub struct UuidUuidQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<uuid::Uuid, tokio_postgres::Error>,
    mapper: fn(uuid::Uuid) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> UuidUuidQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(uuid::Uuid) -> R) -> UuidUuidQuery<'c, 'a, 's, C, R, N> {
        UuidUuidQuery {
            client: self.client,
            params: self.params,
            query: self.query,
            cached: self.cached,
            extractor: self.extractor,
            mapper,
        }
    }
    pub async fn one(self) -> Result<T, tokio_postgres::Error> {
        let row =
            crate::client::async_::one(self.client, self.query, &self.params, self.cached).await?;
        Ok((self.mapper)((self.extractor)(&row)?))
    }
    pub async fn all(self) -> Result<Vec<T>, tokio_postgres::Error> {
        self.iter().await?.try_collect().await
    }
    pub async fn opt(self) -> Result<Option<T>, tokio_postgres::Error> {
        let opt_row =
            crate::client::async_::opt(self.client, self.query, &self.params, self.cached).await?;
        Ok(opt_row
            .map(|row| {
                let extracted = (self.extractor)(&row)?;
                Ok((self.mapper)(extracted))
            })
            .transpose()?)
    }
    pub async fn iter(
        self,
    ) -> Result<
        impl futures::Stream<Item = Result<T, tokio_postgres::Error>> + 'c,
        tokio_postgres::Error,
    > {
        let stream = crate::client::async_::raw(
            self.client,
            self.query,
            crate::slice_iter(&self.params),
            self.cached,
        )
        .await?;
        let mapped = stream
            .map(move |res| {
                res.and_then(|row| {
                    let extracted = (self.extractor)(&row)?;
                    Ok((self.mapper)(extracted))
                })
            })
            .into_stream();
        Ok(mapped)
    }
}
pub struct PersonQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<PersonBorrowed, tokio_postgres::Error>,
    mapper: fn(PersonBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> PersonQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(PersonBorrowed) -> R) -> PersonQuery<'c, 'a, 's, C, R, N> {
        PersonQuery {
            client: self.client,
            params: self.params,
            query: self.query,
            cached: self.cached,
            extractor: self.extractor,
            mapper,
        }
    }
    pub async fn one(self) -> Result<T, tokio_postgres::Error> {
        let row =
            crate::client::async_::one(self.client, self.query, &self.params, self.cached).await?;
        Ok((self.mapper)((self.extractor)(&row)?))
    }
    pub async fn all(self) -> Result<Vec<T>, tokio_postgres::Error> {
        self.iter().await?.try_collect().await
    }
    pub async fn opt(self) -> Result<Option<T>, tokio_postgres::Error> {
        let opt_row =
            crate::client::async_::opt(self.client, self.query, &self.params, self.cached).await?;
        Ok(opt_row
            .map(|row| {
                let extracted = (self.extractor)(&row)?;
                Ok((self.mapper)(extracted))
            })
            .transpose()?)
    }
    pub async fn iter(
        self,
    ) -> Result<
        impl futures::Stream<Item = Result<T, tokio_postgres::Error>> + 'c,
        tokio_postgres::Error,
    > {
        let stream = crate::client::async_::raw(
            self.client,
            self.query,
            crate::slice_iter(&self.params),
            self.cached,
        )
        .await?;
        let mapped = stream
            .map(move |res| {
                res.and_then(|row| {
                    let extracted = (self.extractor)(&row)?;
                    Ok((self.mapper)(extracted))
                })
            })
            .into_stream();
        Ok(mapped)
    }
}
pub struct PersonContactsQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<PersonContactsBorrowed, tokio_postgres::Error>,
    mapper: fn(PersonContactsBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> PersonContactsQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(PersonContactsBorrowed) -> R,
    ) -> PersonContactsQuery<'c, 'a, 's, C, R, N> {
        PersonContactsQuery {
            client: self.client,
            params: self.params,
            query: self.query,
            cached: self.cached,
            extractor: self.extractor,
            mapper,
        }
    }
    pub async fn one(self) -> Result<T, tokio_postgres::Error> {
        let row =
            crate::client::async_::one(self.client, self.query, &self.params, self.cached).await?;
        Ok((self.mapper)((self.extractor)(&row)?))
    }
    pub async fn all(self) -> Result<Vec<T>, tokio_postgres::Error> {
        self.iter().await?.try_collect().await
    }
    pub async fn opt(self) -> Result<Option<T>, tokio_postgres::Error> {
        let opt_row =
            crate::client::async_::opt(self.client, self.query, &self.params, self.cached).await?;
        Ok(opt_row
            .map(|row| {
                let extracted = (self.extractor)(&row)?;
                Ok((self.mapper)(extracted))
            })
            .transpose()?)
    }
    pub async fn iter(
        self,
    ) -> Result<
        impl futures::Stream<Item = Result<T, tokio_postgres::Error>> + 'c,
        tokio_postgres::Error,
    > {
        let stream = crate::client::async_::raw(
            self.client,
            self.query,
            crate::slice_iter(&self.params),
            self.cached,
        )
        .await?;
        let mapped = stream
            .map(move |res| {
                res.and_then(|row| {
                    let extracted = (self.extractor)(&row)?;
                    Ok((self.mapper)(extracted))
                })
            })
            .into_stream();
        Ok(mapped)
    }
}
pub struct MergesOfQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<MergesOfBorrowed, tokio_postgres::Error>,
    mapper: fn(MergesOfBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> MergesOfQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(MergesOfBorrowed) -> R) -> MergesOfQuery<'c, 'a, 's, C, R, N> {
        MergesOfQuery {
            client: self.client,
            params: self.params,
            query: self.query,
            cached: self.cached,
            extractor: self.extractor,
            mapper,
        }
    }
    pub async fn one(self) -> Result<T, tokio_postgres::Error> {
        let row =
            crate::client::async_::one(self.client, self.query, &self.params, self.cached).await?;
        Ok((self.mapper)((self.extractor)(&row)?))
    }
    pub async fn all(self) -> Result<Vec<T>, tokio_postgres::Error> {
        self.iter().await?.try_collect().await
    }
    pub async fn opt(self) -> Result<Option<T>, tokio_postgres::Error> {
        let opt_row =
            crate::client::async_::opt(self.client, self.query, &self.params, self.cached).await?;
        Ok(opt_row
            .map(|row| {
                let extracted = (self.extractor)(&row)?;
                Ok((self.mapper)(extracted))
            })
            .transpose()?)
    }
    pub async fn iter(
        self,
    ) -> Result<
        impl futures::Stream<Item = Result<T, tokio_postgres::Error>> + 'c,
        tokio_postgres::Error,
    > {
        let stream = crate::client::async_::raw(
            self.client,
            self.query,
            crate::slice_iter(&self.params),
            self.cached,
        )
        .await?;
        let mapped = stream
            .map(move |res| {
                res.and_then(|row| {
                    let extracted = (self.extractor)(&row)?;
                    Ok((self.mapper)(extracted))
                })
            })
            .into_stream();
        Ok(mapped)
    }
}
pub struct OpenConflictsOfQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<OpenConflictsOfBorrowed, tokio_postgres::Error>,
    mapper: fn(OpenConflictsOfBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> OpenConflictsOfQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(OpenConflictsOfBorrowed) -> R,
    ) -> OpenConflictsOfQuery<'c, 'a, 's, C, R, N> {
        OpenConflictsOfQuery {
            client: self.client,
            params: self.params,
            query: self.query,
            cached: self.cached,
            extractor: self.extractor,
            mapper,
        }
    }
    pub async fn one(self) -> Result<T, tokio_postgres::Error> {
        let row =
            crate::client::async_::one(self.client, self.query, &self.params, self.cached).await?;
        Ok((self.mapper)((self.extractor)(&row)?))
    }
    pub async fn all(self) -> Result<Vec<T>, tokio_postgres::Error> {
        self.iter().await?.try_collect().await
    }
    pub async fn opt(self) -> Result<Option<T>, tokio_postgres::Error> {
        let opt_row =
            crate::client::async_::opt(self.client, self.query, &self.params, self.cached).await?;
        Ok(opt_row
            .map(|row| {
                let extracted = (self.extractor)(&row)?;
                Ok((self.mapper)(extracted))
            })
            .transpose()?)
    }
    pub async fn iter(
        self,
    ) -> Result<
        impl futures::Stream<Item = Result<T, tokio_postgres::Error>> + 'c,
        tokio_postgres::Error,
    > {
        let stream = crate::client::async_::raw(
            self.client,
            self.query,
            crate::slice_iter(&self.params),
            self.cached,
        )
        .await?;
        let mapped = stream
            .map(move |res| {
                res.and_then(|row| {
                    let extracted = (self.extractor)(&row)?;
                    Ok((self.mapper)(extracted))
                })
            })
            .into_stream();
        Ok(mapped)
    }
}
pub struct MatchesQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<MatchesBorrowed, tokio_postgres::Error>,
    mapper: fn(MatchesBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> MatchesQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(MatchesBorrowed) -> R) -> MatchesQuery<'c, 'a, 's, C, R, N> {
        MatchesQuery {
            client: self.client,
            params: self.params,
            query: self.query,
            cached: self.cached,
            extractor: self.extractor,
            mapper,
        }
    }
    pub async fn one(self) -> Result<T, tokio_postgres::Error> {
        let row =
            crate::client::async_::one(self.client, self.query, &self.params, self.cached).await?;
        Ok((self.mapper)((self.extractor)(&row)?))
    }
    pub async fn all(self) -> Result<Vec<T>, tokio_postgres::Error> {
        self.iter().await?.try_collect().await
    }
    pub async fn opt(self) -> Result<Option<T>, tokio_postgres::Error> {
        let opt_row =
            crate::client::async_::opt(self.client, self.query, &self.params, self.cached).await?;
        Ok(opt_row
            .map(|row| {
                let extracted = (self.extractor)(&row)?;
                Ok((self.mapper)(extracted))
            })
            .transpose()?)
    }
    pub async fn iter(
        self,
    ) -> Result<
        impl futures::Stream<Item = Result<T, tokio_postgres::Error>> + 'c,
        tokio_postgres::Error,
    > {
        let stream = crate::client::async_::raw(
            self.client,
            self.query,
            crate::slice_iter(&self.params),
            self.cached,
        )
        .await?;
        let mapped = stream
            .map(move |res| {
                res.and_then(|row| {
                    let extracted = (self.extractor)(&row)?;
                    Ok((self.mapper)(extracted))
                })
            })
            .into_stream();
        Ok(mapped)
    }
}
pub struct HoldIdentityStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn hold_identity() -> HoldIdentityStmt {
    HoldIdentityStmt(
        "insert into routiq.identity_state as s (organization_id, rules_version, matched_at) values ($1, 0, $2) on conflict (organization_id) do update set matched_at = excluded.matched_at returning s.rules_version",
        None,
    )
}
impl HoldIdentityStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
        organization: &'a uuid::Uuid,
        now: &'a jiff::Timestamp,
    ) -> I32Query<'c, 'a, 's, C, i32, 2> {
        I32Query {
            client,
            params: [organization, now],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it,
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        HoldIdentityParams,
        I32Query<'c, 'a, 's, C, i32, 2>,
        C,
    > for HoldIdentityStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a HoldIdentityParams,
    ) -> I32Query<'c, 'a, 's, C, i32, 2> {
        self.bind(client, &params.organization, &params.now)
    }
}
pub struct IsAnybodyDueStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn is_anybody_due() -> IsAnybodyDueStmt {
    IsAnybodyDueStmt(
        "select exists (select from routiq.identity_due d where d.organization_id = $1) or not exists (select from routiq.identity_state s where s.organization_id = $1 and s.rules_version = $2) as due",
        None,
    )
}
impl IsAnybodyDueStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
        organization: &'a uuid::Uuid,
        version: &'a i32,
    ) -> BoolQuery<'c, 'a, 's, C, bool, 2> {
        BoolQuery {
            client,
            params: [organization, version],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it,
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        IsAnybodyDueParams,
        BoolQuery<'c, 'a, 's, C, bool, 2>,
        C,
    > for IsAnybodyDueStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a IsAnybodyDueParams,
    ) -> BoolQuery<'c, 'a, 's, C, bool, 2> {
        self.bind(client, &params.organization, &params.version)
    }
}
pub struct MarkEverybodyStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn mark_everybody() -> MarkEverybodyStmt {
    MarkEverybodyStmt(
        "with everybody as ( select c.id, (row_number() over (order by c.id) - 1) / 100 as portion from routiq.contacts c where c.organization_id = $1 ), marked as ( insert into routiq.identity_due (organization_id, id, contacts) select $1, gen_random_uuid(), array_agg(e.id) from everybody e group by e.portion ) update routiq.identity_state set rules_version = $2 where organization_id = $1",
        None,
    )
}
impl MarkEverybodyStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
        organization: &'a uuid::Uuid,
        version: &'a i32,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[organization, version]).await
    }
}
impl<'a, C: GenericClient + Send + Sync>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        MarkEverybodyParams,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for MarkEverybodyStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a MarkEverybodyParams,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(client, &params.organization, &params.version))
    }
}
pub struct TakeDueStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn take_due() -> TakeDueStmt {
    TakeDueStmt(
        "delete from routiq.identity_due d where d.organization_id = $1 and d.id in (select t.id from routiq.identity_due t where t.organization_id = $1 limit $2) returning d.contacts",
        None,
    )
}
impl TakeDueStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
        organization: &'a uuid::Uuid,
        most: &'a i64,
    ) -> VecuuidUuidQuery<'c, 'a, 's, C, Vec<uuid::Uuid>, 2> {
        VecuuidUuidQuery {
            client,
            params: [organization, most],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it.map(|v| v).collect(),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        TakeDueParams,
        VecuuidUuidQuery<'c, 'a, 's, C, Vec<uuid::Uuid>, 2>,
        C,
    > for TakeDueStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a TakeDueParams,
    ) -> VecuuidUuidQuery<'c, 'a, 's, C, Vec<uuid::Uuid>, 2> {
        self.bind(client, &params.organization, &params.most)
    }
}
pub struct ToldContactsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn told_contacts() -> ToldContactsStmt {
    ToldContactsStmt(
        "select c.id, c.account_id, i.platform, p.id is not null as practice, c.external_id, c.name, c.email, c.phone, c.identifier, c.attributes, c.merged_into, c.deleted_at is not null as gone, p.first_name, p.preferred_name, p.last_name, p.date_of_birth, p.phones, p.address, h.channels, p.source_updated_at, c.last_activity_at from unnest($1::uuid[]) as e (id) cross join lateral ( select t.* from routiq.contacts t where t.organization_id = $2 and t.id = e.id limit 1 ) c join routiq.integrations i on i.organization_id = $2 and i.id = c.account_id left join lateral ( select t.* from routiq.patients t where t.organization_id = $2 and t.id = c.id limit 1 ) p on true left join lateral ( select array_agg(t.channel || ' ' || t.value order by t.channel, t.value) as channels from routiq.contact_identities t where t.organization_id = $2 and t.contact_id = c.id and t.kind = 'channel' and t.channel is not null ) h on true",
        None,
    )
}
impl ToldContactsStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::ArraySql<Item = uuid::Uuid>>(
        &'s self,
        client: &'c C,
        contacts: &'a T1,
        organization: &'a uuid::Uuid,
    ) -> ToldContactsQuery<'c, 'a, 's, C, ToldContacts, 2> {
        ToldContactsQuery {
            client,
            params: [contacts, organization],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<ToldContactsBorrowed, tokio_postgres::Error> {
                    Ok(ToldContactsBorrowed {
                        id: row.try_get(0)?,
                        account_id: row.try_get(1)?,
                        platform: row.try_get(2)?,
                        practice: row.try_get(3)?,
                        external_id: row.try_get(4)?,
                        name: row.try_get(5)?,
                        email: row.try_get(6)?,
                        phone: row.try_get(7)?,
                        identifier: row.try_get(8)?,
                        attributes: row.try_get(9)?,
                        merged_into: row.try_get(10)?,
                        gone: row.try_get(11)?,
                        first_name: row.try_get(12)?,
                        preferred_name: row.try_get(13)?,
                        last_name: row.try_get(14)?,
                        date_of_birth: row.try_get(15)?,
                        phones: row.try_get(16)?,
                        address: row.try_get(17)?,
                        channels: row.try_get(18)?,
                        source_updated_at: row.try_get(19)?,
                        last_activity_at: row.try_get(20)?,
                    })
                },
            mapper: |it| ToldContacts::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::ArraySql<Item = uuid::Uuid>>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        ToldContactsParams<T1>,
        ToldContactsQuery<'c, 'a, 's, C, ToldContacts, 2>,
        C,
    > for ToldContactsStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a ToldContactsParams<T1>,
    ) -> ToldContactsQuery<'c, 'a, 's, C, ToldContacts, 2> {
        self.bind(client, &params.contacts, &params.organization)
    }
}
pub struct MarkContactsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn mark_contacts() -> MarkContactsStmt {
    MarkContactsStmt(
        "insert into routiq.identity_due (organization_id, id, contacts) values ($1, $2, $3)",
        None,
    )
}
impl MarkContactsStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<'c, 'a, 's, C: GenericClient, T1: crate::ArraySql<Item = uuid::Uuid>>(
        &'s self,
        client: &'c C,
        organization: &'a uuid::Uuid,
        id: &'a uuid::Uuid,
        contacts: &'a T1,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[organization, id, contacts]).await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::ArraySql<Item = uuid::Uuid>>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        MarkContactsParams<T1>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for MarkContactsStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a MarkContactsParams<T1>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(client, &params.organization, &params.id, &params.contacts))
    }
}
pub struct MakePersonsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn make_persons() -> MakePersonsStmt {
    MakePersonsStmt(
        "insert into routiq.persons (organization_id, id, contacts, created_at, updated_at) select $1, e.id, 1, $2, $2 from unnest($3::uuid[]) as e (id) where not exists (select from routiq.person_contacts t where t.organization_id = $1 and t.contact_id = e.id) on conflict (organization_id, id) do nothing",
        None,
    )
}
impl MakePersonsStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<'c, 'a, 's, C: GenericClient, T1: crate::ArraySql<Item = uuid::Uuid>>(
        &'s self,
        client: &'c C,
        organization: &'a uuid::Uuid,
        now: &'a jiff::Timestamp,
        contacts: &'a T1,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[organization, now, contacts]).await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::ArraySql<Item = uuid::Uuid>>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        MakePersonsParams<T1>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for MakePersonsStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a MakePersonsParams<T1>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(client, &params.organization, &params.now, &params.contacts))
    }
}
pub struct KeepFactsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn keep_facts() -> KeepFactsStmt {
    KeepFactsStmt(
        "insert into routiq.person_contacts as t (organization_id, contact_id, person_id, account_id, practice, gone, given, formal, family, generation, born, updated_at) select $1, f.id, f.id, f.account, f.practice, f.gone, coalesce(string_to_array(nullif(f.given, ''), ' '), '{}'), coalesce(string_to_array(nullif(f.formal, ''), ' '), '{}'), coalesce(string_to_array(nullif(f.family, ''), ' '), '{}'), f.generation, f.born, $2 from ( select i.id, i.account, i.practice, i.gone, i.given, i.formal, i.family, i.generation, i.born from unnest($3::uuid[], $4::uuid[], $5::boolean[], $6::boolean[], $7::text[], $8::text[], $9::text[], $10::text[], $11::date[]) as i (id, account, practice, gone, given, formal, family, generation, born) ) f on conflict (organization_id, contact_id) do update set practice = excluded.practice, gone = excluded.gone, given = excluded.given, formal = excluded.formal, family = excluded.family, generation = excluded.generation, born = excluded.born, updated_at = excluded.updated_at where (t.practice, t.gone, t.given, t.formal, t.family, t.generation, t.born) is distinct from (excluded.practice, excluded.gone, excluded.given, excluded.formal, excluded.family, excluded.generation, excluded.born)",
        None,
    )
}
impl KeepFactsStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<
        'c,
        'a,
        's,
        C: GenericClient,
        T1: crate::ArraySql<Item = uuid::Uuid>,
        T2: crate::ArraySql<Item = uuid::Uuid>,
        T3: crate::ArraySql<Item = bool>,
        T4: crate::ArraySql<Item = bool>,
        T5: crate::StringSql,
        T6: crate::ArraySql<Item = T5>,
        T7: crate::StringSql,
        T8: crate::ArraySql<Item = T7>,
        T9: crate::StringSql,
        T10: crate::ArraySql<Item = T9>,
        T11: crate::StringSql,
        T12: crate::ArraySql<Item = Option<T11>>,
        T13: crate::ArraySql<Item = Option<jiff::civil::Date>>,
    >(
        &'s self,
        client: &'c C,
        organization: &'a uuid::Uuid,
        now: &'a jiff::Timestamp,
        ids: &'a T1,
        accounts: &'a T2,
        practices: &'a T3,
        gones: &'a T4,
        givens: &'a T6,
        formals: &'a T8,
        families: &'a T10,
        generations: &'a T12,
        borns: &'a T13,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0,
                &[
                    organization,
                    now,
                    ids,
                    accounts,
                    practices,
                    gones,
                    givens,
                    formals,
                    families,
                    generations,
                    borns,
                ],
            )
            .await
    }
}
impl<
    'a,
    C: GenericClient + Send + Sync,
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::ArraySql<Item = uuid::Uuid>,
    T3: crate::ArraySql<Item = bool>,
    T4: crate::ArraySql<Item = bool>,
    T5: crate::StringSql,
    T6: crate::ArraySql<Item = T5>,
    T7: crate::StringSql,
    T8: crate::ArraySql<Item = T7>,
    T9: crate::StringSql,
    T10: crate::ArraySql<Item = T9>,
    T11: crate::StringSql,
    T12: crate::ArraySql<Item = Option<T11>>,
    T13: crate::ArraySql<Item = Option<jiff::civil::Date>>,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        KeepFactsParams<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for KeepFactsStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a KeepFactsParams<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.organization,
            &params.now,
            &params.ids,
            &params.accounts,
            &params.practices,
            &params.gones,
            &params.givens,
            &params.formals,
            &params.families,
            &params.generations,
            &params.borns,
        ))
    }
}
pub struct ForgetKeysStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn forget_keys() -> ForgetKeysStmt {
    ForgetKeysStmt(
        "delete from routiq.identity_keys k where k.organization_id = $1 and k.contact_id = any($2) and not exists ( select from unnest($3::uuid[], $4::text[], $5::bytea[]) as w (id, kind, digest) where w.id = k.contact_id and w.kind = k.kind and w.digest = k.digest)",
        None,
    )
}
impl ForgetKeysStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<
        'c,
        'a,
        's,
        C: GenericClient,
        T1: crate::ArraySql<Item = uuid::Uuid>,
        T2: crate::ArraySql<Item = uuid::Uuid>,
        T3: crate::StringSql,
        T4: crate::ArraySql<Item = T3>,
        T5: crate::BytesSql,
        T6: crate::ArraySql<Item = T5>,
    >(
        &'s self,
        client: &'c C,
        organization: &'a uuid::Uuid,
        contacts: &'a T1,
        ids: &'a T2,
        kinds: &'a T4,
        digests: &'a T6,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[organization, contacts, ids, kinds, digests])
            .await
    }
}
impl<
    'a,
    C: GenericClient + Send + Sync,
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::ArraySql<Item = uuid::Uuid>,
    T3: crate::StringSql,
    T4: crate::ArraySql<Item = T3>,
    T5: crate::BytesSql,
    T6: crate::ArraySql<Item = T5>,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        ForgetKeysParams<T1, T2, T3, T4, T5, T6>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for ForgetKeysStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a ForgetKeysParams<T1, T2, T3, T4, T5, T6>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.organization,
            &params.contacts,
            &params.ids,
            &params.kinds,
            &params.digests,
        ))
    }
}
pub struct KeepKeysStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn keep_keys() -> KeepKeysStmt {
    KeepKeysStmt(
        "insert into routiq.identity_keys (organization_id, contact_id, kind, digest) select $1, w.id, w.kind, w.digest from unnest($2::uuid[], $3::text[], $4::bytea[]) as w (id, kind, digest) on conflict do nothing",
        None,
    )
}
impl KeepKeysStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<
        'c,
        'a,
        's,
        C: GenericClient,
        T1: crate::ArraySql<Item = uuid::Uuid>,
        T2: crate::StringSql,
        T3: crate::ArraySql<Item = T2>,
        T4: crate::BytesSql,
        T5: crate::ArraySql<Item = T4>,
    >(
        &'s self,
        client: &'c C,
        organization: &'a uuid::Uuid,
        ids: &'a T1,
        kinds: &'a T3,
        digests: &'a T5,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[organization, ids, kinds, digests])
            .await
    }
}
impl<
    'a,
    C: GenericClient + Send + Sync,
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::StringSql,
    T3: crate::ArraySql<Item = T2>,
    T4: crate::BytesSql,
    T5: crate::ArraySql<Item = T4>,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        KeepKeysParams<T1, T2, T3, T4, T5>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for KeepKeysStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a KeepKeysParams<T1, T2, T3, T4, T5>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.organization,
            &params.ids,
            &params.kinds,
            &params.digests,
        ))
    }
}
pub struct SharedKeysStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn shared_keys() -> SharedKeysStmt {
    SharedKeysStmt(
        "with mine as ( select distinct k.digest from unnest($1::uuid[]) as e (id) cross join lateral ( select t.digest from routiq.identity_keys t where t.organization_id = $2 and t.contact_id = e.id offset 0 ) k ) select h.contact_id, h.kind, m.digest from mine m cross join lateral ( select array_agg(t.contact_id) as contacts, array_agg(t.kind) as kinds, count(distinct t.contact_id) as holders from ( select t.contact_id, t.kind from routiq.identity_keys t where t.organization_id = $2 and t.digest = m.digest limit 4 * $3::bigint ) t ) g cross join lateral unnest(g.contacts, g.kinds) as h (contact_id, kind) where g.holders between 2 and $3::bigint",
        None,
    )
}
impl SharedKeysStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::ArraySql<Item = uuid::Uuid>>(
        &'s self,
        client: &'c C,
        contacts: &'a T1,
        organization: &'a uuid::Uuid,
        most: &'a i64,
    ) -> SharedKeysQuery<'c, 'a, 's, C, SharedKeys, 3> {
        SharedKeysQuery {
            client,
            params: [contacts, organization, most],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<SharedKeysBorrowed, tokio_postgres::Error> {
                    Ok(SharedKeysBorrowed {
                        contact_id: row.try_get(0)?,
                        kind: row.try_get(1)?,
                        digest: row.try_get(2)?,
                    })
                },
            mapper: |it| SharedKeys::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::ArraySql<Item = uuid::Uuid>>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        SharedKeysParams<T1>,
        SharedKeysQuery<'c, 'a, 's, C, SharedKeys, 3>,
        C,
    > for SharedKeysStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a SharedKeysParams<T1>,
    ) -> SharedKeysQuery<'c, 'a, 's, C, SharedKeys, 3> {
        self.bind(client, &params.contacts, &params.organization, &params.most)
    }
}
pub struct MembersStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn members() -> MembersStmt {
    MembersStmt(
        "select m.contact_id, m.person_id, m.account_id, m.practice, m.gone, m.given, m.formal, m.family, m.generation, m.born from ( select distinct p.person_id from unnest($1::uuid[]) as e (id) cross join lateral ( select t.person_id from routiq.person_contacts t where t.organization_id = $2 and t.contact_id = e.id limit 1 ) p ) w cross join lateral ( select t.* from routiq.person_contacts t where t.organization_id = $2 and t.person_id = w.person_id offset 0 ) m",
        None,
    )
}
impl MembersStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::ArraySql<Item = uuid::Uuid>>(
        &'s self,
        client: &'c C,
        contacts: &'a T1,
        organization: &'a uuid::Uuid,
    ) -> MembersQuery<'c, 'a, 's, C, Members, 2> {
        MembersQuery {
            client,
            params: [contacts, organization],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<MembersBorrowed, tokio_postgres::Error> {
                    Ok(MembersBorrowed {
                        contact_id: row.try_get(0)?,
                        person_id: row.try_get(1)?,
                        account_id: row.try_get(2)?,
                        practice: row.try_get(3)?,
                        gone: row.try_get(4)?,
                        given: row.try_get(5)?,
                        formal: row.try_get(6)?,
                        family: row.try_get(7)?,
                        generation: row.try_get(8)?,
                        born: row.try_get(9)?,
                    })
                },
            mapper: |it| Members::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::ArraySql<Item = uuid::Uuid>>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        MembersParams<T1>,
        MembersQuery<'c, 'a, 's, C, Members, 2>,
        C,
    > for MembersStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a MembersParams<T1>,
    ) -> MembersQuery<'c, 'a, 's, C, Members, 2> {
        self.bind(client, &params.contacts, &params.organization)
    }
}
pub struct RefusalsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn refusals() -> RefusalsStmt {
    RefusalsStmt(
        "select r.contact_id, r.other_contact_id, r.undone_rule from unnest($1::uuid[]) as e (id) cross join lateral ( select t.contact_id, t.other_contact_id, t.undone_rule from routiq.identity_candidates t where t.organization_id = $2 and t.contact_id = e.id and t.status = 'refused' offset 0 ) r",
        None,
    )
}
impl RefusalsStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::ArraySql<Item = uuid::Uuid>>(
        &'s self,
        client: &'c C,
        contacts: &'a T1,
        organization: &'a uuid::Uuid,
    ) -> RefusalsQuery<'c, 'a, 's, C, Refusals, 2> {
        RefusalsQuery {
            client,
            params: [contacts, organization],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<RefusalsBorrowed, tokio_postgres::Error> {
                    Ok(RefusalsBorrowed {
                        contact_id: row.try_get(0)?,
                        other_contact_id: row.try_get(1)?,
                        undone_rule: row.try_get(2)?,
                    })
                },
            mapper: |it| Refusals::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::ArraySql<Item = uuid::Uuid>>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        RefusalsParams<T1>,
        RefusalsQuery<'c, 'a, 's, C, Refusals, 2>,
        C,
    > for RefusalsStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a RefusalsParams<T1>,
    ) -> RefusalsQuery<'c, 'a, 's, C, Refusals, 2> {
        self.bind(client, &params.contacts, &params.organization)
    }
}
pub struct StandingMergesStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn standing_merges() -> StandingMergesStmt {
    StandingMergesStmt(
        "select m.id, m.contact_id, m.other_contact_id, m.rule from unnest($1::uuid[]) as e (id) cross join lateral ( select t.id, t.contact_id, t.other_contact_id, t.rule from routiq.identity_merges t where t.organization_id = $2 and t.contact_id = e.id and t.undone_at is null offset 0 ) m",
        None,
    )
}
impl StandingMergesStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::ArraySql<Item = uuid::Uuid>>(
        &'s self,
        client: &'c C,
        contacts: &'a T1,
        organization: &'a uuid::Uuid,
    ) -> StandingMergesQuery<'c, 'a, 's, C, StandingMerges, 2> {
        StandingMergesQuery {
            client,
            params: [contacts, organization],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |
                row: &tokio_postgres::Row,
            | -> Result<StandingMergesBorrowed, tokio_postgres::Error> {
                Ok(StandingMergesBorrowed {
                    id: row.try_get(0)?,
                    contact_id: row.try_get(1)?,
                    other_contact_id: row.try_get(2)?,
                    rule: row.try_get(3)?,
                })
            },
            mapper: |it| StandingMerges::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::ArraySql<Item = uuid::Uuid>>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        StandingMergesParams<T1>,
        StandingMergesQuery<'c, 'a, 's, C, StandingMerges, 2>,
        C,
    > for StandingMergesStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a StandingMergesParams<T1>,
    ) -> StandingMergesQuery<'c, 'a, 's, C, StandingMerges, 2> {
        self.bind(client, &params.contacts, &params.organization)
    }
}
pub struct KeepMergesStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn keep_merges() -> KeepMergesStmt {
    KeepMergesStmt(
        "insert into routiq.identity_merges (organization_id, id, contact_id, other_contact_id, rule, evidence, score, merged_by, merged_at) select $1, m.id, m.one, m.other, m.rule, coalesce(string_to_array(nullif(m.evidence, ''), ' '), '{}'), m.score, $2, $3 from unnest($4::uuid[], $5::uuid[], $6::uuid[], $7::text[], $8::text[], $9::float8[]) as m (id, one, other, rule, evidence, score)",
        None,
    )
}
impl KeepMergesStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<
        'c,
        'a,
        's,
        C: GenericClient,
        T1: crate::StringSql,
        T2: crate::ArraySql<Item = uuid::Uuid>,
        T3: crate::ArraySql<Item = uuid::Uuid>,
        T4: crate::ArraySql<Item = uuid::Uuid>,
        T5: crate::StringSql,
        T6: crate::ArraySql<Item = T5>,
        T7: crate::StringSql,
        T8: crate::ArraySql<Item = T7>,
        T9: crate::ArraySql<Item = f64>,
    >(
        &'s self,
        client: &'c C,
        organization: &'a uuid::Uuid,
        by: &'a T1,
        now: &'a jiff::Timestamp,
        ids: &'a T2,
        ones: &'a T3,
        others: &'a T4,
        rules: &'a T6,
        evidences: &'a T8,
        scores: &'a T9,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0,
                &[
                    organization,
                    by,
                    now,
                    ids,
                    ones,
                    others,
                    rules,
                    evidences,
                    scores,
                ],
            )
            .await
    }
}
impl<
    'a,
    C: GenericClient + Send + Sync,
    T1: crate::StringSql,
    T2: crate::ArraySql<Item = uuid::Uuid>,
    T3: crate::ArraySql<Item = uuid::Uuid>,
    T4: crate::ArraySql<Item = uuid::Uuid>,
    T5: crate::StringSql,
    T6: crate::ArraySql<Item = T5>,
    T7: crate::StringSql,
    T8: crate::ArraySql<Item = T7>,
    T9: crate::ArraySql<Item = f64>,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        KeepMergesParams<T1, T2, T3, T4, T5, T6, T7, T8, T9>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for KeepMergesStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a KeepMergesParams<T1, T2, T3, T4, T5, T6, T7, T8, T9>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.organization,
            &params.by,
            &params.now,
            &params.ids,
            &params.ones,
            &params.others,
            &params.rules,
            &params.evidences,
            &params.scores,
        ))
    }
}
pub struct UndoMergeStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn undo_merge() -> UndoMergeStmt {
    UndoMergeStmt(
        "update routiq.identity_merges set undone_at = $1, undone_by = $2 where organization_id = $3 and id = $4 and undone_at is null returning contact_id, other_contact_id, rule",
        None,
    )
}
impl UndoMergeStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>(
        &'s self,
        client: &'c C,
        now: &'a jiff::Timestamp,
        by: &'a T1,
        organization: &'a uuid::Uuid,
        id: &'a uuid::Uuid,
    ) -> UndoMergeQuery<'c, 'a, 's, C, UndoMerge, 4> {
        UndoMergeQuery {
            client,
            params: [now, by, organization, id],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<UndoMergeBorrowed, tokio_postgres::Error> {
                    Ok(UndoMergeBorrowed {
                        contact_id: row.try_get(0)?,
                        other_contact_id: row.try_get(1)?,
                        rule: row.try_get(2)?,
                    })
                },
            mapper: |it| UndoMerge::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        UndoMergeParams<T1>,
        UndoMergeQuery<'c, 'a, 's, C, UndoMerge, 4>,
        C,
    > for UndoMergeStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a UndoMergeParams<T1>,
    ) -> UndoMergeQuery<'c, 'a, 's, C, UndoMerge, 4> {
        self.bind(
            client,
            &params.now,
            &params.by,
            &params.organization,
            &params.id,
        )
    }
}
pub struct MoveContactsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn move_contacts() -> MoveContactsStmt {
    MoveContactsStmt(
        "update routiq.person_contacts t set person_id = m.person, updated_at = $1 from unnest($2::uuid[], $3::uuid[]) as m (contact, person) where t.organization_id = $4 and t.contact_id = m.contact and t.person_id <> m.person",
        None,
    )
}
impl MoveContactsStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<
        'c,
        'a,
        's,
        C: GenericClient,
        T1: crate::ArraySql<Item = uuid::Uuid>,
        T2: crate::ArraySql<Item = uuid::Uuid>,
    >(
        &'s self,
        client: &'c C,
        now: &'a jiff::Timestamp,
        contacts: &'a T1,
        persons: &'a T2,
        organization: &'a uuid::Uuid,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[now, contacts, persons, organization])
            .await
    }
}
impl<
    'a,
    C: GenericClient + Send + Sync,
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::ArraySql<Item = uuid::Uuid>,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        MoveContactsParams<T1, T2>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for MoveContactsStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a MoveContactsParams<T1, T2>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.now,
            &params.contacts,
            &params.persons,
            &params.organization,
        ))
    }
}
pub struct KeepPersonsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn keep_persons() -> KeepPersonsStmt {
    KeepPersonsStmt(
        "insert into routiq.persons as t (organization_id, id, contacts, name, name_contact_id, email, email_contact_id, phone, phone_contact_id, date_of_birth, date_of_birth_contact_id, created_at, updated_at) select $1, p.id, p.contacts, p.name, p.name_contact, p.email, p.email_contact, p.phone, p.phone_contact, p.born, p.born_contact, $2, $2 from unnest($3::uuid[], $4::integer[], $5::text[], $6::uuid[], $7::text[], $8::uuid[], $9::text[], $10::uuid[], $11::date[], $12::uuid[]) as p (id, contacts, name, name_contact, email, email_contact, phone, phone_contact, born, born_contact) on conflict (organization_id, id) do update set contacts = excluded.contacts, name = excluded.name, name_contact_id = excluded.name_contact_id, email = excluded.email, email_contact_id = excluded.email_contact_id, phone = excluded.phone, phone_contact_id = excluded.phone_contact_id, date_of_birth = excluded.date_of_birth, date_of_birth_contact_id = excluded.date_of_birth_contact_id, updated_at = excluded.updated_at where (t.contacts, t.name, t.name_contact_id, t.email, t.email_contact_id, t.phone, t.phone_contact_id, t.date_of_birth, t.date_of_birth_contact_id) is distinct from (excluded.contacts, excluded.name, excluded.name_contact_id, excluded.email, excluded.email_contact_id, excluded.phone, excluded.phone_contact_id, excluded.date_of_birth, excluded.date_of_birth_contact_id)",
        None,
    )
}
impl KeepPersonsStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<
        'c,
        'a,
        's,
        C: GenericClient,
        T1: crate::ArraySql<Item = uuid::Uuid>,
        T2: crate::ArraySql<Item = i32>,
        T3: crate::StringSql,
        T4: crate::ArraySql<Item = Option<T3>>,
        T5: crate::ArraySql<Item = Option<uuid::Uuid>>,
        T6: crate::StringSql,
        T7: crate::ArraySql<Item = Option<T6>>,
        T8: crate::ArraySql<Item = Option<uuid::Uuid>>,
        T9: crate::StringSql,
        T10: crate::ArraySql<Item = Option<T9>>,
        T11: crate::ArraySql<Item = Option<uuid::Uuid>>,
        T12: crate::ArraySql<Item = Option<jiff::civil::Date>>,
        T13: crate::ArraySql<Item = Option<uuid::Uuid>>,
    >(
        &'s self,
        client: &'c C,
        organization: &'a uuid::Uuid,
        now: &'a jiff::Timestamp,
        ids: &'a T1,
        contacts: &'a T2,
        names: &'a T4,
        name_contacts: &'a T5,
        emails: &'a T7,
        email_contacts: &'a T8,
        phones: &'a T10,
        phone_contacts: &'a T11,
        borns: &'a T12,
        born_contacts: &'a T13,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0,
                &[
                    organization,
                    now,
                    ids,
                    contacts,
                    names,
                    name_contacts,
                    emails,
                    email_contacts,
                    phones,
                    phone_contacts,
                    borns,
                    born_contacts,
                ],
            )
            .await
    }
}
impl<
    'a,
    C: GenericClient + Send + Sync,
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::ArraySql<Item = i32>,
    T3: crate::StringSql,
    T4: crate::ArraySql<Item = Option<T3>>,
    T5: crate::ArraySql<Item = Option<uuid::Uuid>>,
    T6: crate::StringSql,
    T7: crate::ArraySql<Item = Option<T6>>,
    T8: crate::ArraySql<Item = Option<uuid::Uuid>>,
    T9: crate::StringSql,
    T10: crate::ArraySql<Item = Option<T9>>,
    T11: crate::ArraySql<Item = Option<uuid::Uuid>>,
    T12: crate::ArraySql<Item = Option<jiff::civil::Date>>,
    T13: crate::ArraySql<Item = Option<uuid::Uuid>>,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        KeepPersonsParams<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for KeepPersonsStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a KeepPersonsParams<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.organization,
            &params.now,
            &params.ids,
            &params.contacts,
            &params.names,
            &params.name_contacts,
            &params.emails,
            &params.email_contacts,
            &params.phones,
            &params.phone_contacts,
            &params.borns,
            &params.born_contacts,
        ))
    }
}
pub struct DropPersonsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn drop_persons() -> DropPersonsStmt {
    DropPersonsStmt(
        "delete from routiq.persons p where p.organization_id = $1 and p.id = any($2) and not exists (select from routiq.person_contacts t where t.organization_id = $1 and t.person_id = p.id)",
        None,
    )
}
impl DropPersonsStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<'c, 'a, 's, C: GenericClient, T1: crate::ArraySql<Item = uuid::Uuid>>(
        &'s self,
        client: &'c C,
        organization: &'a uuid::Uuid,
        persons: &'a T1,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[organization, persons]).await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::ArraySql<Item = uuid::Uuid>>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        DropPersonsParams<T1>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for DropPersonsStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a DropPersonsParams<T1>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(client, &params.organization, &params.persons))
    }
}
pub struct KeepCandidatesStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn keep_candidates() -> KeepCandidatesStmt {
    KeepCandidatesStmt(
        "insert into routiq.identity_candidates as t (organization_id, id, contact_id, other_contact_id, status, evidence, score, created_at, updated_at) select $1, c.id, c.one, c.other, 'open', coalesce(string_to_array(nullif(c.evidence, ''), ' '), '{}'), c.score, $2, $2 from unnest($3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::float8[]) as c (id, one, other, evidence, score) on conflict (organization_id, contact_id, other_contact_id) do update set evidence = excluded.evidence, score = excluded.score, updated_at = excluded.updated_at where t.status = 'open' and (t.evidence, t.score) is distinct from (excluded.evidence, excluded.score)",
        None,
    )
}
impl KeepCandidatesStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<
        'c,
        'a,
        's,
        C: GenericClient,
        T1: crate::ArraySql<Item = uuid::Uuid>,
        T2: crate::ArraySql<Item = uuid::Uuid>,
        T3: crate::ArraySql<Item = uuid::Uuid>,
        T4: crate::StringSql,
        T5: crate::ArraySql<Item = T4>,
        T6: crate::ArraySql<Item = f64>,
    >(
        &'s self,
        client: &'c C,
        organization: &'a uuid::Uuid,
        now: &'a jiff::Timestamp,
        ids: &'a T1,
        ones: &'a T2,
        others: &'a T3,
        evidences: &'a T5,
        scores: &'a T6,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0,
                &[organization, now, ids, ones, others, evidences, scores],
            )
            .await
    }
}
impl<
    'a,
    C: GenericClient + Send + Sync,
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::ArraySql<Item = uuid::Uuid>,
    T3: crate::ArraySql<Item = uuid::Uuid>,
    T4: crate::StringSql,
    T5: crate::ArraySql<Item = T4>,
    T6: crate::ArraySql<Item = f64>,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        KeepCandidatesParams<T1, T2, T3, T4, T5, T6>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for KeepCandidatesStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a KeepCandidatesParams<T1, T2, T3, T4, T5, T6>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.organization,
            &params.now,
            &params.ids,
            &params.ones,
            &params.others,
            &params.evidences,
            &params.scores,
        ))
    }
}
pub struct DropCandidatesStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn drop_candidates() -> DropCandidatesStmt {
    DropCandidatesStmt(
        "delete from routiq.identity_candidates c where c.organization_id = $1 and c.status = 'open' and (c.contact_id = any($2) or c.other_contact_id = any($2)) and not exists ( select from unnest($3::uuid[], $4::uuid[]) as k (one, other) where k.one = c.contact_id and k.other = c.other_contact_id)",
        None,
    )
}
impl DropCandidatesStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<
        'c,
        'a,
        's,
        C: GenericClient,
        T1: crate::ArraySql<Item = uuid::Uuid>,
        T2: crate::ArraySql<Item = uuid::Uuid>,
        T3: crate::ArraySql<Item = uuid::Uuid>,
    >(
        &'s self,
        client: &'c C,
        organization: &'a uuid::Uuid,
        contacts: &'a T1,
        ones: &'a T2,
        others: &'a T3,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[organization, contacts, ones, others])
            .await
    }
}
impl<
    'a,
    C: GenericClient + Send + Sync,
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::ArraySql<Item = uuid::Uuid>,
    T3: crate::ArraySql<Item = uuid::Uuid>,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        DropCandidatesParams<T1, T2, T3>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for DropCandidatesStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a DropCandidatesParams<T1, T2, T3>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.organization,
            &params.contacts,
            &params.ones,
            &params.others,
        ))
    }
}
pub struct RefusePairsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn refuse_pairs() -> RefusePairsStmt {
    RefusePairsStmt(
        "insert into routiq.identity_candidates as t (organization_id, id, contact_id, other_contact_id, status, evidence, score, undone_rule, created_at, updated_at, decided_by, decided_at) select $1, c.id, c.one, c.other, 'refused', '{}', 0, $2, $3, $3, $4, $3 from unnest($5::uuid[], $6::uuid[], $7::uuid[]) as c (id, one, other) on conflict (organization_id, contact_id, other_contact_id) do update set status = 'refused', undone_rule = excluded.undone_rule, updated_at = excluded.updated_at, decided_by = excluded.decided_by, decided_at = excluded.decided_at",
        None,
    )
}
impl RefusePairsStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<
        'c,
        'a,
        's,
        C: GenericClient,
        T1: crate::StringSql,
        T2: crate::StringSql,
        T3: crate::ArraySql<Item = uuid::Uuid>,
        T4: crate::ArraySql<Item = uuid::Uuid>,
        T5: crate::ArraySql<Item = uuid::Uuid>,
    >(
        &'s self,
        client: &'c C,
        organization: &'a uuid::Uuid,
        rule: &'a Option<T1>,
        now: &'a jiff::Timestamp,
        by: &'a T2,
        ids: &'a T3,
        ones: &'a T4,
        others: &'a T5,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[organization, rule, now, by, ids, ones, others])
            .await
    }
}
impl<
    'a,
    C: GenericClient + Send + Sync,
    T1: crate::StringSql,
    T2: crate::StringSql,
    T3: crate::ArraySql<Item = uuid::Uuid>,
    T4: crate::ArraySql<Item = uuid::Uuid>,
    T5: crate::ArraySql<Item = uuid::Uuid>,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        RefusePairsParams<T1, T2, T3, T4, T5>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for RefusePairsStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a RefusePairsParams<T1, T2, T3, T4, T5>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.organization,
            &params.rule,
            &params.now,
            &params.by,
            &params.ids,
            &params.ones,
            &params.others,
        ))
    }
}
pub struct CandidateStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn candidate() -> CandidateStmt {
    CandidateStmt(
        "select contact_id, other_contact_id, status, evidence, score, undone_rule from routiq.identity_candidates where organization_id = $1 and id = $2 for update",
        None,
    )
}
impl CandidateStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
        organization: &'a uuid::Uuid,
        id: &'a uuid::Uuid,
    ) -> CandidateQuery<'c, 'a, 's, C, Candidate, 2> {
        CandidateQuery {
            client,
            params: [organization, id],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<CandidateBorrowed, tokio_postgres::Error> {
                    Ok(CandidateBorrowed {
                        contact_id: row.try_get(0)?,
                        other_contact_id: row.try_get(1)?,
                        status: row.try_get(2)?,
                        evidence: row.try_get(3)?,
                        score: row.try_get(4)?,
                        undone_rule: row.try_get(5)?,
                    })
                },
            mapper: |it| Candidate::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        CandidateParams,
        CandidateQuery<'c, 'a, 's, C, Candidate, 2>,
        C,
    > for CandidateStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a CandidateParams,
    ) -> CandidateQuery<'c, 'a, 's, C, Candidate, 2> {
        self.bind(client, &params.organization, &params.id)
    }
}
pub struct DecideCandidateStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn decide_candidate() -> DecideCandidateStmt {
    DecideCandidateStmt(
        "update routiq.identity_candidates set status = $1, decided_by = $2, decided_at = $3, updated_at = $3 where organization_id = $4 and id = $5",
        None,
    )
}
impl DecideCandidateStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::StringSql>(
        &'s self,
        client: &'c C,
        status: &'a T1,
        by: &'a T2,
        now: &'a jiff::Timestamp,
        organization: &'a uuid::Uuid,
        id: &'a uuid::Uuid,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[status, by, now, organization, id])
            .await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::StringSql, T2: crate::StringSql>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        DecideCandidateParams<T1, T2>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for DecideCandidateStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a DecideCandidateParams<T1, T2>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.status,
            &params.by,
            &params.now,
            &params.organization,
            &params.id,
        ))
    }
}
pub struct ConfirmPairsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn confirm_pairs() -> ConfirmPairsStmt {
    ConfirmPairsStmt(
        "update routiq.identity_candidates c set status = 'confirmed', decided_by = $1, decided_at = $2, updated_at = $2 where c.organization_id = $3 and c.contact_id = any($4) and c.other_contact_id = any($4) and c.status <> 'confirmed'",
        None,
    )
}
impl ConfirmPairsStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<
        'c,
        'a,
        's,
        C: GenericClient,
        T1: crate::StringSql,
        T2: crate::ArraySql<Item = uuid::Uuid>,
    >(
        &'s self,
        client: &'c C,
        by: &'a T1,
        now: &'a jiff::Timestamp,
        organization: &'a uuid::Uuid,
        contacts: &'a T2,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[by, now, organization, contacts])
            .await
    }
}
impl<
    'a,
    C: GenericClient + Send + Sync,
    T1: crate::StringSql,
    T2: crate::ArraySql<Item = uuid::Uuid>,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        ConfirmPairsParams<T1, T2>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for ConfirmPairsStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a ConfirmPairsParams<T1, T2>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.by,
            &params.now,
            &params.organization,
            &params.contacts,
        ))
    }
}
pub struct KeepConflictsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn keep_conflicts() -> KeepConflictsStmt {
    KeepConflictsStmt(
        "insert into routiq.identity_conflicts (organization_id, id, field, contact_id, other_contact_id, recorded_at) select $1, c.id, c.field, c.holds, c.other, $2 from unnest($3::uuid[], $4::text[], $5::uuid[], $6::uuid[]) as c (id, field, holds, other) on conflict (organization_id, contact_id, other_contact_id, field) where resolved_at is null do nothing",
        None,
    )
}
impl KeepConflictsStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<
        'c,
        'a,
        's,
        C: GenericClient,
        T1: crate::ArraySql<Item = uuid::Uuid>,
        T2: crate::StringSql,
        T3: crate::ArraySql<Item = T2>,
        T4: crate::ArraySql<Item = uuid::Uuid>,
        T5: crate::ArraySql<Item = uuid::Uuid>,
    >(
        &'s self,
        client: &'c C,
        organization: &'a uuid::Uuid,
        now: &'a jiff::Timestamp,
        ids: &'a T1,
        fields: &'a T3,
        holds: &'a T4,
        others: &'a T5,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[organization, now, ids, fields, holds, others])
            .await
    }
}
impl<
    'a,
    C: GenericClient + Send + Sync,
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::StringSql,
    T3: crate::ArraySql<Item = T2>,
    T4: crate::ArraySql<Item = uuid::Uuid>,
    T5: crate::ArraySql<Item = uuid::Uuid>,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        KeepConflictsParams<T1, T2, T3, T4, T5>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for KeepConflictsStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a KeepConflictsParams<T1, T2, T3, T4, T5>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.organization,
            &params.now,
            &params.ids,
            &params.fields,
            &params.holds,
            &params.others,
        ))
    }
}
pub struct ResolveConflictsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn resolve_conflicts() -> ResolveConflictsStmt {
    ResolveConflictsStmt(
        "update routiq.identity_conflicts c set resolved_at = $1 where c.organization_id = $2 and c.resolved_at is null and (c.contact_id = any($3) or c.other_contact_id = any($3)) and not exists ( select from unnest($4::text[], $5::uuid[], $6::uuid[]) as k (field, holds, other) where k.field = c.field and k.holds = c.contact_id and k.other = c.other_contact_id)",
        None,
    )
}
impl ResolveConflictsStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<
        'c,
        'a,
        's,
        C: GenericClient,
        T1: crate::ArraySql<Item = uuid::Uuid>,
        T2: crate::StringSql,
        T3: crate::ArraySql<Item = T2>,
        T4: crate::ArraySql<Item = uuid::Uuid>,
        T5: crate::ArraySql<Item = uuid::Uuid>,
    >(
        &'s self,
        client: &'c C,
        now: &'a jiff::Timestamp,
        organization: &'a uuid::Uuid,
        contacts: &'a T1,
        fields: &'a T3,
        holds: &'a T4,
        others: &'a T5,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0,
                &[now, organization, contacts, fields, holds, others],
            )
            .await
    }
}
impl<
    'a,
    C: GenericClient + Send + Sync,
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::StringSql,
    T3: crate::ArraySql<Item = T2>,
    T4: crate::ArraySql<Item = uuid::Uuid>,
    T5: crate::ArraySql<Item = uuid::Uuid>,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        ResolveConflictsParams<T1, T2, T3, T4, T5>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for ResolveConflictsStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a ResolveConflictsParams<T1, T2, T3, T4, T5>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.now,
            &params.organization,
            &params.contacts,
            &params.fields,
            &params.holds,
            &params.others,
        ))
    }
}
pub struct OpenCandidatesStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn open_candidates() -> OpenCandidatesStmt {
    OpenCandidatesStmt(
        "select c.id, c.contact_id, c.other_contact_id, c.score, c.evidence, c.created_at, p.person_id, q.person_id as other_person_id, a.name, b.name as other_name, i.platform, j.platform as other_platform from routiq.identity_candidates c join routiq.person_contacts p on p.organization_id = $1 and p.contact_id = c.contact_id join routiq.person_contacts q on q.organization_id = $1 and q.contact_id = c.other_contact_id join routiq.contacts a on a.organization_id = $1 and a.id = c.contact_id join routiq.contacts b on b.organization_id = $1 and b.id = c.other_contact_id join routiq.integrations i on i.organization_id = $1 and i.id = a.account_id join routiq.integrations j on j.organization_id = $1 and j.id = b.account_id where c.organization_id = $1 and c.status = 'open' and p.person_id <> q.person_id order by c.score desc, c.id limit $2 offset $3",
        None,
    )
}
impl OpenCandidatesStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
        organization: &'a uuid::Uuid,
        most: &'a i64,
        skipped: &'a i64,
    ) -> OpenCandidatesQuery<'c, 'a, 's, C, OpenCandidates, 3> {
        OpenCandidatesQuery {
            client,
            params: [organization, most, skipped],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |
                row: &tokio_postgres::Row,
            | -> Result<OpenCandidatesBorrowed, tokio_postgres::Error> {
                Ok(OpenCandidatesBorrowed {
                    id: row.try_get(0)?,
                    contact_id: row.try_get(1)?,
                    other_contact_id: row.try_get(2)?,
                    score: row.try_get(3)?,
                    evidence: row.try_get(4)?,
                    created_at: row.try_get(5)?,
                    person_id: row.try_get(6)?,
                    other_person_id: row.try_get(7)?,
                    name: row.try_get(8)?,
                    other_name: row.try_get(9)?,
                    platform: row.try_get(10)?,
                    other_platform: row.try_get(11)?,
                })
            },
            mapper: |it| OpenCandidates::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        OpenCandidatesParams,
        OpenCandidatesQuery<'c, 'a, 's, C, OpenCandidates, 3>,
        C,
    > for OpenCandidatesStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a OpenCandidatesParams,
    ) -> OpenCandidatesQuery<'c, 'a, 's, C, OpenCandidates, 3> {
        self.bind(client, &params.organization, &params.most, &params.skipped)
    }
}
pub struct CountPeopleStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn count_people() -> CountPeopleStmt {
    CountPeopleStmt(
        "select (select count(*) from routiq.persons p where p.organization_id = $1 and p.contacts > 1) as connected, (select count(*) from routiq.identity_merges m where m.organization_id = $1 and m.undone_at is null) as merges, (select count(*) from routiq.identity_candidates c cross join lateral ( select t.person_id from routiq.person_contacts t where t.organization_id = $1 and t.contact_id between c.contact_id and c.contact_id order by t.contact_id limit 1 ) a cross join lateral ( select t.person_id from routiq.person_contacts t where t.organization_id = $1 and t.contact_id between c.other_contact_id and c.other_contact_id order by t.contact_id limit 1 ) b where c.organization_id = $1 and c.status = 'open' and a.person_id <> b.person_id) as candidates",
        None,
    )
}
impl CountPeopleStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
        organization: &'a uuid::Uuid,
    ) -> CountPeopleQuery<'c, 'a, 's, C, CountPeople, 1> {
        CountPeopleQuery {
            client,
            params: [organization],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<CountPeople, tokio_postgres::Error> {
                Ok(CountPeople {
                    connected: row.try_get(0)?,
                    merges: row.try_get(1)?,
                    candidates: row.try_get(2)?,
                })
            },
            mapper: |it| CountPeople::from(it),
        }
    }
}
pub struct PersonOfStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn person_of() -> PersonOfStmt {
    PersonOfStmt(
        "select t.person_id from routiq.person_contacts t where t.organization_id = $1 and t.contact_id = $2",
        None,
    )
}
impl PersonOfStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
        organization: &'a uuid::Uuid,
        id: &'a uuid::Uuid,
    ) -> UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 2> {
        UuidUuidQuery {
            client,
            params: [organization, id],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it,
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        PersonOfParams,
        UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 2>,
        C,
    > for PersonOfStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a PersonOfParams,
    ) -> UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 2> {
        self.bind(client, &params.organization, &params.id)
    }
}
pub struct PersonStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn person() -> PersonStmt {
    PersonStmt(
        "select p.id, p.name, p.name_contact_id, p.email, p.email_contact_id, p.phone, p.phone_contact_id, p.date_of_birth, p.date_of_birth_contact_id from routiq.persons p where p.organization_id = $1 and p.id = $2",
        None,
    )
}
impl PersonStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
        organization: &'a uuid::Uuid,
        id: &'a uuid::Uuid,
    ) -> PersonQuery<'c, 'a, 's, C, Person, 2> {
        PersonQuery {
            client,
            params: [organization, id],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<PersonBorrowed, tokio_postgres::Error> {
                    Ok(PersonBorrowed {
                        id: row.try_get(0)?,
                        name: row.try_get(1)?,
                        name_contact_id: row.try_get(2)?,
                        email: row.try_get(3)?,
                        email_contact_id: row.try_get(4)?,
                        phone: row.try_get(5)?,
                        phone_contact_id: row.try_get(6)?,
                        date_of_birth: row.try_get(7)?,
                        date_of_birth_contact_id: row.try_get(8)?,
                    })
                },
            mapper: |it| Person::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        PersonParams,
        PersonQuery<'c, 'a, 's, C, Person, 2>,
        C,
    > for PersonStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a PersonParams,
    ) -> PersonQuery<'c, 'a, 's, C, Person, 2> {
        self.bind(client, &params.organization, &params.id)
    }
}
pub struct PersonContactsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn person_contacts() -> PersonContactsStmt {
    PersonContactsStmt(
        "select c.id, i.platform, c.account_id, c.external_id, c.name, c.email, c.phone, c.deleted_at is not null as gone from routiq.person_contacts t join routiq.contacts c on c.organization_id = $1 and c.id = t.contact_id join routiq.integrations i on i.organization_id = $1 and i.id = c.account_id where t.organization_id = $1 and t.person_id = $2 order by c.id",
        None,
    )
}
impl PersonContactsStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
        organization: &'a uuid::Uuid,
        id: &'a uuid::Uuid,
    ) -> PersonContactsQuery<'c, 'a, 's, C, PersonContacts, 2> {
        PersonContactsQuery {
            client,
            params: [organization, id],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |
                row: &tokio_postgres::Row,
            | -> Result<PersonContactsBorrowed, tokio_postgres::Error> {
                Ok(PersonContactsBorrowed {
                    id: row.try_get(0)?,
                    platform: row.try_get(1)?,
                    account_id: row.try_get(2)?,
                    external_id: row.try_get(3)?,
                    name: row.try_get(4)?,
                    email: row.try_get(5)?,
                    phone: row.try_get(6)?,
                    gone: row.try_get(7)?,
                })
            },
            mapper: |it| PersonContacts::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        PersonContactsParams,
        PersonContactsQuery<'c, 'a, 's, C, PersonContacts, 2>,
        C,
    > for PersonContactsStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a PersonContactsParams,
    ) -> PersonContactsQuery<'c, 'a, 's, C, PersonContacts, 2> {
        self.bind(client, &params.organization, &params.id)
    }
}
pub struct MergesOfStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn merges_of() -> MergesOfStmt {
    MergesOfStmt(
        "select m.id, m.contact_id, m.other_contact_id, m.rule, m.evidence, m.score, m.merged_by, m.merged_at, m.undone_by, m.undone_at from routiq.identity_merges m where m.organization_id = $1 and (m.contact_id = any($2) or m.other_contact_id = any($2)) order by m.merged_at desc, m.id desc",
        None,
    )
}
impl MergesOfStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::ArraySql<Item = uuid::Uuid>>(
        &'s self,
        client: &'c C,
        organization: &'a uuid::Uuid,
        contacts: &'a T1,
    ) -> MergesOfQuery<'c, 'a, 's, C, MergesOf, 2> {
        MergesOfQuery {
            client,
            params: [organization, contacts],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<MergesOfBorrowed, tokio_postgres::Error> {
                    Ok(MergesOfBorrowed {
                        id: row.try_get(0)?,
                        contact_id: row.try_get(1)?,
                        other_contact_id: row.try_get(2)?,
                        rule: row.try_get(3)?,
                        evidence: row.try_get(4)?,
                        score: row.try_get(5)?,
                        merged_by: row.try_get(6)?,
                        merged_at: row.try_get(7)?,
                        undone_by: row.try_get(8)?,
                        undone_at: row.try_get(9)?,
                    })
                },
            mapper: |it| MergesOf::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::ArraySql<Item = uuid::Uuid>>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        MergesOfParams<T1>,
        MergesOfQuery<'c, 'a, 's, C, MergesOf, 2>,
        C,
    > for MergesOfStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a MergesOfParams<T1>,
    ) -> MergesOfQuery<'c, 'a, 's, C, MergesOf, 2> {
        self.bind(client, &params.organization, &params.contacts)
    }
}
pub struct OpenConflictsOfStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn open_conflicts_of() -> OpenConflictsOfStmt {
    OpenConflictsOfStmt(
        "select c.id, c.field, c.contact_id, c.other_contact_id, c.recorded_at from routiq.identity_conflicts c where c.organization_id = $1 and c.resolved_at is null and c.contact_id = any($2) and c.other_contact_id = any($2) order by c.recorded_at, c.id",
        None,
    )
}
impl OpenConflictsOfStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::ArraySql<Item = uuid::Uuid>>(
        &'s self,
        client: &'c C,
        organization: &'a uuid::Uuid,
        contacts: &'a T1,
    ) -> OpenConflictsOfQuery<'c, 'a, 's, C, OpenConflictsOf, 2> {
        OpenConflictsOfQuery {
            client,
            params: [organization, contacts],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |
                row: &tokio_postgres::Row,
            | -> Result<OpenConflictsOfBorrowed, tokio_postgres::Error> {
                Ok(OpenConflictsOfBorrowed {
                    id: row.try_get(0)?,
                    field: row.try_get(1)?,
                    contact_id: row.try_get(2)?,
                    other_contact_id: row.try_get(3)?,
                    recorded_at: row.try_get(4)?,
                })
            },
            mapper: |it| OpenConflictsOf::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::ArraySql<Item = uuid::Uuid>>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        OpenConflictsOfParams<T1>,
        OpenConflictsOfQuery<'c, 'a, 's, C, OpenConflictsOf, 2>,
        C,
    > for OpenConflictsOfStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a OpenConflictsOfParams<T1>,
    ) -> OpenConflictsOfQuery<'c, 'a, 's, C, OpenConflictsOf, 2> {
        self.bind(client, &params.organization, &params.contacts)
    }
}
pub struct MatchesStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn matches() -> MatchesStmt {
    MatchesStmt(
        "select m.contact_id, m.other_contact_id, m.rule, m.one_person, m.ambiguous from routiq.match_contacts($1) m where exists (select from routiq.organizations o where o.id = $2)",
        None,
    )
}
impl MatchesStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
        today: &'a jiff::civil::Date,
        organization: &'a uuid::Uuid,
    ) -> MatchesQuery<'c, 'a, 's, C, Matches, 2> {
        MatchesQuery {
            client,
            params: [today, organization],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<MatchesBorrowed, tokio_postgres::Error> {
                    Ok(MatchesBorrowed {
                        contact_id: row.try_get(0)?,
                        other_contact_id: row.try_get(1)?,
                        rule: row.try_get(2)?,
                        one_person: row.try_get(3)?,
                        ambiguous: row.try_get(4)?,
                    })
                },
            mapper: |it| Matches::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        MatchesParams,
        MatchesQuery<'c, 'a, 's, C, Matches, 2>,
        C,
    > for MatchesStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a MatchesParams,
    ) -> MatchesQuery<'c, 'a, 's, C, Matches, 2> {
        self.bind(client, &params.today, &params.organization)
    }
}
