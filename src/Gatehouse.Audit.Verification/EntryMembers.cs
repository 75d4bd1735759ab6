using System.Text.Json;

namespace Gatehouse.Audit.Verification;

/// <summary>
/// The members of an entry with their types, as docs/auditors/event-model.md has them: a test compares the two. A member that is not here is a fact
/// of a control entry, or comes from a newer build, and readers ignore it.
/// </summary>
internal static class EntryMembers
{
    /// <summary>The type of each member.</summary>
    public static IReadOnlyDictionary<string, MemberType> Types { get; } = new Dictionary<string, MemberType>(StringComparer.Ordinal)
    {
        ["v"] = MemberType.Number,
        ["seq"] = MemberType.Number,
        ["kind"] = MemberType.Text,
        ["id"] = MemberType.Text,
        ["parent"] = MemberType.Text,
        ["at"] = MemberType.Time,
        ["gen"] = MemberType.Number,
        ["server"] = MemberType.Text,
        ["verb"] = MemberType.Text,
        ["via"] = MemberType.Text,
        ["method"] = MemberType.Text,
        ["name"] = MemberType.Text,
        ["uri"] = MemberType.Text,
        ["revision"] = MemberType.Text,
        ["iss"] = MemberType.Text,
        ["personal"] = MemberType.Objects,
        ["sub"] = MemberType.Text,
        ["client"] = MemberType.Text,
        ["roles"] = MemberType.Texts,
        ["groups"] = MemberType.Texts,
        ["scopes"] = MemberType.Texts,
        ["strengths"] = MemberType.Texts,
        ["readingGroups"] = MemberType.Texts,
        ["moreGroups"] = MemberType.True,
        ["asked"] = MemberType.Text,
        ["session"] = MemberType.Text,
        ["trace"] = MemberType.Text,
        ["checks"] = MemberType.Texts,
        ["parts"] = MemberType.Objects,
        ["attempts"] = MemberType.Objects,
        ["credentials"] = MemberType.Objects,
        ["peer"] = MemberType.Text,
        ["code"] = MemberType.Text,
        ["status"] = MemberType.Number,
        ["up"] = MemberType.Number,
        ["out"] = MemberType.Number,
        ["notes"] = MemberType.Number,
        ["bytesIn"] = MemberType.Number,
        ["bytesOut"] = MemberType.Number,
        ["us"] = MemberType.Number,
        ["receipt"] = MemberType.Object,
        ["kept"] = MemberType.Text,
        ["keptBytes"] = MemberType.Number,
        ["payload"] = MemberType.Text,
        ["cut"] = MemberType.True,
    };

    /// <summary>The members that are in a box of a person, and never in clear.</summary>
    public static IReadOnlySet<string> InBoxes { get; } = new HashSet<string>(StringComparer.Ordinal)
        { "sub", "client", "peer", "uri", "roles", "groups", "readingGroups", "moreGroups", "scopes", "strengths" };

    /// <summary>The members of objects in members: those of a box, of a receipt and of a used credential, which have to be texts.</summary>
    public static IReadOnlyDictionary<string, string[]> TextsWithin { get; } = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["personal"] = ["who", "box"],
        ["receipt"] = ["call", "blind"],
        ["credentials"] = ["kind"],
    };

    /// <summary>Returns whether a value has the type.</summary>
    public static bool IsOf(MemberType type, JsonElement value) => type switch
    {
        MemberType.Text => value.ValueKind == JsonValueKind.String,
        MemberType.Time => value.ValueKind == JsonValueKind.String && value.TryGetDateTimeOffset(out _),
        MemberType.Number => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= 0,
        MemberType.True => value.ValueKind == JsonValueKind.True,
        MemberType.Texts => value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(one => one.ValueKind == JsonValueKind.String),
        MemberType.Objects => value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(one => one.ValueKind == JsonValueKind.Object),
        _ => value.ValueKind == JsonValueKind.Object,
    };

    /// <summary>Returns the type in the words of the page.</summary>
    public static string Words(MemberType type) => type switch
    {
        MemberType.Text => "text",
        MemberType.Time => "time",
        MemberType.Number => "number",
        MemberType.True => "true",
        MemberType.Texts => "list of text",
        MemberType.Objects => "list of objects",
        _ => "object",
    };
}

/// <summary>The type of a member of an entry.</summary>
internal enum MemberType
{
    /// <summary>A text.</summary>
    Text,

    /// <summary>A time as a text, RFC 3339.</summary>
    Time,

    /// <summary>A whole number, 0 or more.</summary>
    Number,

    /// <summary>The word <c>true</c>; absent otherwise.</summary>
    True,

    /// <summary>A list of texts.</summary>
    Texts,

    /// <summary>A list of objects.</summary>
    Objects,

    /// <summary>An object.</summary>
    Object,
}
