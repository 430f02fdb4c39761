//! The practices of the demonstration: different sizes, regions and time zones, all invented.

use routiq_simulators::{names::Region, population::Practice};

/// An organization and the practice behind it.
#[derive(Clone, Debug)]
pub struct DemoPractice {
    /// Clerk's id, invented.
    pub clerk_org_id: &'static str,
    /// Two letters.
    pub region: &'static str,
    /// What the simulator plays.
    pub practice: Practice,
}

/// Three practices and a small one.
pub fn practices() -> Vec<DemoPractice> {
    let practice = |name: &str, zone: &str, region, contacts, conversations, events_per_hour| Practice {
        name: name.to_owned(),
        time_zone: zone.to_owned(),
        region,
        contacts,
        conversations,
        events_per_hour,
        ..Practice::default()
    };
    vec![
        DemoPractice {
            clerk_org_id: "org_2HarbourPhysioPerthDemo001",
            region: "AU",
            practice: practice("Harbour Physio", "Australia/Perth", Region::Au, 640, 820, 240.0),
        },
        DemoPractice {
            clerk_org_id: "org_2KauriChiroAucklandDemo002",
            region: "NZ",
            practice: practice("Kauri Chiropractic", "Pacific/Auckland", Region::Nz, 260, 310, 180.0),
        },
        DemoPractice {
            clerk_org_id: "org_2CanalOsteoLondonDemo00003",
            region: "GB",
            practice: practice("Canal Street Osteopathy", "Europe/London", Region::Gb, 120, 140, 120.0),
        },
        DemoPractice {
            clerk_org_id: "org_2MarigoldPodiatryDemo00004",
            region: "US",
            practice: practice("Marigold Podiatry", "America/Denver", Region::Us, 40, 35, 60.0),
        },
    ]
}
