//! Invoices and payments. The older interface tells payments with their invoices, the newer one apart; what an invoice
//! consists of only the older one tells.

use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

use super::{
    super::wire::{Fields, Unfit, day, moment, reference},
    Around,
};
use crate::domain::change::{Invoice, Payment};

/// An invoice with its entries; whether it is void, the list says that it stands in.
pub(super) fn invoice(fields: &Fields<'_>, void: bool, around: &Around<'_>) -> Result<Invoice, Unfit> {
    let location = reference(fields, "locationID")?;
    let (lines, net, tax) = entries(fields)?;
    let balance = fields.decimal("totalBalance")?;
    let mut attributes = match fields.only(&["totalAdjustments", "totalDiscounts", "totalCredits"]) {
        Value::Object(told) => told,
        _ => Map::new(),
    };
    let third_party = fields.flag("isThirdPartyInvoice")?.unwrap_or(false);
    if third_party {
        let names = ["contactID", "contactTitle", "contactFirstName", "contactLastName", "contactCompany"];
        attributes.insert("payer".to_owned(), fields.only(&names));
    }
    let created = moment(fields, "dateCreated", around.zone(location.as_deref()))?;
    Ok(Invoice {
        external_id: fields.id("ID")?,
        number: fields.text("invoiceNumber")?,
        contact: reference(fields, "patientID")?,
        practitioner: reference(fields, "providerID")?,
        location,
        status: standing(void, balance),
        issued_on: day(fields, "dateCreated")?,
        net,
        tax,
        total: fields.decimal("totalDebits")?,
        paid: fields.decimal("totalPayments")?,
        refunded: fields.decimal("totalRefunds")?,
        outstanding: balance,
        third_party,
        lines,
        attributes: Value::Object(attributes),
        source_created_at: created,
        ..Invoice::default()
    })
}

/// What the balance says of an invoice that counts.
fn standing(void: bool, balance: Option<Decimal>) -> Option<String> {
    let status = match balance {
        _ if void => Some("void"),
        Some(owed) if owed > Decimal::ZERO => Some("open"),
        Some(_) => Some("paid"),
        None => None,
    };
    status.map(str::to_owned)
}

/// Lines, net and tax, of what counts.
fn entries(fields: &Fields<'_>) -> Result<(Value, Option<Decimal>, Option<Decimal>), Unfit> {
    let Some(entries) = fields.within("details")?.each("entries")? else {
        return Ok((json!([]), None, None));
    };
    let (mut lines, mut net, mut tax) = (Vec::new(), None, None);
    for entry in entries {
        if entry.flag("void")?.unwrap_or(false) {
            continue;
        }
        let add = |sum: &mut Option<Decimal>, name: &str| -> Result<(), Unfit> {
            if let Some(amount) = entry.decimal(name)? {
                *sum = Some(sum.unwrap_or_default().saturating_add(amount));
            }
            Ok(())
        };
        add(&mut net, "subtotal")?;
        add(&mut tax, "tax")?;
        let mut line = Map::new();
        let told = [
            ("name", "name"),
            ("description", "description"),
            ("quantity", "qty"),
            ("net", "subtotal"),
            ("tax", "tax"),
            ("total", "total"),
            ("date", "date"),
        ];
        for (ours, theirs) in told {
            line.extend(entry.text(theirs)?.map(|text| (ours.to_owned(), Value::String(text))));
        }
        lines.push(Value::Object(line));
    }
    Ok((Value::Array(lines), net, tax))
}

/// The payments of an invoice, each as a record of its own: what it says of itself, and whose it is.
pub(super) fn payments(invoice: &Value, void: bool) -> Vec<Value> {
    let paid = invoice.get("details").and_then(|details| details.get("payments")).and_then(Value::as_array);
    let each = paid.into_iter().flatten().map(|payment| {
        let mut record = payment.clone();
        if let Value::Object(fields) = &mut record {
            fields.retain(|name, _| PAYMENT.contains(&name.as_str()));
            for (ours, theirs) in
                [("invoiceID", "ID"), ("patientID", "patientID"), ("locationID", "locationID")]
            {
                fields.insert(ours.to_owned(), invoice.get(theirs).cloned().unwrap_or_default());
            }
            fields.insert("invoiceVoid".to_owned(), void.into());
        }
        record
    });
    each.collect()
}

const PAYMENT: &[&str] = &["payment_id", "void", "date", "amount", "group", "method"];

/// A payment of the older interface.
pub(super) fn payment(fields: &Fields<'_>) -> Result<Payment, Unfit> {
    let void = fields.flag("void")?.unwrap_or(false) || fields.flag("invoiceVoid")?.unwrap_or(false);
    Ok(Payment {
        external_id: fields.id("payment_id")?,
        invoice: reference(fields, "invoiceID")?,
        contact: reference(fields, "patientID")?,
        location: reference(fields, "locationID")?,
        amount: fields.decimal("amount")?,
        method: fields.text("method")?,
        paid_on: day(fields, "date")?,
        active: !void,
        attributes: fields.only(&["group"]),
    })
}

/// An invoice of the newer interface.
pub(super) fn bill(fields: &Fields<'_>, around: &Around<'_>) -> Result<Invoice, Unfit> {
    let location = reference(fields, "locationID")?;
    let void = fields.flag("void")?.unwrap_or(false);
    let balance = fields.decimal("Balance")?;
    Ok(Invoice {
        external_id: fields.id("invoiceID")?,
        number: fields.text("invoiceNumber")?,
        contact: reference(fields, "clientID")?,
        practitioner: reference(fields, "practitionerID")?,
        status: standing(void, balance),
        issued_on: day(fields, "dateCreated")?,
        total: fields.decimal("Total")?,
        paid: fields.decimal("TotalPayments")?,
        outstanding: balance,
        third_party: fields.flag("isThirdPartyInvoice")?.unwrap_or(false),
        lines: json!([]),
        attributes: fields.only(&["caseID"]),
        source_created_at: moment(fields, "dateCreated", around.zone(location.as_deref()))?,
        location,
        ..Invoice::default()
    })
}

/// A payment of the newer interface.
pub(super) fn receipt(fields: &Fields<'_>) -> Result<Payment, Unfit> {
    Ok(Payment {
        external_id: fields.id("paymentID")?,
        invoice: reference(fields, "invoiceID")?,
        contact: reference(fields, "clientID")?,
        location: reference(fields, "locationID")?,
        amount: fields.decimal("amount")?,
        method: fields.text("method")?,
        paid_on: day(fields, "date")?,
        active: fields.flag("active")?.unwrap_or(true),
        attributes: json!({}),
    })
}
