//! The fields that are read; nothing else is kept. A patient's code for booking online opens their page, remarks about their
//! health have no place here, and neither has what the state gave them as a number.

pub(in super::super) const LOCATION: &[&str] = &[
    "ID",
    "Name",
    "AddressLine1",
    "AddressLine2",
    "AddressLine3",
    "City",
    "State",
    "Country",
    "Postcode",
    "Timezone",
    "Email",
    "Telephone",
    "Website",
    "lockNewPatientsToLocation",
];
pub(in super::super) const PRACTITIONER: &[&str] =
    &["ID", "Title", "FirstName", "LastName", "Speciality", "Email", "locations", "ShowInDiary", "status"];
pub(in super::super) const TYPE: &[&str] =
    &["ID", "Name", "Description", "Duration", "Price", "hasTax", "Locations"];
pub(in super::super) const PATIENT: &[&str] = &[
    "ID",
    "Title",
    "FirstName",
    "MiddleName",
    "LastName",
    "Nickname",
    "DOB",
    "Gender",
    "Email",
    "Mobile",
    "Home",
    "Work",
    "Fax",
    "Addr1",
    "Addr2",
    "Addr3",
    "City",
    "State",
    "Country",
    "Postcode",
    "LocationID",
    "Occupation",
    "Employer",
    "category",
    "consent",
    "allowOnlineBookings",
    "active",
    "deceased",
    "DateCreated",
    "DateModified",
    "extras",
];
pub(in super::super) const APPOINTMENT: &[&str] = &[
    "ID",
    "patientID",
    "appointmentDate",
    "appointmentStartTime",
    "appointmentEndTime",
    "locationID",
    "appointmentType",
    "appointmentTypeID",
    "practitionerID",
    "emailReminderSent",
    "arrived",
    "DNA",
    "cancelled",
    "cancellationDate",
    "invoiceGenerated",
    "Notes",
    "dateCreated",
    "lastModified",
];
pub(in super::super) const PARTICIPANT: &[&str] = &[
    "patientID",
    "arrived",
    "DNA",
    "cancelled",
    "cancellationDate",
    "invoiceGenerated",
    "caseID",
    "lastModified",
];
pub(in super::super) const INVOICE: &[&str] = &[
    "ID",
    "invoiceNumber",
    "patientID",
    "providerID",
    "locationID",
    "dateCreated",
    "isThirdPartyInvoice",
    "contactID",
    "contactTitle",
    "contactFirstName",
    "contactLastName",
    "contactCompany",
    "totalDebits",
    "totalPayments",
    "totalAdjustments",
    "totalDiscounts",
    "totalCredits",
    "totalRefunds",
    "totalBalance",
    "details",
];
pub(in super::super) const NOTE: &[&str] = &[
    "ID",
    "patientID",
    "practitionerID",
    "apptID",
    "caseID",
    "title",
    "date",
    "status",
    "notes",
    "answers",
    "dateCreated",
    "lastModified",
];

pub(in super::super) const PLACE: &[&str] = &["locationID", "name", "addr1", "suburb", "state", "country"];
pub(in super::super) const PLACE_PERHAPS: &[&str] = &["timezone", "postcode", "email", "telephone"];
pub(in super::super) const CLIENT: &[&str] = &[
    "clientID",
    "title",
    "firstName",
    "middleName",
    "lastName",
    "DOB",
    "occupation",
    "category",
    "consent",
    "active",
    "deceased",
    "allowOnlineBookings",
    "locationID",
    "registrationDate",
    "dateCreated",
    "dateModified",
    "addresses { addr1 city state postcode isDefault }",
];
pub(in super::super) const CLIENT_PERHAPS: &[&str] =
    &["email", "mobile", "home", "work", "gender", "nickname"];
pub(in super::super) const DIARY: &[&str] = &[
    "apptID",
    "clientID",
    "providerID",
    "caseID",
    "appointmentDate",
    "isNewClient",
    "isNewCase",
    "arrived",
    "status",
    "dna",
];
pub(in super::super) const DIARY_PERHAPS: &[&str] = &[
    "locationID",
    "startTime",
    "endTime",
    "appointmentType",
    "appointmentTypeID",
    "notes",
    "cancellationDate",
    "dateCreated",
    "lastModified",
];
pub(in super::super) const BILL: &[&str] =
    &["invoiceID", "locationID", "practitionerID", "isThirdPartyInvoice", "void", "dateCreated"];
pub(in super::super) const RECEIPT: &[&str] =
    &["paymentID", "invoiceID", "clientID", "locationID", "method", "amount", "date", "active"];
