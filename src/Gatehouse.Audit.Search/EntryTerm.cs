namespace Gatehouse.Audit.Search;

/// <summary>A property of an entry by which it is found.</summary>
/// <param name="Label">The kind of property.</param>
/// <param name="Value">Its value, as it is compared.</param>
internal readonly record struct EntryTerm(string Label, string Value)
{
    public const string Every = "every";
    public const string Verdict = "verdict";
    public const string Server = "server";
    public const string Tool = "tool";
    public const string Code = "code";
    public const string Method = "method";
    public const string Finding = "finding";
    public const string Act = "act";
    public const string Kind = "kind";
    public const string Person = "person";
    public const string Owner = "owner";
    public const string Issuer = "issuer";
    public const string Client = "client";
    public const string Session = "session";
    public const string Id = "id";
    public const string Word = "word";

    /// <summary>The facets by which entries are counted, by the number that the index has for each, from 1.</summary>
    public static IReadOnlyList<string> Facets { get; } = [Verdict, Server, Tool, Code, Method, Finding, Act];

    private static readonly Dictionary<string, int> Numbers =
        Facets.Select((name, at) => (name, at)).ToDictionary(one => one.name, one => one.at + 1);

    /// <summary>The number of the facet; 0 for a property that is not counted.</summary>
    public int Facet => Numbers.GetValueOrDefault(Label);

    /// <summary>Returns the value of <see cref="Owner"/>: issuer and subject together, of which no other pair has the same.</summary>
    public static string OwnerOf(string issuer, string subject) => $"{issuer.Length} {issuer} {subject}";
}
