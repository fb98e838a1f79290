//! Types that Ash and its data layers bring along: short names and storage.

/// The short names of `Ash.Type.Registry`, in its order.
pub fn short_names() -> impl Iterator<Item = &'static str> {
    SHORT_NAMES.iter().map(|(short, _)| *short)
}

/// The module behind a short name of `Ash.Type.Registry`.
pub fn short_name(name: &str) -> Option<&'static str> {
    SHORT_NAMES.iter().find(|(short, _)| *short == name).map(|(_, module)| *module)
}

const SHORT_NAMES: &[(&str, &str)] = &[
    ("atom", "Ash.Type.Atom"),
    ("binary", "Ash.Type.Binary"),
    ("boolean", "Ash.Type.Boolean"),
    ("ci_string", "Ash.Type.CiString"),
    ("date", "Ash.Type.Date"),
    ("datetime", "Ash.Type.DateTime"),
    ("decimal", "Ash.Type.Decimal"),
    ("duration", "Ash.Type.Duration"),
    ("duration_name", "Ash.Type.DurationName"),
    ("file", "Ash.Type.File"),
    ("float", "Ash.Type.Float"),
    ("function", "Ash.Type.Function"),
    ("integer", "Ash.Type.Integer"),
    ("keyword", "Ash.Type.Keyword"),
    ("map", "Ash.Type.Map"),
    ("module", "Ash.Type.Module"),
    ("naive_datetime", "Ash.Type.NaiveDatetime"),
    ("range", "Ash.Type.Range"),
    ("string", "Ash.Type.String"),
    ("struct", "Ash.Type.Struct"),
    ("term", "Ash.Type.Term"),
    ("time", "Ash.Type.Time"),
    ("time_usec", "Ash.Type.TimeUsec"),
    ("tuple", "Ash.Type.Tuple"),
    ("union", "Ash.Type.Union"),
    ("url_encoded_binary", "Ash.Type.UrlEncodedBinary"),
    ("utc_datetime", "Ash.Type.UtcDatetime"),
    ("utc_datetime_usec", "Ash.Type.UtcDatetimeUsec"),
    ("uuid", "Ash.Type.UUID"),
    ("uuid_v7", "Ash.Type.UUIDv7"),
    ("vector", "Ash.Type.Vector"),
];

/// What `storage_type/1` of a library's type gives when it does not depend on constraints.
pub(super) fn storage(module: &str) -> Option<&'static str> {
    STORAGE.iter().find(|(name, _)| *name == module).map(|(_, storage)| *storage)
}

const STORAGE: &[(&str, &str)] = &[
    ("Ash.Type.Atom", "string"),
    ("Ash.Type.Binary", "binary"),
    ("Ash.Type.Boolean", "boolean"),
    ("Ash.Type.CiString", "ci_string"),
    ("Ash.Type.Date", "date"),
    ("Ash.Type.Decimal", "decimal"),
    ("Ash.Type.Duration", "duration"),
    ("Ash.Type.DurationName", "string"),
    ("Ash.Type.Float", "float"),
    ("Ash.Type.Integer", "integer"),
    ("Ash.Type.Keyword", "map"),
    ("Ash.Type.Map", "map"),
    ("Ash.Type.Module", "string"),
    ("Ash.Type.NaiveDatetime", "naive_datetime"),
    ("Ash.Type.Range", "range"),
    ("Ash.Type.String", "string"),
    ("Ash.Type.Struct", "map"),
    ("Ash.Type.Term", "binary"),
    ("Ash.Type.Tuple", "map"),
    ("Ash.Type.Union", "map"),
    ("Ash.Type.UrlEncodedBinary", "binary"),
    ("Ash.Type.UUID", "uuid"),
    ("Ash.Type.UUIDv7", "uuid"),
    ("Ash.Type.Vector", "vector"),
    ("AshDoubleEntry.ULID", "binary"),
    ("AshPostgres.Ltree", "ltree"),
    ("AshPostgres.Timestamptz", "timestamptz"),
    ("AshPostgres.TimestamptzUsec", "timestamptz(6)"),
    ("AshPostgres.Tsquery", "tsquery"),
    ("AshPostgres.Tsvector", "tsvector"),
    ("AshPostgres.Type.CiStringWrapper", "citext"),
    ("AshPostgres.Type.StringWrapper", "text"),
    ("AshUUID.UUID", "uuid"),
];

/// `Ash.Type.NewType`s of the libraries: what they are a subtype of, and the precision they set.
pub(super) fn subtype(module: &str) -> Option<(&'static str, Option<&'static str>)> {
    Some(match module {
        "Ash.Type.UtcDatetime" => ("Ash.Type.DateTime", Some("second")),
        "Ash.Type.UtcDatetimeUsec" => ("Ash.Type.DateTime", Some("microsecond")),
        "Ash.Type.TimeUsec" => ("Ash.Type.Time", Some("microsecond")),
        "AshPostgres.Timestamptz" => ("Ash.Type.DateTime", Some("second")),
        "AshPostgres.TimestamptzUsec" => ("Ash.Type.DateTime", Some("microsecond")),
        "AshPostgres.Tsquery" | "AshPostgres.Tsvector" => ("Ash.Type.Term", None),
        "AshPostgres.Type.StringWrapper" => ("Ash.Type.String", None),
        "AshPostgres.Type.CiStringWrapper" => ("Ash.Type.CiString", None),
        _ => return None,
    })
}
