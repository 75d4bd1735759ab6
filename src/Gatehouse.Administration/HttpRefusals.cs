namespace Gatehouse.Administration;

/// <summary>Refusals of requests over HTTP, before an act is judged.</summary>
internal sealed partial record ActionRefusal
{
    /// <summary>The reason of a request for an act that is not there.</summary>
    public const string UnknownActWhy = "unknown-act";

    /// <summary>The reason of a body that is not the members of an act.</summary>
    public const string NotUnderstoodWhy = "not-understood";

    private const int LongestMember = 64;
    private const string TokenInHeader = "send it in the header Authorization: Bearer TOKEN";

    public static ActionRefusal TokenNeeded { get; } =
        new("an access token for the administration audience is needed", TokenInHeader) { Why = "no-token" };

    public static ActionRefusal MalformedToken { get; } =
        new("the header Authorization is not one bearer token", "send one header: Authorization: Bearer TOKEN") { Why = TokenFault + "Malformed" };

    public static ActionRefusal ForeignHost { get; } =
        new("this host name is not served here", "use the address of administration.http.publicUrl") { Why = "foreign-host" };

    public static ActionRefusal ForeignPage { get; } =
        new("requests of pages of other origins are not served", "call the interface from a program, not from a page in a browser") { Why = "foreign-page" };

    public static ActionRefusal AmbiguousRequest { get; } =
        new("two HTTP readers could read this request in different ways", "send one Content-Length, or one Transfer-Encoding: chunked") { Why = "ambiguous-request" };

    public static ActionRefusal HasQuery { get; } =
        new("the interface takes no query", "send the members in the JSON object of the body") { Why = "query" };

    public static ActionRefusal NotJson { get; } =
        new("the body is not application/json in UTF-8 without compression", "send Content-Type: application/json") { Why = "not-json" };

    public static ActionRefusal TooLargeBody { get; } = new("the body is longer than 32 KiB", "send a shorter request") { Why = "too-large" };

    public static ActionRefusal SlowBody { get; } = new("the body did not arrive in time", "send the request again") { Why = "too-slow" };

    public static ActionRefusal TooManyRequests { get; } =
        new("too many requests from this address or person", "wait for the time in Retry-After, then send the request again") { Why = "too-many" };

    public static ActionRefusal WrongMethod { get; } = new("acts are sent with POST", "use POST") { Why = "method" };

    /// <summary>Makes a refusal for an address that is none of an act.</summary>
    /// <param name="acts">The names of the acts.</param>
    public static ActionRefusal NothingHere(string acts) =>
        new("there is nothing at this address", $"the last part of the path names an act; the acts are: {acts}") { Why = UnknownActWhy };

    /// <summary>Makes a refusal for a body that is not one JSON object with values of the types of the act.</summary>
    public static ActionRefusal NotTheMembers(string act, IReadOnlyList<string> members) =>
        new("the body is not one JSON object in which each member is there once and has the type of the act", MembersOf(act, members)) { Why = NotUnderstoodWhy };

    /// <summary>Makes a refusal for a member that must be there.</summary>
    public static ActionRefusal MissingMember(string act, IReadOnlyList<string> members, string member) =>
        new($"the act {act} needs the member {member}", MembersOf(act, members)) { Why = NotUnderstoodWhy };

    /// <summary>Makes a refusal for a member whose value is not one of the act.</summary>
    public static ActionRefusal FaultyMember(string act, IReadOnlyList<string> members, string member) =>
        new($"the member {member} of the act {act} is there twice, or its value is not of the type, form or kind that the act takes", MembersOf(act, members))
        { Why = NotUnderstoodWhy };

    /// <summary>Makes a refusal for a member that an act does not have.</summary>
    /// <param name="act">The act.</param>
    /// <param name="members">The members that it has.</param>
    /// <param name="member">The member. It comes from the request: the answer has it as JSON, and the log does not have it.</param>
    public static ActionRefusal NotAMember(string act, IReadOnlyList<string> members, string member) =>
        new($"the act {act} has no member {(member.Length > LongestMember ? "with such a long name" : member)}", MembersOf(act, members)) { Why = NotUnderstoodWhy };

    private static string MembersOf(string act, IReadOnlyList<string> members) =>
        members.Count == 0 ? $"send {act} with the body {{}}" : $"the members of {act} are: {string.Join(", ", members)}";
}
