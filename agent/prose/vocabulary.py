"""Words that tell names of people from other words with a capital. Data only."""

import re

# Grown-ups and other children round the child, and people at work.
RELATIVE = (
    r"mother|mum|mummy|mom|mam|father|dad|daddy|step-?\s?(?:mother|mum|father|dad)|parents?|partner|"
    r"boyfriend|girlfriend|husband|wife|(?:half[- ])?(?:brother|sister)s?|siblings?|sib|aunt|auntie|"
    r"uncle|gran|granny|grandma|grandmother|nan|nana|grandad|grandpa|grandfather|grandparents?|"
    r"cousin|carers?|guardian|friends?|neighbour|tenant|suspect|perpetrator|nom|mgm|pgm|"
    r"social\s+worker|worker|officer|manager|lead|nurse|doctor|teacher|head|headteacher|consultant|"
    r"midwife|visitor|dsl|gp|sw|hv|sio|oic|coroner|paediatrician|director|practitioner|"
    r"psychologist|chair|chief|adviser|advisor|coach|mentor|childminder|solicitor|trustee"
)

TITLES = frozenset(
    ["dr", "mr", "mrs", "ms", "mx", "miss", "prof", "professor", "pc", "dc", "ds", "di", "dci", "dsu", "dcs", "sgt", "insp", "inspector", "supt", "det", "sergeant", "detective", "superintendent", "constable", "wpc", "pcso", "sister", "sr", "nurse", "cllr", "sir", "rev", "fr", "father", "canon", "imam", "lady", "lord", "dear", "hi", "hello", "hiya", "consultant", "councillor", "judge", "op", "operation", "commander"]
)

PARTICLES = frozenset(
    ["de", "da", "do", "dos", "das", "la", "le", "van", "von", "der", "den", "bin", "bint", "ibn", "al", "el", "ap", "ab", "di", "du", "del", "ten"]
)

ACRONYMS = frozenset(
    ["CSC", "SC", "NHS", "IP", "GP", "HV", "SW", "MASH", "PICU", "ICU", "ITU", "HDU", "NICU", "SCBU", "ED", "AE", "CP", "CIN", "CPP", "CIC", "LAC", "LA", "LADO", "DOB", "DOD", "YJS", "YOT", "CAMHS", "DA", "DV", "MARAC", "PPN", "SIN", "SI", "RR", "NTK", "DCS", "CEO", "AD", "UK", "USA", "EHCP", "SEN", "SEND", "SENCO", "ICB", "CCG", "DSL", "SCR", "CSPR", "CDOP", "JAR", "SUDI", "SUDC", "DASH", "SIO", "OIC", "CPS", "CT", "MRI", "PM", "TBSA", "NFA", "OK", "PS", "NB", "RE", "FW", "FWD", "FYI", "ASAP", "TBC", "NK", "NA", "NAI", "TV", "HR", "IT", "AM", "PM", "QA", "MBC", "LSCP", "LSCB", "DFE", "VIC", "NOM", "YP", "CYP", "EH", "EHE", "TAF", "ABE", "CAIT", "PVP", "PPU", "NRM", "ABH", "GBH", "OP", "AOB", "MP", "RAG", "SCSI", "LFP", "BBR", "RAR", "UASC", "HMP", "DNA", "DKA", "IV", "XL", "MW", "MCA", "DOLS", "ASB", "EPO", "ICO", "PLO", "IRO", "FGC", "FII", "SAR", "DHR", "MAPPA", "OSG", "FAO", "ADHD", "ASD", "PE", "RTA", "RTC", "COD", "MCCD", "ROLE"]
)

_DAYS = """monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun
    january february march april may june july august september october november december jan feb mar apr jun jul
    aug sep sept oct nov dec christmas easter"""
_SMALL = """a an and are as at be because been before being both but by came can could did do does during each
    either every for from further given had has have having he her here hers herself him his how however i if in into is it its
    last later like many me meanwhile mine more most much my neither no none nor not nothing now of off on once one only or other
    our ours out over own per please same she should since so some still such than that the their theirs them then there
    these they this those though through to today tomorrow tonight too two three four five six seven eight nine ten under unfortunately until up us
    very was we were what when where which while who whom whose why will with within without would yes yesterday yet you your
    after again all also although am any around about afternoon evening morning night another several sadly"""
_MAIL = """dear hi hello hiya hey good regards kind best thanks thank wishes yours sincerely faithfully cheers colleagues colleague
    team all sir sirs madam chair re ref fw fwd subject from sent date form attached see find regarding referral refer note details name
    address dob born age aged gender sex female male home tel phone email nhs number why what reason grounds summary outline
    background event incident impact learning analysis involvement practice agencies agency siblings sibling others discussed
    request consideration official sensitive confidential restricted urgent op operation copy notification nobody everybody anybody everyone someone somebody sender surname forename birth nature submitted joint joined home details legal"""
_PEOPLE = """baby infant child children boy girl toddler pupil patient student twin twins young person teenager lad mother mum
    father dad stepdad stepfather stepmother parent parents partner boyfriend brother sister aunt uncle gran
    grandmother nan nana grandad grandfather cousin carer carers family families neighbour police officer officers
    social worker health visitor midwife nurse doctor consultant manager head headteacher teacher school college
    nursery academy hospital infirmary clinic surgery ward unit court custody council county borough city town house flat
    road street lane close avenue drive court way estate trust foundation service services department children's
    safeguarding partnership board panel business hub centre ambulance fire rescue housing probation education
    governors governor trustees staff crew paramedics year yr reception key stage key class group named designated lead director deputy
    assistant chief executive senior principal national local authority government ofsted cafcass camhs childline
    hospitals community mental general royal public protection paediatric paediatrics neonatal maternity accident emergency"""
_HAPPENED = """died death dead found admitted brought sustained suffered survived ventilated critical stable serious harm
    neglect abuse injuries injury admission presented attended conveyed placed currently previous previously open closed known meets
    police's fractured fracture head bilateral multiple unknown post skeletal strat strategy meeting
    initials child's english british white black asian polish welsh christian muslim jewish european african caribbean"""
NOT_NAMES = frozenset(" ".join((_DAYS, _SMALL, _MAIL, _PEOPLE, _HAPPENED)).split()) - {
    "april",
    "may",
    "june",
    "august",
}

# Runs of capitals with one of these are a place, an agency or a team.
PLACE_WORDS = re.compile(
    r"\b(?:street|road|lane|avenue|house|hospital|infirmary|school|academy|"
    r"college|nursery|trust|council|police|team|service|services|unit|ward|board|partnership|"
    r"panel|centre|hub|surgery|clinic|homes|housing|estate|city|borough|county|"
    r"university|foundation|ambulance|constabulary|authority|department|office|together|"
    r"group|committee|review|working)\b",
    re.IGNORECASE,
)

# Surnames that are also other words; they count behind a forename.
SURNAMES = frozenset(
    ["white", "black", "young", "english", "french", "close", "court", "park", "green", "head", "day", "good", "best", "grace", "will", "mark", "may", "christmas", "christian", "key", "house", "lane", "street", "friend", "child", "boy", "major", "rose", "hope", "faith", "joy", "brown", "power", "powers", "prior"]
)
