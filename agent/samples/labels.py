"""The labels of Lewisham's published forms in the order they are printed, with the name each answer
goes by. Data only."""

CONTACT_COLUMNS = (
    "Name",
    "AGENCY & DESIGNATION/TITLE",
    "CONTACT DETAILS – Address, telephone number and e-mail address",
)
CHILD_ROWS = (
    ("Name of Child", "child_name"),
    ("Date of Birth", "child_dob"),
    ("Home address", "child_address"),
    ("Gender", "child_gender"),
    ("Ethnic Origin", "child_ethnicity"),
    ("Faith/Religion", "child_religion"),
    ("Disability", "child_disability"),
    ("Is the child/young person looked after?", "looked_after"),
    (
        "Is the child/young person subject to a child protection plan or has been previously? "
        "(If so when, for what and for how long?)",
        "child_protection_plan",
    ),
    (
        "Is the child/young person open to Children's Social Care or a Children & Families "
        "Practice (if so, who is the lead practitioner)?",
        "open_to_social_care",
    ),
    ("Date of Death or Serious Incident (please specify which)", "incident_date"),
    ("Address of location of incident", "incident_location"),
    ("Carer at time of incident", "carer_at_incident"),
    (
        "Is this case known to be the subject of a criminal investigation? "
        "(If so, who is the lead investigator?)",
        "criminal_investigation",
    ),
    (
        "Is this case known to be the subject of a Coroner's Inquiry? "
        "(If so, who is the key contact?)",
        "coroner",
    ),
    (
        "Are there any adult safeguarding concerns and have these been shared via completing an "
        "Adult referral form? (If so, who is the key contact?)",
        "adult_safeguarding",
    ),
)
FAMILY_COLUMNS = {
    "Name and Address": "name",
    "Relationship to Child": "relationship",
    "Date of Birth": "dob",
    "Legal Status": "legal_status",
    "Ethnic Origin": "ethnicity",
}
AGENCY_COLUMNS = {
    "Agency": "agency",
    "Contact Details: Address, Telephone and E-mail": "contact",
    "Reason for involvement (include whether current or not)": "reason",
}
CHRONOLOGY_COLUMNS = {"Date and Time": "when", "Event": "event"}
PERSON_ROWS = ("Also known as:", "D.O.B:", "Home address:", "Previous addresses:")
FAMILY_ON_RETURN = {
    "SUBJECT CHILD:": (
        *("Also known as:", "National health number:", "D.O.B:", "D.O.D:"),
        *("Home Address:", "Previous addresses:"),
    ),
    "MOTHER:": PERSON_ROWS,
    "FATHER:": PERSON_ROWS,
    "SIBLINGS:": PERSON_ROWS,
    "SIGNIFICANT ADULTS / OTHERS:": ("Home address:",),
}
RETURN_QUESTIONS = (
    (
        "1. Provide a brief summary of your agency's involvement with the subject child AND the "
        "individuals listed in the family composition.",
        "involvement_summary",
    ),
    ("2. Brief analysis of individual or / and agency practice.", "practice_analysis"),
    (
        "3. Please identify any areas for concern as to the way in which partners have worked "
        "together to safeguard the subject child.",
        "partnership_concerns",
    ),
    (
        "4. Are you aware of the involvement of any other agencies? If yes, please give details.",
        "other_agencies_known",
    ),
    (
        "5. Please include any further relevant information that you wish to bring to the "
        "attention of the Rapid Review meeting.",
        "further_info",
    ),
)
