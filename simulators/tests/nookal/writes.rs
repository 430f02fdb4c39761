//! Writes of the older interface.

use routiq_simulators::nookal::Kind;
use serde_json::json;

use crate::{V2, empty, post};

#[tokio::test]
async fn what_is_written_comes_back_encoded_twice_or_not_at_all() {
    let lab = empty();
    let made = lab.call("addPatient", "first_name=Caf%C3%A9&last_name=Tamsin").await;
    let id = made["data"]["results"]["patient_id"].as_str().unwrap().to_owned();
    let row = &lab.rows("searchPatients", &format!("patient_id={id}"), "patients").await[0];
    assert_eq!(row["FirstName"], "CafÃ©");
    let other = "application/x-www-form-urlencoded; charset=ISO-8859-1";
    let body = format!("api_key={}&patient_id={id}&first_name=Caf%C3%A9", lab.seat.key);
    lab.nookal.handle(post(&format!("{V2}/editPatient"), other, None, &body)).await.unwrap();
    let row = &lab.rows("searchPatients", &format!("patient_id={id}"), "patients").await[0];
    assert_eq!(row["FirstName"], "", "silently not stored");
    assert_eq!(lab.call("addPatient", "first_name=Orla").await["details"]["errorCode"], "L005_1");
}

#[tokio::test]
async fn a_booking_is_made_each_time_and_cancelled() {
    let lab = empty();
    let patient = lab.ids("getPatients", "", "patients").await[0].clone();
    let book = format!(
        "location_id=1&appointment_date=2026-07-01&start_time=09:00:00&patient_id={patient}&practitioner_id=1&appointment_type_id=1"
    );
    let first = lab.call("addAppointmentBooking", &book).await["data"]["results"]["appointment_id"].clone();
    let second = lab.call("addAppointmentBooking", &book).await["data"]["results"]["appointment_id"].clone();
    assert_ne!(first, second, "nothing makes a write happen once only");
    let id = first.as_str().unwrap();
    lab.call("cancelAppointment", &format!("appointment_id={id}&patient_id={patient}")).await;
    let ledger = lab.nookal.ledger(lab.seat.account).unwrap();
    assert_eq!(ledger.get(Kind::Appointments, id).unwrap().fields["cancelled"], json!("1"));
    let elsewhere = book.replace("location_id=1", "location_id=99");
    assert_eq!(lab.call("addAppointmentBooking", &elsewhere).await["details"]["errorCode"], "L003_1");
}
