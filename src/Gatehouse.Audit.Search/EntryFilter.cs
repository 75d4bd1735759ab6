using System.Globalization;
using System.Text.Json.Serialization;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Audit.Search;

/// <summary>The entries that a reader asks for. Every property that is given must hold.</summary>
/// <param name="Limit">
/// The most entries, 1 to <see cref="LargestPage"/>. A parameter: generated readers keep the defaults of parameters only (decision 0143). It is written
/// last, as before: a grant is bound to the bytes.
/// </param>
public sealed record EntryFilter([property: JsonPropertyName("limit"), JsonPropertyOrder(1)] int Limit = 100)
{
    /// <summary>The most entries of a page.</summary>
    public const int LargestPage = 1000;

    /// <summary>The most characters of a value.</summary>
    public const int LongestValue = 1024;

    private const int LargestWords = 8;
    private const string CodePrefix = "GH";
    private const int CodeDigits = 4;

    /// <summary>Subject of the caller, or a person that a control entry names.</summary>
    [JsonPropertyName("person"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Person { get; init; }

    /// <summary>
    /// Issuer of the caller, or of the administrator of a control entry. With <see cref="Person"/>, the issuer of that person, whatever their part in
    /// the entry is.
    /// </summary>
    [JsonPropertyName("issuer"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Issuer { get; init; }

    /// <summary>Client id.</summary>
    [JsonPropertyName("client"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Client { get; init; }

    /// <summary>Id of the session.</summary>
    [JsonPropertyName("session"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Session { get; init; }

    /// <summary>Id of the exchange.</summary>
    [JsonPropertyName("id"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Id { get; init; }

    /// <summary>Server.</summary>
    [JsonPropertyName("server"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Server { get; init; }

    /// <summary>Tool or prompt.</summary>
    [JsonPropertyName("tool"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Tool { get; init; }

    /// <summary>Method.</summary>
    [JsonPropertyName("method"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Method { get; init; }

    /// <summary>Verdict, as in <see cref="EntryFacts.Verdict"/>.</summary>
    [JsonPropertyName("verdict"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Verdict { get; init; }

    /// <summary>Finding or broken rule, by its reason or its id, in any case of letters.</summary>
    [JsonPropertyName("finding"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Finding { get; init; }

    /// <summary>Code of the refusal, such as <c>GH4003</c>, in any case of letters.</summary>
    [JsonPropertyName("code"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Code { get; init; }

    /// <summary>Act of a control entry.</summary>
    [JsonPropertyName("act"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Act { get; init; }

    /// <summary>Words that must all be in the clear fields.</summary>
    [JsonPropertyName("text"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Text { get; init; }

    /// <summary>The earliest time, inclusive.</summary>
    [JsonPropertyName("since"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? Since { get; init; }

    /// <summary>The end of the time, exclusive.</summary>
    [JsonPropertyName("until"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? Until { get; init; }

    /// <summary>True for the oldest entries first.</summary>
    [JsonPropertyName("oldestFirst"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool OldestFirst { get; init; }

    /// <summary>The place behind which the page begins, as an earlier page gave it.</summary>
    [JsonPropertyName("after"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? After { get; init; }

    /// <summary>
    /// The place of an entry: only entries that were written behind it are found, in the order of the log. <see cref="After"/> and
    /// <see cref="OldestFirst"/> are then not read.
    /// </summary>
    [JsonPropertyName("behind"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Behind { get; init; }

    /// <summary>Returns the names of the properties that are given, for an entry about the search. It holds no value.</summary>
    public string Shape() => string.Join(',', Given().Select(one => one.Name)
        .Concat(Since is null ? [] : ["since"]).Concat(Until is null ? [] : ["until"]).Concat(After is null ? [] : ["after"])
        .Concat(Behind is null ? [] : ["behind"]));

    /// <summary>Returns the reason why the filter cannot be used, or null.</summary>
    public string? Fault()
    {
        if (Limit is < 1 or > LargestPage) return $"the limit is out of range; use a number from 1 to {LargestPage}";
        if (Given().FirstOrDefault(one => one.Value.Length is 0 or > LongestValue) is { Name: { } name })
            return $"the value of '{name}' is empty or longer than {LongestValue} characters; give 1 to {LongestValue}";
        if (Code is not null && !IsCode(Code)) return $"'{Code}' is not a code: give GH and four digits, such as GH4003";
        var place = After is not null && !IsOfPage(After) ? After : Behind is not null && PlaceOf(Behind) is null ? Behind : null;
        if (place is not null)
            return $"the place '{place}' is not one that a page gave; copy it from the end of the page before, or leave it out";
        if (Since >= Until) return "the time of 'since' is not before that of 'until', so no entry can be between them; give an earlier 'since' or a later 'until'";
        if (Text is not null && EntryFacts.Split(Text).Distinct(StringComparer.Ordinal).Count() is < 1 or > LargestWords)
            return $"the text has no word, or more than {LargestWords}; give 1 to {LargestWords} words of 2 to 64 letters or digits";
        return null;
    }

    /// <summary>Returns the text of a place.</summary>
    internal static string TextOf(EntryPlace place) => string.Create(CultureInfo.InvariantCulture, $"{place.At.UtcTicks:x}-{place.Number:x}");

    private static bool IsCode(string text) =>
        text.Length == CodePrefix.Length + CodeDigits && text.StartsWith(CodePrefix, StringComparison.OrdinalIgnoreCase)
        && text.AsSpan(CodePrefix.Length).IndexOfAnyExceptInRange('0', '9') < 0;

    // No entry is earlier than 1970, and numbers begin with 1. A page behind another place would be empty, and look like the end of the log.
    private static bool IsOfPage(string text) => PlaceOf(text) is { Number: > 0 } place && place.At >= DateTimeOffset.UnixEpoch;

    /// <summary>Reads a place. Null where the text is none.</summary>
    internal static EntryPlace? PlaceOf(string text)
    {
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        return dash > 0 && long.TryParse(text.AsSpan(0, dash), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var ticks)
            && ticks is >= 0 and <= 3_155_378_975_999_999_999
            && long.TryParse(text.AsSpan(dash + 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number)
            ? new EntryPlace(new DateTimeOffset(ticks, TimeSpan.Zero), number) : null;
    }

    /// <summary>Returns the properties that an entry must have.</summary>
    internal IEnumerable<EntryTerm> Terms() => Given().Where(one => one.Name != "text" && !(IsAtIssuer && (one.Name is "person" or "issuer")))
        .Select(one => new EntryTerm(one.Label, one.Value))
        .Concat(IsAtIssuer ? [EntryTerm.Naming(Issuer!, Person!)] : [])
        .Concat(Text is null ? [] : EntryFacts.Split(Text).Distinct(StringComparer.Ordinal).Select(word => new EntryTerm(EntryTerm.Word, word)));

    // A person at an issuer is one property: an entry may name two persons, each at another issuer.
    private bool IsAtIssuer => Person is not null && Issuer is not null;

    private IEnumerable<(string Name, string Label, string Value)> Given()
    {
        (string, string, string?)[] all =
        [
            ("person", EntryTerm.Person, Person), ("issuer", EntryTerm.Issuer, Issuer), ("client", EntryTerm.Client, Client),
            ("session", EntryTerm.Session, Session), ("id", EntryTerm.Id, Id), ("server", EntryTerm.Server, Server), ("tool", EntryTerm.Tool, Tool),
            ("method", EntryTerm.Method, Method), ("verdict", EntryTerm.Verdict, Verdict), ("finding", EntryTerm.FindingName, Finding?.ToLowerInvariant()),
            ("code", EntryTerm.Code, Code?.ToUpperInvariant()), ("act", EntryTerm.Act, Act), ("text", EntryTerm.Word, Text),
        ];
        return all.Where(one => one.Item3 is not null).Select(one => (one.Item1, one.Item2, one.Item3!));
    }
}
